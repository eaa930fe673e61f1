// The C types of ODBC: their sizes, and where an element of an array of them lies.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstddef>

namespace negodbc::types {

// Bytes of a value of a C type; 0 for those of variable length (SQL_C_CHAR, SQL_C_WCHAR,
// SQL_C_BINARY) and for what is no C type.
std::size_t c_type_size(SQLSMALLINT c_type);
// Whether it is a C type that this driver knows, SQL_C_DEFAULT included.
bool is_c_type(SQLSMALLINT c_type);
// Whether it is a concise SQL data type of ODBC.
bool is_sql_type(SQLSMALLINT sql_type);
// CHAR, VARCHAR, LONGVARCHAR and their wide kin.
bool is_character_type(SQLSMALLINT sql_type);
// The number of ODBC 3 for a date or time type of ODBC 2; any other as it is.
SQLSMALLINT concise_datetime(SQLSMALLINT sql_type);

}  // namespace negodbc::types
