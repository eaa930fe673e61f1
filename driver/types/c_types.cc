#include "driver/types/c_types.h"

namespace negodbc::types {

bool is_c_type(SQLSMALLINT c_type) {
  return c_type_size(c_type) != 0 || c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR ||
         c_type == SQL_C_BINARY || c_type == SQL_C_DEFAULT;
}

bool is_sql_type(SQLSMALLINT sql_type) {
  if (is_character_type(sql_type)) return true;
  switch (sql_type) {
    case SQL_DECIMAL:
    case SQL_NUMERIC:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
    case SQL_BIT:
    case SQL_TINYINT:
    case SQL_BIGINT:
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
    case SQL_DATE:
    case SQL_TIME:
    case SQL_TIMESTAMP:
    case SQL_TYPE_DATE:
    case SQL_TYPE_TIME:
    case SQL_TYPE_TIMESTAMP:
    case SQL_GUID:
      return true;
    default:
      return sql_type >= SQL_INTERVAL_YEAR && sql_type <= SQL_INTERVAL_MINUTE_TO_SECOND;
  }
}

bool is_character_type(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
      return true;
    default:
      return false;
  }
}

SQLSMALLINT concise_datetime(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_DATE:
      return SQL_TYPE_DATE;
    case SQL_TIME:
      return SQL_TYPE_TIME;
    case SQL_TIMESTAMP:
      return SQL_TYPE_TIMESTAMP;
    default:
      return sql_type;
  }
}

}  // namespace negodbc::types
