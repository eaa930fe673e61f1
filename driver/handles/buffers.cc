#include "driver/handles/buffers.h"

#include "driver/result/c_types.h"

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
    const std::size_t size = result::c_type_size(c_type);
    data_step = size != 0 ? static_cast<SQLLEN>(size) : record.octet_length;
    length_step = sizeof(SQLLEN);
  }
  return {moved(static_cast<char*>(record.data_ptr), offset + n * data_step),
          moved(record.octet_length_ptr, offset + n * length_step),
          moved(record.indicator_ptr, offset + n * length_step)};
}

result::Target target_of(const Record& record, const Element& element, SQLSMALLINT c_type) {
  result::Target target{c_type, element.data, record.octet_length, element.length,
                        element.indicator};
  target.precision = record.precision;
  target.scale = record.scale;
  target.leading_precision = record.datetime_interval_precision;
  return target;
}

}  // namespace negodbc::odbc
