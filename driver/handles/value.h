// The value of an attribute or of a descriptor field, in exactly the width that the reference gives
// it.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>
#include <type_traits>
#include <variant>

namespace negodbc::odbc {

// On 32-bit Windows SQLLEN and SQLULEN are SQLINTEGER and SQLUINTEGER.
using Value = std::conditional_t<
    std::is_same_v<SQLLEN, SQLINTEGER>,
    std::variant<SQLSMALLINT, SQLINTEGER, SQLUINTEGER, SQLPOINTER, std::string>,
    std::variant<SQLSMALLINT, SQLINTEGER, SQLUINTEGER, SQLLEN, SQLULEN, SQLPOINTER, std::string>>;

}  // namespace negodbc::odbc
