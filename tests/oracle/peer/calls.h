// A sequence of ODBC calls, and its text: what a shrunk one is printed as and a line of
// DIFFERENCES.md holds.
//
// Every call may be left out, repeated or stand anywhere: whatever the driver managers and drivers
// make of it is what is compared.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::peer {

enum class Verb : std::uint8_t {
  direct,
  prepare,
  execute,
  param,
  reset_params,
  num_params,
  describe_param,
  param_data,
  put_data,
  bind,
  unbind,
  fetch,
  scroll,
  set_pos,
  bulk,
  get_data,
  num_cols,
  describe,
  col_attribute,
  row_count,
  more,
  close_cursor,
  close,
  cancel,
  fresh,
  set_attribute,
  get_attribute,
  cursor_name,
  get_cursor_name,
  tables,
  columns,
  primary_keys,
  foreign_keys,
  statistics,
  special_columns,
  procedures,
  type_info,
  diagnostics,
  commit,
  rollback,
  autocommit,
  connection_attribute,
};

struct Call {
  Verb verb{};
  int handle = 0;  // 0 or 1, where the call is of a statement
  std::vector<long> numbers;
  std::string text;
  bool operator==(const Call&) const = default;
};

// Not of a statement.
bool is_of_connection(Verb verb);

struct Sequence {
  bool wide = false;     // the program connects by the W entry points
  std::string settings;  // of the connection string, for both drivers
  std::vector<Call> calls;
};

// A line; parse(to_text(s)) is s. Throws std::runtime_error.
std::string to_text(const Call& call);
std::string to_text(const Sequence& sequence);
Sequence parse(std::string_view text);

// Constants of ODBC by their names, without SQL_.
enum class Kind : std::uint8_t {
  number,
  c_type,
  sql_type,
  direction,
  orientation,
  operation,
  bulk_operation,
  attribute,
  field,
  diagnostic,
  connection,
};
struct Name {
  std::string_view word;
  long value;
};
std::span<const Name> names_of(Kind kind);
// Or the number, of what has no name.
std::string name_of(Kind kind, long value);

// Of column `number` (from 1) of what `sql` selects: by the casts of its list and by the tables'
// columns. "?": it cannot be seen.
std::string type_of_column(const std::string& sql, long number);

}  // namespace negodbc::peer
