// A column's type as the catalogue functions tell it; agrees with the metadata of a result.
#pragma once

#include <string_view>

#include "driver/catalog/local_rows.h"
#include "driver/result/type_info.h"

namespace negodbc::catalog {

// An expression over t (pg_type): NULL, or what the domain is in the end as "OID modifier not-null
// name". It is looked up by row, for domains only: a database of many tables has many types.
extern const std::string_view domain_type;

struct ColumnTypeCells {
  // The type's OID, modifier and name, and domain_type, as the query gives them.
  ColumnTypeCells(const Cell& oid, const Cell& modifier, const Cell& name, const Cell& domain,
                  const result::TypeOptions& options);
  bool domain_not_null = false;
  Cell data_type, type_name, column_size, buffer_length, decimal_digits, radix, sql_data_type,
      datetime_sub, char_octet_length;
};

}  // namespace negodbc::catalog
