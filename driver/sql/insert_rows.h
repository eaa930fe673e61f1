// INSERT of one row, written as INSERT of several.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace negodbc::sql {

// A statement "INSERT INTO ... VALUES (...)" whose values are parameters and constants, and with
// nothing behind them: executed for several rows at once it does the same as executed for each in
// turn. Others (subqueries, functions, RETURNING, ON CONFLICT) are none.
class InsertRow {
 public:
  // `sql` as translate() gives it, with $1, $2, ...; it is kept as a view.
  InsertRow(std::string_view sql, bool standard_strings);
  [[nodiscard]] bool good() const { return !row_.empty(); }
  [[nodiscard]] std::size_t parameters() const { return parameters_; }
  // With the row's list `rows` times, parameters numbered through.
  [[nodiscard]] std::string repeated(std::size_t rows) const;

 private:
  bool parse(bool standard_strings);
  std::string_view sql_;
  std::string_view head_;  // up to the list
  std::string_view row_;   // the list, with its parentheses
  std::size_t parameters_ = 0;
};

}  // namespace negodbc::sql
