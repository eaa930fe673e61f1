// Where an application's bound values lie: element n of a column-wise or row-wise array.
//
// ODBC reference: "Column-Wise Binding", "Row-Wise Binding", SQL_DESC_BIND_OFFSET_PTR.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/handles/descriptor.h"
#include "driver/result/convert.h"

namespace negodbc::odbc {

struct Element {
  SQLPOINTER data;  // null where nothing is bound
  SQLLEN* length;
  SQLLEN* indicator;
};

// `default_type`: what SQL_C_DEFAULT means for this column or parameter.
Element element_of(const Descriptor& descriptor, const Record& record, SQLULEN index,
                   SQLSMALLINT default_type);

// Where a value is converted to; the precisions are the record's.
result::Target target_of(const Record& record, const Element& element, SQLSMALLINT c_type);

}  // namespace negodbc::odbc
