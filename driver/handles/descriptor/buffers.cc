#include "driver/handles/descriptor/buffers.h"

#include <string>

#include "driver/base/error.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {

void require_within_buffer(const Record& record, SQLLEN length, SQLSMALLINT default_type) {
  const SQLSMALLINT c_type =
      record.concise_type == SQL_C_DEFAULT ? default_type : record.concise_type;
  const SQLLEN size = record.octet_length;
  if (types::c_type_size(c_type) != 0 || size == 0 || length <= size) return;
  throw Error("HY090", "a value's length is " + std::to_string(length) +
                           " bytes and its buffer's " + std::to_string(size) +
                           ": it is no length of what lies there (of a value that was cut when it "
                           "was fetched it is the whole one's)");
}

void refuse_c_type(SQLSMALLINT c_type) {
  throw Error("HY003", "there is no C type " + std::to_string(c_type));
}

}  // namespace negodbc::odbc
