// SQL_TXN_* and PostgreSQL's names for the isolation levels.
#pragma once

#include <sql.h>
#include <sqlext.h>

namespace negodbc::odbc {

// "read committed", ...; nullptr when it is no isolation level.
constexpr const char* isolation_name(SQLUINTEGER level) {
  switch (level) {
    case SQL_TXN_READ_UNCOMMITTED:
      return "read uncommitted";
    case SQL_TXN_READ_COMMITTED:
      return "read committed";
    case SQL_TXN_REPEATABLE_READ:
      return "repeatable read";
    case SQL_TXN_SERIALIZABLE:
      return "serializable";
    default:
      return nullptr;
  }
}

}  // namespace negodbc::odbc
