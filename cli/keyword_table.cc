#include <ostream>
#include <string>

#include "cli/commands.h"
#include "driver/dsn/keywords.h"

namespace negodbc::cli {
namespace {

// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

int keyword_table(std::ostream& out) {
  out << "| keyword | also | default | meaning |\n|---|---|---|---|\n";
  for (const dsn::Keyword& keyword : dsn::keywords()) {
    out << "| `" << keyword.name << "` | ";
    for (std::size_t i = 0; i < keyword.aliases.size(); ++i)
      out << (i == 0 ? "" : ", ") << keyword.aliases[i];
    out << " | " << cell(keyword.default_value) << " | " << cell(keyword.description) << " |\n";
  }
  out << "\nAccepted without effect, so that psqlodbc's and others' connection strings work:\n\n"
         "| keyword | also | why |\n|---|---|---|\n";
  for (const dsn::AcceptedKeyword& accepted : dsn::accepted_without_effect()) {
    out << "| `" << accepted.name << "` | " << accepted.alias << " | " << cell(accepted.reason)
        << " |\n";
  }
  return out ? 0 : 1;
}

}  // namespace negodbc::cli
