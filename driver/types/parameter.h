// From an application's parameter buffer to the text that Bind sends.
//
// ODBC reference: appendix D "Converting Data from C to SQL Data Types", SQLBindParameter.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <optional>
#include <string>

namespace negodbc::types {

struct Parameter {
  SQLSMALLINT c_type;  // SQL_C_DEFAULT allowed
  SQLSMALLINT sql_type;
  SQLULEN column_size;
  SQLSMALLINT decimal_digits;
  const void* data;
  SQLLEN length;  // bytes, SQL_NTS or SQL_NULL_DATA; SQL_DATA_AT_EXEC is resolved by the caller
  // Of the application's descriptor. An interval structure's fraction is in units of 10 to the
  // power of -c_precision; SQL_C_NUMERIC: 0 means that the structure's own scale counts.
  SQLSMALLINT c_precision = 6;
  SQLSMALLINT c_scale = 0;
  bool lf_conversion = false;      // text's CR LF are LF for the server
  bool true_is_minus_one = false;  // -1 is a true SQL_BIT
};

// The value's text, or nothing for NULL. It is what PostgreSQL's type for sql_type reads
// (parameter_oid); other SQL types are taken as character data. Binary data becomes bytea's
// "\x..." for binary SQL types and is taken as UTF-8 for character types. Numbers lose their
// fraction for integer types, as the reference says. Whether a value is within the range of its
// type, and whether character data are a number, a bit or a UUID, is not looked at: the server says
// what its column takes (holding_oid). Dates and times as character data are left for the server
// to read too, but for ODBC's escape clauses, which are opened. Timestamps keep microseconds, all
// that PostgreSQL keeps. Intervals lose nothing: what the SQL type has no field for is an error
// (22015).
// column_size 0 means that nothing was declared. Throws Error: 07006, 22018, 22021, 22003, 22008,
// 22015, 22001 (too long for the declared column size), HY090 (bad length), HY003.
std::optional<std::string> encode_parameter(const Parameter& parameter);

}  // namespace negodbc::types
