#include "driver/catalog/column_type.h"

#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

bool is_text_or_binary(SQLSMALLINT type) {
  switch (type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
      return true;
    default:
      return false;
  }
}

// Where the reference says that decimal digits mean something.
bool has_decimal_digits(SQLSMALLINT type) {
  switch (type) {
    case SQL_DECIMAL:
    case SQL_NUMERIC:
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
    case SQL_TYPE_TIME:
    case SQL_TYPE_TIMESTAMP:
      return true;
    default:
      return type >= SQL_INTERVAL_YEAR && type <= SQL_INTERVAL_MINUTE_TO_SECOND;
  }
}

}  // namespace

const std::string_view base_types =
    "WITH RECURSIVE domains(domain, type, modifier, not_null) AS ("
    "SELECT oid, typbasetype, typtypmod, typnotnull FROM pg_catalog.pg_type WHERE typtype = 'd'"
    " UNION ALL SELECT s.domain, t.typbasetype, CASE WHEN s.modifier = -1 THEN t.typtypmod ELSE "
    "s.modifier END,"
    " s.not_null OR t.typnotnull"
    " FROM domains s JOIN pg_catalog.pg_type t ON t.oid = s.type WHERE t.typtype = 'd'"
    "), base_types AS (SELECT s.* FROM domains s JOIN pg_catalog.pg_type t ON t.oid = s.type"
    " WHERE t.typtype <> 'd') ";

ColumnTypeCells::ColumnTypeCells(const Cell& oid, const Cell& modifier, const Cell& name,
                                 const result::TypeOptions& options) {
  const result::SqlType type = result::describe_type(to_number<std::uint32_t>(oid),
                                                     to_number<std::int32_t>(modifier), options);
  data_type = number(type.concise_type);
  type_name = type.type_name.empty() ? name : text(type.type_name);
  column_size = number(static_cast<std::int64_t>(type.column_size));
  buffer_length = number(type.octet_length);
  if (has_decimal_digits(type.concise_type)) decimal_digits = number(type.decimal_digits);
  if (type.precision_radix != 0) radix = number(type.precision_radix);
  sql_data_type = number(type.verbose_type);
  if (type.datetime_code != 0) datetime_sub = number(type.datetime_code);
  if (is_text_or_binary(type.concise_type)) char_octet_length = number(type.octet_length);
}

}  // namespace negodbc::catalog
