// A result made by the driver: columns as the server would describe them, values as text.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/result/type_info.h"
#include "driver/wire/backend.h"

namespace negodbc::catalog {

using Cell = std::optional<std::string>;  // nothing: NULL
using Row = std::vector<Cell>;

struct LocalRows {
  std::vector<wire::Field> fields;
  std::vector<Row> rows;
};

// The types that the reference gives the columns of catalogue results.
enum class ColumnType { name, text, small, integer };
struct Column {
  std::string_view name;
  ColumnType type;
};

// A result without rows, its columns as given.
LocalRows make_rows(std::initializer_list<Column> columns);
// Appends columns to a result that has no rows yet.
void add_columns(LocalRows& result, std::initializer_list<Column> columns);

inline Cell text(std::string_view value) {
  return Cell(std::string(value));
}
inline Cell number(std::int64_t value) {
  return Cell(std::to_string(value));
}

// Runs a query and gives all its rows. Throws Error as the server reports.
using Query = std::function<std::vector<Row>(const std::string& sql)>;

}  // namespace negodbc::catalog
