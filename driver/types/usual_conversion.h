// What nearly all values are, into bound buffers: done at once, without what convert() has for
// parts, for values that do not fit and for pairs of types that seldom meet. The same values come
// out.
#pragma once

#include <sql.h>

#include <string_view>

#include "driver/types/convert.h"

namespace negodbc::types {

struct UsualTarget {
  char* data;            // not null; need not be aligned, as the others
  SQLLEN buffer_length;  // bytes; ignored for fixed-length C types
  SQLLEN* length;        // may be null
  SQLLEN* indicator;     // null where it is `length`
};

// True: all is done, as convert() does with Outcome::ok. False: convert() is to be asked, whatever
// was written.
using UsualConversion = bool (*)(std::string_view bytes, const UsualTarget& target);

// Of a column's values, whose bytes are not looked at, into a C type other than SQL_C_DEFAULT.
// Null: there is none.
UsualConversion usual_conversion(const Source& column, SQLSMALLINT c_type);

}  // namespace negodbc::types
