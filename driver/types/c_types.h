// The C types of ODBC: their sizes, and where an element of an array of them lies.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstddef>

namespace negodbc::types {

// Bytes of a value of a C type; 0 for those of variable length (SQL_C_CHAR, SQL_C_WCHAR,
// SQL_C_BINARY) and for what is no C type.
constexpr std::size_t c_type_size(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_BIT:
    case SQL_C_TINYINT:
    case SQL_C_STINYINT:
    case SQL_C_UTINYINT:
      return 1;
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
      return sizeof(SQLSMALLINT);
    case SQL_C_LONG:
    case SQL_C_SLONG:
    case SQL_C_ULONG:
      return sizeof(SQLINTEGER);
    case SQL_C_SBIGINT:
    case SQL_C_UBIGINT:
      return sizeof(SQLBIGINT);
    case SQL_C_FLOAT:
      return sizeof(SQLREAL);
    case SQL_C_DOUBLE:
      return sizeof(SQLDOUBLE);
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE:
      return sizeof(SQL_DATE_STRUCT);
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME:
      return sizeof(SQL_TIME_STRUCT);
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP:
      return sizeof(SQL_TIMESTAMP_STRUCT);
    case SQL_C_NUMERIC:
      return sizeof(SQL_NUMERIC_STRUCT);
    case SQL_C_GUID:
      return sizeof(SQLGUID);
    default:
      if (c_type >= SQL_C_INTERVAL_YEAR && c_type <= SQL_C_INTERVAL_MINUTE_TO_SECOND)
        return sizeof(SQL_INTERVAL_STRUCT);
      return 0;
  }
}
// Whether it is a C type that this driver knows, SQL_C_DEFAULT included.
bool is_c_type(SQLSMALLINT c_type);
// Whether it is a concise SQL data type of ODBC.
bool is_sql_type(SQLSMALLINT sql_type);
// CHAR, VARCHAR, LONGVARCHAR and their wide kin.
bool is_character_type(SQLSMALLINT sql_type);
// The number of ODBC 3 for a date or time type of ODBC 2; any other as it is.
SQLSMALLINT concise_datetime(SQLSMALLINT sql_type);

}  // namespace negodbc::types
