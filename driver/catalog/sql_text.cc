#include "driver/catalog/sql_text.h"

#include "driver/base/error.h"
#include "driver/base/utf.h"

namespace negodbc::catalog {
namespace {

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("%_\\") != pattern.npos;
}

// An identifier as SQL reads it: "x""y" is x"y, Abc is abc; blanks at the ends do not count.
std::string fold(std::string_view identifier) {
  while (!identifier.empty() && identifier.back() == ' ') identifier.remove_suffix(1);
  while (!identifier.empty() && identifier.front() == ' ') identifier.remove_prefix(1);
  const bool quoted =
      identifier.size() >= 2 && identifier.front() == '"' && identifier.back() == '"';
  if (!quoted) return ascii_lower(identifier);
  std::string name;
  const std::string_view inner = identifier.substr(1, identifier.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == '"' && i + 1 < inner.size() && inner[i + 1] == '"') ++i;
  }
  return name;
}

}  // namespace

std::string quote_literal(std::string_view text) {
  std::string quoted = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  quoted += '\'';
  return quoted;
}

std::string condition(std::string_view column, const std::optional<std::string>& name,
                      Match match) {
  std::string result = " AND ";
  result += column;
  if (match == Match::identifier) {
    if (!name) throw Error("HY009", "with SQL_ATTR_METADATA_ID a name cannot be a null pointer");
    return result + " = " + quote_literal(fold(*name));
  }
  if (!name) return {};
  if (match == Match::ordinary || !has_wildcard(*name))
    return result + " = " + quote_literal(*name);
  if (*name == "%") return {};
  return result + " LIKE " + quote_literal(*name);
}

}  // namespace negodbc::catalog
