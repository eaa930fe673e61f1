// Positioned update and delete: "... WHERE CURRENT OF cursor".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::sql {

struct CurrentOf {
  std::size_t begin, end;  // of "CURRENT OF cursor" in the text
  std::string cursor;      // its name, without quotes
  // What the text is, when it is this one statement: an update that returns nothing and reads no
  // other table, so that RETURNING may be put behind `end`; a deletion that returns nothing.
  enum class Change : std::uint8_t { other, update, remove };
  Change change = Change::other;
};
std::optional<CurrentOf> find_current_of(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
