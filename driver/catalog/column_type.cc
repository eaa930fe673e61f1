#include "driver/catalog/column_type.h"

#include <set>

#include "driver/catalog/object_filter.h"
#include "driver/types/c_types.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn domain_rows[] = {{Holds::oid},      // the domain
                                              {Holds::oid},      // what it is in the end
                                              {Holds::integer},  // the modifier
                                              {Holds::flag},     // not null
                                              {Holds::text}};    // the type's name

bool is_text_or_binary(SQLSMALLINT type) {
  return types::is_character_type(type) || type == SQL_BINARY || type == SQL_VARBINARY ||
         type == SQL_LONGVARBINARY;
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

Domains find_domains(const wire::Answer& rows, std::size_t oid, std::size_t kind,
                     const Query& query) {
  std::set<std::string> wanted;
  for (const auto& row : rows)
    if (row.letter(kind) == 'd') wanted.insert(row.text(oid));
  Domains domains;
  if (wanted.empty()) return domains;
  std::string list;
  for (const std::string& one : wanted) list += (list.empty() ? "" : ",") + one;
  const auto found = query(
      "WITH RECURSIVE d(domain, type, modifier, not_null) AS ("
      "SELECT oid, typbasetype, typtypmod, typnotnull FROM pg_catalog.pg_type WHERE oid = ANY ('{" +
          list +
          "}') UNION ALL SELECT d.domain, x.typbasetype, CASE WHEN d.modifier = -1 THEN "
          "x.typtypmod "
          "ELSE"
          " d.modifier END, d.not_null OR x.typnotnull FROM d JOIN pg_catalog.pg_type x"
          " ON x.oid = d.type WHERE x.typtype = 'd')"
          " SELECT d.domain, d.type, d.modifier, d.not_null, x.typname FROM d"
          " JOIN pg_catalog.pg_type x ON x.oid = d.type WHERE x.typtype <> 'd'",
      domain_rows);
  for (const auto& row : found) {
    domains[row.number<std::uint32_t>(0)] = {row.number<std::uint32_t>(1),
                                             row.number<std::int32_t>(2), row.flag(3), row.text(4)};
  }
  return domains;
}

ColumnTypeCells::ColumnTypeCells(std::uint32_t oid, std::int32_t modifier, const std::string& name,
                                 const Domains& domains, const types::TypeOptions& options) {
  Cell final_name = name;
  if (const auto domain = domains.find(oid); domain != domains.end()) {
    oid = domain->second.type;
    modifier = domain->second.modifier;
    domain_not_null = domain->second.not_null;
    final_name = domain->second.name;
    if (name == "lo" && oid == types::oid_oid) oid = types::oid_large_object;
  }
  const types::SqlType type = types::describe_type(oid, modifier, options);
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
