// Answers in the words of the ODBC version that the application asked for.
#pragma once

#include "driver/catalog/odbc2.h"
#include "driver/handles/connection.h"
#include "driver/handles/environment.h"
#include "driver/handles/statement/statement.h"

namespace negodbc::odbc {

inline bool speaks_odbc2(Connection& connection) {
  return connection.environment().odbc_version() == SQL_OV_ODBC2;
}

// A data type's number.
inline SQLSMALLINT as_asked_for(SQLSMALLINT type, Statement& statement) {
  return speaks_odbc2(statement.connection()) ? catalog::odbc2_type(type) : type;
}

}  // namespace negodbc::odbc
