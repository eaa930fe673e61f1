// Where an application's bound values lie: element n of a column-wise or row-wise array.
//
// ODBC reference: "Column-Wise Binding", "Row-Wise Binding", SQL_DESC_BIND_OFFSET_PTR.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/handles/descriptor/descriptor.h"
#include "driver/types/convert.h"

namespace negodbc::odbc {

struct Element {
  SQLPOINTER data;  // null where nothing is bound
  SQLLEN* length;
  SQLLEN* indicator;
};

// `default_type`: what SQL_C_DEFAULT means for this column or parameter.
Element element_of(const Descriptor& descriptor, const Record& record, SQLULEN index,
                   SQLSMALLINT default_type);

// What is given of a value of variable length: `length` bytes of its buffer. Behind a buffer's end
// lie another element's bytes, or nobody's: after a fetch that cut the value (01004) the length is
// the whole value's. Throws Error HY090. A buffer of 0 bytes was given no length.
void require_within_buffer(const Record& record, SQLLEN length, SQLSMALLINT default_type);

// Where a value is converted to. The precisions are the record's, if there is one (nullptr: none)
// and it is of this C type or leaves the type open (SQL_C_DEFAULT). Throws Error HY003 for what is
// no C type.
types::Target conversion_target(const Record* record, const Element& element, SQLLEN buffer_length,
                                SQLSMALLINT c_type);
// Into what the record itself binds.
inline types::Target conversion_target(const Record& record, const Element& element,
                                       SQLSMALLINT c_type) {
  return conversion_target(&record, element, record.octet_length, c_type);
}

}  // namespace negodbc::odbc
