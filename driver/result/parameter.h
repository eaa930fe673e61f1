// From an application's parameter buffer to the text that Bind sends.
//
// ODBC reference: appendix D "Converting Data from C to SQL Data Types", SQLBindParameter.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <optional>
#include <string>

namespace negodbc::result {

struct Parameter {
  SQLSMALLINT c_type;        // SQL_C_DEFAULT allowed
  SQLSMALLINT sql_type;
  SQLULEN column_size;
  SQLSMALLINT decimal_digits;
  const void* data;
  SQLLEN length;             // bytes, SQL_NTS or SQL_NULL_DATA; SQL_DATA_AT_EXEC is resolved by the caller
};

// The value's text, or nothing for NULL. Throws Error: 07006, 22018, 22003, 22008, 22001 (too long for the
// declared column size), HY090 (bad length), HY003.
std::optional<std::string> encode_parameter(const Parameter& parameter);

}  // namespace negodbc::result
