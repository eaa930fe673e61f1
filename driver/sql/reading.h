// Statements that only read, and how many rows are to be expected of them.
#pragma once

#include <cstdint>
#include <string_view>

namespace negodbc::sql {

enum class Reading : std::uint8_t {
  no,    // it may change something, or lock rows, or is several statements
  few,   // rows that come at once: no table is read, or rows are gathered into few
  many,  // as many as there are
};

// A single SELECT, VALUES, TABLE or WITH without INSERT, UPDATE, DELETE, MERGE, INTO and locks
// reads, as far as its text tells: what a function does is not looked at. A function that may give
// a set makes many rows: any but a few dozen that every server has.
Reading reading(std::string_view sql, bool standard_strings);

}  // namespace negodbc::sql
