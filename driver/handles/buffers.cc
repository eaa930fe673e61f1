#include "driver/handles/buffers.h"

#include "driver/handles/c_types.h"

namespace negodbc::odbc {
namespace {

template <class T>
T* moved(T* start, SQLLEN bytes) {
  return start == nullptr ? nullptr : reinterpret_cast<T*>(reinterpret_cast<char*>(start) + bytes);
}

}  // namespace

Element element_of(const Descriptor& descriptor, const Record& record, SQLULEN index,
                   SQLSMALLINT default_type) {
  const SQLLEN offset = descriptor.bind_offset_ptr != nullptr ? *descriptor.bind_offset_ptr : 0;
  const auto n = static_cast<SQLLEN>(index);
  SQLLEN data_step = descriptor.bind_type;
  SQLLEN length_step = descriptor.bind_type;
  if (descriptor.bind_type == SQL_BIND_BY_COLUMN) {
    const SQLSMALLINT c_type =
        record.concise_type == SQL_C_DEFAULT ? default_type : record.concise_type;
    const std::size_t size = c_type_size(c_type);
    data_step = size != 0 ? static_cast<SQLLEN>(size) : record.octet_length;
    length_step = sizeof(SQLLEN);
  }
  return {moved(static_cast<char*>(record.data_ptr), offset + n * data_step),
          moved(record.octet_length_ptr, offset + n * length_step),
          moved(record.indicator_ptr, offset + n * length_step)};
}

SQLSMALLINT default_c_type(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_BIT:
      return SQL_C_BIT;
    case SQL_TINYINT:
      return SQL_C_STINYINT;
    case SQL_SMALLINT:
      return SQL_C_SSHORT;
    case SQL_INTEGER:
      return SQL_C_SLONG;
    case SQL_BIGINT:
      return SQL_C_SBIGINT;
    case SQL_REAL:
      return SQL_C_FLOAT;
    case SQL_FLOAT:
    case SQL_DOUBLE:
      return SQL_C_DOUBLE;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
      return SQL_C_BINARY;
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
      return SQL_C_WCHAR;
    case SQL_DATE:
    case SQL_TYPE_DATE:
      return SQL_C_TYPE_DATE;
    case SQL_TIME:
    case SQL_TYPE_TIME:
      return SQL_C_TYPE_TIME;
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP:
      return SQL_C_TYPE_TIMESTAMP;
    case SQL_GUID:
      return SQL_C_GUID;
    default:
      if (sql_type >= SQL_INTERVAL_YEAR && sql_type <= SQL_INTERVAL_MINUTE_TO_SECOND)
        return sql_type;
      return SQL_C_CHAR;  // also decimal and numeric
  }
}

}  // namespace negodbc::odbc
