// SQLColumns.
#include "driver/catalog/catalog.h"
#include "driver/catalog/column_type.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn column_rows[] = {
    {Holds::text},         // database
    {Holds::text},         // schema
    {Holds::text},         // table
    {Holds::text},         // column
    {Holds::oid},          // type
    {Holds::integer},      // its modifier
    {Holds::text},         // its name
    {Holds::letter},       // its kind
    {Holds::flag},         // not null
    or_null(Holds::text),  // remarks
    or_null(Holds::text),  // default
    {Holds::oid},          // the table's oid, or the position
};

}  // namespace

LocalRows columns(const Context& context, const ObjectName& table,
                  const std::optional<std::string>& column) {
  // Of all columns the driver counts, of some the server: a window over every column of every table
  // would cost a sort.
  const std::string named = condition("a.attname", column, match_of(context, Match::pattern));
  std::string sql =
      "SELECT pg_catalog.current_database(), n.nspname, c.relname, a.attname, a.atttypid,"
      " a.atttypmod, t.typname, t.typtype, a.attnotnull AND nn.conrelid IS NULL, r.description,"
      " pg_catalog.pg_get_expr(d.adbin, d.adrelid), ";
  sql.append(named.empty() ? "c.oid"
                           : "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute p WHERE "
                             "p.attrelid = a.attrelid"
                             " AND p.attnum > 0 AND NOT p.attisdropped AND p.attnum <= a.attnum)");
  sql.append(
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
      " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
      " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
      " AND a.attgenerated = ''"
      " LEFT JOIN pg_catalog.pg_description r ON r.objoid = c.oid AND r.objsubid = a.attnum"
      " AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass");
  sql.append(join_unproven);
  sql.append(
      " WHERE c.relkind = ANY ('{r,p,v,m,f}') AND a.attnum > 0 AND NOT a.attisdropped"
      " AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)");
  sql += place_pattern(context, table);
  sql += condition("c.relname", table.name, match_of(context, Match::pattern));
  sql += named;
  if (!context.show_system_tables && !restricts(table.schema) && !restricts(table.name))
    sql.append(" AND NOT ").append(system_schema);
  LocalRows result = make_rows({{"TABLE_CAT", ColumnType::name},
                                {"TABLE_SCHEM", ColumnType::name},
                                {"TABLE_NAME", ColumnType::name},
                                {"COLUMN_NAME", ColumnType::name}});
  add_typed_columns(result);
  Cell counted;  // the table whose columns are counted
  std::int64_t position = 0;
  const auto rows = context.query(sql + " ORDER BY n.nspname, c.relname, a.attnum", column_rows);
  const Domains domains = find_domains(rows, 4, 7, context.query);
  result.rows.reserve(rows.size());
  for (const auto& row : rows) {
    ColumnTypeCells type(row.number<std::uint32_t>(4), row.number<std::int32_t>(5), row.text(6),
                         domains, context.types);
    const bool not_null = row.flag(8) || type.domain_not_null;
    if (named.empty()) {
      position = row.cell(11) == counted ? position + 1 : 1;
      counted = row.cell(11);
    }
    Row& told = result.rows.emplace_back(Row{row.cell(0), row.cell(1), row.cell(2), row.cell(3)});
    add_typed_cells(told, std::move(type),
                    {.not_null = not_null,
                     .remarks = row.cell(9),
                     .initial = row.cell(10),
                     .position = named.empty() ? number(position) : row.cell(11)});
  }
  return result;
}

}  // namespace negodbc::catalog
