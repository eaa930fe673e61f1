// The one list of ODBC functions that this driver has: SQLGetFunctions and the exported symbols
// follow it.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <span>
#include <string_view>

namespace negodbc::odbc {

struct Function {
  SQLUSMALLINT id;
  std::string_view name;
  bool wide;  // there is a W form of it
};

std::span<const Function> functions();
bool has_function(SQLUSMALLINT id);

}  // namespace negodbc::odbc
