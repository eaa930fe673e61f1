// SQLGetInfo: every information type and its value, in one table.
//
// ODBC reference: SQLGetInfo. Values say what PostgreSQL and this driver do; see the table for the
// reasons where they differ from what one might expect.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>
#include <variant>

namespace negodbc::catalog {

// What the answer depends on.
struct InfoContext {
  std::string data_source, server, database, user;
  int server_version = 0;  // 150004 for 15.4
  bool read_only = false;
};

using InfoValue = std::variant<std::string, SQLUSMALLINT, SQLUINTEGER>;

// Throws Error HY096 for an information type that does not exist, HYC00 for one that is ODBC's but
// not here.
InfoValue info(SQLUSMALLINT type, const InfoContext& context);
bool info_needs_connection(SQLUSMALLINT type);

}  // namespace negodbc::catalog
