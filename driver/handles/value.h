// The value of an attribute or of a descriptor field, in exactly the width that the reference gives
// it.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>
#include <variant>

namespace negodbc::odbc {

using Value =
    std::variant<SQLSMALLINT, SQLINTEGER, SQLUINTEGER, SQLLEN, SQLULEN, SQLPOINTER, std::string>;

}  // namespace negodbc::odbc
