#include "driver/catalog/column_type.h"

#include <set>

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

Domains find_domains(const std::vector<Row>& rows, std::size_t oid, std::size_t kind,
                     const Query& query) {
  std::set<std::string> wanted;
  for (const Row& row : rows)
    if (row[kind] == "d") wanted.insert(row[oid].value_or("0"));
  Domains domains;
  if (wanted.empty()) return domains;
  std::string list;
  for (const std::string& one : wanted) list += (list.empty() ? "" : ",") + one;
  const auto found = query(
      "WITH RECURSIVE d(domain, type, modifier, not_null) AS ("
      "SELECT oid, typbasetype, typtypmod, typnotnull FROM pg_catalog.pg_type WHERE oid IN (" +
      list +
      ") UNION ALL SELECT d.domain, x.typbasetype, CASE WHEN d.modifier = -1 THEN x.typtypmod ELSE"
      " d.modifier END, d.not_null OR x.typnotnull FROM d JOIN pg_catalog.pg_type x"
      " ON x.oid = d.type WHERE x.typtype = 'd')"
      " SELECT d.domain, d.type, d.modifier, d.not_null, x.typname FROM d"
      " JOIN pg_catalog.pg_type x ON x.oid = d.type WHERE x.typtype <> 'd'");
  for (const Row& row : found) {
    domains[to_number<std::uint32_t>(row[0])] = {to_number<std::uint32_t>(row[1]),
                                                 to_number<std::int32_t>(row[2]), row[3] == "t",
                                                 row[4].value_or("")};
  }
  return domains;
}

ColumnTypeCells::ColumnTypeCells(const Cell& oid, const Cell& modifier, const Cell& name,
                                 const Domains& domains, const result::TypeOptions& options) {
  auto type_oid = to_number<std::uint32_t>(oid);
  auto type_modifier = to_number<std::int32_t>(modifier);
  Cell final_name = name;
  if (const auto domain = domains.find(type_oid); domain != domains.end()) {
    type_oid = domain->second.type;
    type_modifier = domain->second.modifier;
    domain_not_null = domain->second.not_null;
    final_name = domain->second.name;
    if (name == "lo" && type_oid == result::oid_oid) type_oid = result::oid_large_object;
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

void add_typed_columns(LocalRows& result) {
  add_columns(result, {{"DATA_TYPE", ColumnType::small},
                       {"TYPE_NAME", ColumnType::name},
                       {"COLUMN_SIZE", ColumnType::integer},
                       {"BUFFER_LENGTH", ColumnType::integer},
                       {"DECIMAL_DIGITS", ColumnType::small},
                       {"NUM_PREC_RADIX", ColumnType::small},
                       {"NULLABLE", ColumnType::small},
                       {"REMARKS", ColumnType::text},
                       {"COLUMN_DEF", ColumnType::text},
                       {"SQL_DATA_TYPE", ColumnType::small},
                       {"SQL_DATETIME_SUB", ColumnType::small},
                       {"CHAR_OCTET_LENGTH", ColumnType::integer},
                       {"ORDINAL_POSITION", ColumnType::integer},
                       {"IS_NULLABLE", ColumnType::name}});
}

void add_typed_cells(Row& row, ColumnTypeCells type, ColumnFacts facts) {
  for (Cell* cell : {&type.data_type, &type.type_name, &type.column_size, &type.buffer_length,
                     &type.decimal_digits, &type.radix})
    row.push_back(std::move(*cell));
  row.push_back(number(facts.not_null ? SQL_NO_NULLS : SQL_NULLABLE));
  for (Cell* cell : {&facts.remarks, &facts.initial, &type.sql_data_type, &type.datetime_sub,
                     &type.char_octet_length, &facts.position})
    row.push_back(std::move(*cell));
  row.push_back(text(facts.not_null ? "NO" : "YES"));
}

}  // namespace negodbc::catalog
