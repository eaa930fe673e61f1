// Positioned update and delete: "... WHERE CURRENT OF cursor".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::sql {

struct CurrentOf {
  std::size_t begin, end;  // of "CURRENT OF cursor" in the text
  std::string cursor;      // its name, without quotes
};
std::optional<CurrentOf> find_current_of(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
