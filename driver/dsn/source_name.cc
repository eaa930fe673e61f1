#include "driver/dsn/source_name.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/utf.h"

namespace negodbc::dsn {

bool is_kept_by_odbc(std::string_view name) {
  constexpr std::string_view kept[] = {"ODBC", "ODBC Data Sources", "ODBC File DSN"};
  return std::any_of(std::begin(kept), std::end(kept),
                     [&](std::string_view own) { return iequals(name, own); });
}

std::string fault_of_source_name(std::string_view name) {
  constexpr std::size_t longest = 32;  // SQL_MAX_DSN_LENGTH
  if (name.empty()) return "the data source needs a name";
  if (to_utf16(name).size() > longest) return "a name has 32 characters at most";
  if (name.find_first_of("[]{}(),;?*=!@\\") != std::string_view::npos)
    return "a name has none of [ ] { } ( ) , ; ? * = ! @ \\";
  if (trimmed(name) != name) return "a name neither begins nor ends with a space";
  if (is_kept_by_odbc(name)) return "ODBC keeps its own settings under this name";
  return {};
}

}  // namespace negodbc::dsn
