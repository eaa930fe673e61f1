// A handle's diagnostics: header fields and status records in the order that the reference
// prescribes.
//
// ODBC reference: SQLGetDiagField, "Sequence of Status Records". Used under the handle's mutex.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::odbc {

struct DiagRecord {
  SqlState state;
  SQLINTEGER native = 0;
  std::string message;             // with the prefix that names the driver; at most 32,000 bytes
  SQLLEN row = SQL_NO_ROW_NUMBER;  // row of the rowset or set of parameters, from 1
  SQLINTEGER column = SQL_NO_COLUMN_NUMBER;
};

class Diagnostics {
 public:
  // What every function does first.
  void clear();

  // `state` is ODBC's or PostgreSQL's; the record gets the ODBC state that stands for it
  // (sqlstate.h).
  void add(const Error& error, SQLLEN row = SQL_NO_ROW_NUMBER,
           SQLINTEGER column = SQL_NO_COLUMN_NUMBER);
  void warn(std::string_view state, std::string_view text, SQLLEN row = SQL_NO_ROW_NUMBER,
            SQLINTEGER column = SQL_NO_COLUMN_NUMBER);
  [[nodiscard]] bool empty() const { return records_.empty(); }
  // Ranked: errors before warnings, rows in their order. `number` counts from 1; nullptr: no such
  // record.
  [[nodiscard]] const DiagRecord* record(SQLSMALLINT number) const;
  [[nodiscard]] SQLINTEGER size() const { return static_cast<SQLINTEGER>(records_.size()); }

  SQLRETURN return_code = SQL_SUCCESS;
  SQLLEN row_count = 0;          // SQL_DIAG_ROW_COUNT
  SQLLEN cursor_row_count = 0;   // SQL_DIAG_CURSOR_ROW_COUNT
  std::string dynamic_function;  // of the statement executed last
  SQLINTEGER dynamic_function_code = SQL_DIAG_UNKNOWN_STATEMENT;

 private:
  void insert(DiagRecord record);
  std::vector<DiagRecord> records_;
};

// SQL_DIAG_CLASS_ORIGIN and SQL_DIAG_SUBCLASS_ORIGIN: "ISO 9075" or "ODBC 3.0".
std::string_view class_origin(SqlState state);
std::string_view subclass_origin(SqlState state);

}  // namespace negodbc::odbc
