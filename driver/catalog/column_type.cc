#include "driver/catalog/column_type.h"

#include <sstream>

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

const std::string_view domain_type =
    "CASE WHEN t.typtype = 'd' THEN (WITH RECURSIVE d(type, modifier, not_null) AS ("
    "SELECT t.typbasetype, t.typtypmod, t.typnotnull UNION ALL SELECT x.typbasetype,"
    " CASE WHEN d.modifier = -1 THEN x.typtypmod ELSE d.modifier END, d.not_null OR x.typnotnull"
    " FROM d JOIN pg_catalog.pg_type x ON x.oid = d.type WHERE x.typtype = 'd')"
    " SELECT d.type || ' ' || d.modifier || ' ' || d.not_null::int || ' ' || x.typname"
    " FROM d JOIN pg_catalog.pg_type x ON x.oid = d.type WHERE x.typtype <> 'd') END";

ColumnTypeCells::ColumnTypeCells(const Cell& oid, const Cell& modifier, const Cell& name,
                                 const Cell& domain, const result::TypeOptions& options) {
  std::uint32_t type_oid = to_number<std::uint32_t>(oid);
  std::int32_t type_modifier = to_number<std::int32_t>(modifier);
  Cell final_name = name;
  if (domain) {
    std::istringstream words(*domain);
    std::string rest;
    words >> type_oid >> type_modifier >> domain_not_null >> std::ws;
    std::getline(words, rest);
    final_name = rest;
  }
  const result::SqlType type = result::describe_type(type_oid, type_modifier, options);
  data_type = number(type.concise_type);
  type_name = type.type_name.empty() ? final_name : text(type.type_name);
  column_size = number(static_cast<std::int64_t>(type.column_size));
  buffer_length = number(type.octet_length);
  if (has_decimal_digits(type.concise_type)) decimal_digits = number(type.decimal_digits);
  if (type.precision_radix != 0) radix = number(type.precision_radix);
  sql_data_type = number(type.verbose_type);
  if (type.datetime_code != 0) datetime_sub = number(type.datetime_code);
  if (is_text_or_binary(type.concise_type)) char_octet_length = number(type.octet_length);
}

}  // namespace negodbc::catalog
