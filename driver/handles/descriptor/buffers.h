// Where an application's bound values lie: element n of a column-wise or row-wise array.
//
// ODBC reference: "Column-Wise Binding", "Row-Wise Binding", SQL_DESC_BIND_OFFSET_PTR.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstddef>

#include "driver/handles/descriptor/descriptor.h"
#include "driver/types/c_types.h"
#include "driver/types/convert.h"

namespace negodbc::odbc {

struct Element {
  SQLPOINTER data;  // null where nothing is bound
  SQLLEN* length;
  SQLLEN* indicator;
};

// From one element of an array to the next, in bytes.
struct Steps {
  SQLLEN data, length;
};

// `default_type`: what SQL_C_DEFAULT means for this column or parameter. In the header, as what
// follows: called for each value of each row.
inline Steps steps_of(const Descriptor& descriptor, const Record& record,
                      SQLSMALLINT default_type) {
  if (descriptor.bind_type != SQL_BIND_BY_COLUMN)
    return {descriptor.bind_type, descriptor.bind_type};
  const SQLSMALLINT c_type =
      record.concise_type == SQL_C_DEFAULT ? default_type : record.concise_type;
  const std::size_t size = types::c_type_size(c_type);
  return {size != 0 ? static_cast<SQLLEN>(size) : record.octet_length, sizeof(SQLLEN)};
}

// `bytes` behind it; null stays null.
template <class T>
T* moved_by(T* start, SQLLEN bytes) {
  return start == nullptr ? nullptr : reinterpret_cast<T*>(reinterpret_cast<char*>(start) + bytes);
}

inline Element element_of(const Descriptor& descriptor, const Record& record, SQLULEN index,
                          SQLSMALLINT default_type) {
  const SQLLEN offset = descriptor.bind_offset_ptr != nullptr ? *descriptor.bind_offset_ptr : 0;
  const auto n = static_cast<SQLLEN>(index);
  const Steps steps = steps_of(descriptor, record, default_type);
  return {moved_by(static_cast<char*>(record.data_ptr), offset + n * steps.data),
          moved_by(record.octet_length_ptr, offset + n * steps.length),
          moved_by(record.indicator_ptr, offset + n * steps.length)};
}

// What is given of a value of variable length: `length` bytes of its buffer. Behind a buffer's end
// lie another element's bytes, or nobody's: after a fetch that cut the value (01004) the length is
// the whole value's. Throws Error HY090. A buffer of 0 bytes was given no length.
void require_within_buffer(const Record& record, SQLLEN length, SQLSMALLINT default_type);

// Throws Error HY003.
[[noreturn]] void refuse_c_type(SQLSMALLINT c_type);

// Where a value is converted to. The precisions are the record's, if there is one (nullptr: none)
// and it is of this C type or leaves the type open (SQL_C_DEFAULT). Throws Error HY003 for what is
// no C type.
inline types::Target conversion_target(const Record* record, const Element& element,
                                       SQLLEN buffer_length, SQLSMALLINT c_type) {
  const bool own = record != nullptr && record->concise_type == c_type;  // checked when it was set
  if (!own && !types::is_c_type(c_type)) refuse_c_type(c_type);
  types::Target target{c_type, element.data, buffer_length, element.length, element.indicator};
  target.scale = types::Target::own_scale;
  if (own || (record != nullptr && record->concise_type == SQL_C_DEFAULT)) {
    target.precision = record->precision;
    if (record->scale_given) target.scale = record->scale;
    target.leading_precision = record->datetime_interval_precision;
  }
  return target;
}
// Into what the record itself binds.
inline types::Target conversion_target(const Record& record, const Element& element,
                                       SQLSMALLINT c_type) {
  return conversion_target(&record, element, record.octet_length, c_type);
}

}  // namespace negodbc::odbc
