// What ODBC 2 calls otherwise, for applications that ask for SQL_OV_ODBC2.
//
// ODBC reference: appendix G "Driver Guidelines for Backward Compatibility" and, under each
// catalogue function, the columns renamed for ODBC 3.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/catalog/local_rows.h"

namespace negodbc::catalog {

// SQL_DATE, SQL_TIME, SQL_TIMESTAMP for SQL_TYPE_DATE and its sisters, and back.
SQLSMALLINT odbc2_type(SQLSMALLINT type);
SQLSMALLINT odbc3_type(SQLSMALLINT type);

// A catalogue function's result, its columns with their old names, its types with their old
// numbers.
void speak_odbc2(LocalRows& rows);

}  // namespace negodbc::catalog
