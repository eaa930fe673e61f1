#include "driver/handles/descriptor/buffers.h"

#include <string>

#include "driver/base/error.h"
#include "driver/types/c_types.h"

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
    const std::size_t size = types::c_type_size(c_type);
    data_step = size != 0 ? static_cast<SQLLEN>(size) : record.octet_length;
    length_step = sizeof(SQLLEN);
  }
  return {moved(static_cast<char*>(record.data_ptr), offset + n * data_step),
          moved(record.octet_length_ptr, offset + n * length_step),
          moved(record.indicator_ptr, offset + n * length_step)};
}

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

types::Target conversion_target(const Record* record, const Element& element, SQLLEN buffer_length,
                                SQLSMALLINT c_type) {
  const bool own = record != nullptr && record->concise_type == c_type;  // checked when it was set
  if (!own && !types::is_c_type(c_type))
    throw Error("HY003", "there is no C type " + std::to_string(c_type));
  types::Target target{c_type, element.data, buffer_length, element.length, element.indicator};
  target.scale = types::Target::own_scale;
  if (own || (record != nullptr && record->concise_type == SQL_C_DEFAULT)) {
    target.precision = record->precision;
    if (record->scale_given) target.scale = record->scale;
    target.leading_precision = record->datetime_interval_precision;
  }
  return target;
}

}  // namespace negodbc::odbc
