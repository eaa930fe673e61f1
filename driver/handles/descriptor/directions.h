// What SQLBindParameter's InputOutputType says of a parameter.
#pragma once

#include <sql.h>
#include <sqlext.h>

namespace negodbc::odbc {

// Its output is read in parts.
inline bool is_stream(SQLSMALLINT direction) {
  return direction == SQL_PARAM_OUTPUT_STREAM || direction == SQL_PARAM_INPUT_OUTPUT_STREAM;
}
// It has no input.
inline bool is_output_only(SQLSMALLINT direction) {
  return direction == SQL_PARAM_OUTPUT || direction == SQL_PARAM_OUTPUT_STREAM;
}
inline bool is_direction(SQLSMALLINT direction) {
  return direction == SQL_PARAM_INPUT || direction == SQL_PARAM_INPUT_OUTPUT ||
         is_output_only(direction) || is_stream(direction);
}

}  // namespace negodbc::odbc
