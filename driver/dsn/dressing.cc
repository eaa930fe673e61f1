#include "driver/dsn/dressing.h"

#include <utility>

#include "driver/base/secret.h"

namespace negodbc::dsn {
namespace {

// psqlodbc allows braces in odbc.ini as in connection strings. False: there are none.
bool remove_braces(std::string& value) {
  if (value.size() < 2 || value.front() != '{' || value.back() != '}') return false;
  std::size_t end = 0;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    value[end++] = value[at];
    if (value[at] == '}' && value[at + 1] == '}' && at + 2 < value.size()) ++at;
  }
  wipe(value.data() + end, value.size() - end);
  value.resize(end);
  return true;
}

// Files written by hand have quotes around values, and remarks behind those that are one word.
void remove_dressing(const Keyword& entry, std::string& value) {
  if (entry.kind == Kind::secret) return;
  if (entry.kind != Kind::text) {
    const std::size_t remark = value.find_first_of(";#");
    if (remark != std::string::npos && remark > 0 &&
        (value[remark - 1] == ' ' || value[remark - 1] == '\t'))
      value.resize(value.find_last_not_of(" \t", remark - 1) + 1);
  }
  if (value.size() < 2 || value.front() != value.back()) return;
  const char quote = value.front();
  if ((quote != '"' && quote != '\'') || value.find(quote, 1) != value.size() - 1) return;
  value = value.substr(1, value.size() - 2);
}

}  // namespace

std::string braced(std::string_view value) {
  std::string out = "{";
  out.reserve(2 * value.size() + 2);  // no copies of a secret are left behind
  for (const char c : value) out.append(c == '}' ? 2 : 1, c);
  out += '}';
  return out;
}

// What is in braces is meant as it stands there.
void undress(const Keyword* entry, std::string& value) {
  if (!remove_braces(value) && entry != nullptr) remove_dressing(*entry, value);
}

std::string dressed(const Keyword& entry, std::string value) {
  std::string read = value;
  undress(&entry, read);
  if (read != value) {
    std::string in_braces = braced(value);
    wipe(value);
    value = std::move(in_braces);
  }
  wipe(read);
  return value;
}

}  // namespace negodbc::dsn
