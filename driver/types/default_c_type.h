// What SQL_C_DEFAULT means, for columns and parameters.
#pragma once

#include <sql.h>
#include <sqlext.h>

namespace negodbc::types {

// The C type of an SQL type by the ODBC reference, appendix D "Default C Data Types": of an
// interval its structure, of numeric and decimal, and of what is no ODBC type, SQL_C_CHAR.
SQLSMALLINT default_c_type(SQLSMALLINT sql_type);

}  // namespace negodbc::types
