// Values as ODBC's C types have them, from and to text.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <string>

namespace negodbc::peer {

// 0: text and bytes, as long as they are.
std::size_t size_of(SQLSMALLINT c_type);
// A parameter's bytes. `value` in decimal, as ISO has it, or the text itself; what cannot be read
// becomes zeros.
std::string encoded(SQLSMALLINT c_type, const std::string& value);
// What stands in a buffer of `size` bytes, of which `length` is told.
std::string decoded(SQLSMALLINT c_type, const std::string& buffer, SQLLEN length, std::size_t size);

}  // namespace negodbc::peer
