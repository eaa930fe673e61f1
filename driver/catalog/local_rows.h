// A result made by the driver: columns as the server would describe them, values as text.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/types/type_info.h"
#include "driver/wire/answer.h"
#include "driver/wire/backend.h"

namespace negodbc::catalog {

using wire::Holds;
using wire::or_null;
using Cell = wire::Answer::Cell;  // nothing: NULL
using Row = wire::Answer::Cells;

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

// Runs a query that gives these columns. Throws Error as the server reports; wire::AnswerError when
// the answer has other columns.
using Query = std::function<wire::Answer(const std::string& sql, wire::AnswerColumns columns)>;

// Shows an answer as it is; its columns are the result's.
void show(LocalRows& result, wire::Answer&& answer);

}  // namespace negodbc::catalog
