// A column's type as the catalogue functions tell it; agrees with the metadata of a result.
#pragma once

#include <string_view>

#include "driver/catalog/local_rows.h"
#include "driver/result/type_info.h"

namespace negodbc::catalog {

// "WITH RECURSIVE base_types(domain, type, modifier, not_null) AS (...) ": what a domain is in the
// end.
extern const std::string_view base_types;

struct ColumnTypeCells {
  // OID, modifier and name as the query gives them.
  ColumnTypeCells(const Cell& oid, const Cell& modifier, const Cell& name,
                  const result::TypeOptions& options);
  Cell data_type, type_name, column_size, buffer_length, decimal_digits, radix, sql_data_type,
      datetime_sub, char_octet_length;
};

}  // namespace negodbc::catalog
