// SQLProcedureColumns: what functions and procedures take and give.
#include "driver/catalog/catalog.h"
#include "driver/catalog/column_type.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn parameter_rows[] = {
    {Holds::text},  // database, schema, procedure, column
    {Holds::text},        {Holds::text}, {Holds::text},   {Holds::small},  // SQL_PARAM_INPUT, ...
    {Holds::oid},  // type, modifier, name, kind
    {Holds::integer},     {Holds::text}, {Holds::letter},
    or_null(Holds::text),  // default
    {Holds::integer}};     // position

// Parameters are numbered as they stand in the call, columns of a RETURNS TABLE by themselves.
// What a set-returning function gives are result columns: a composite type's attributes, or one
// column with the function's name. Of SETOF record without OUT parameters nothing is known.
std::string parts() {
  const auto kind = [](int value) { return std::to_string(value); };
  const std::string gives_columns =
      "coalesce(p.proargmodes && '{o,b,t}'::pg_catalog.\"char\"[], false)";
  return "SELECT 0 AS part, 0 AS position, '' AS name, " + kind(SQL_RETURN_VALUE) +
         " AS kind, p.prorettype AS type, -1 AS modifier, NULL::pg_catalog.text AS initial"
         " WHERE p.prokind = 'f' AND NOT p.proretset AND p.prorettype <> "
         "'pg_catalog.void'::pg_catalog.regtype"
         " AND NOT " +
         gives_columns +
         " UNION ALL SELECT CASE WHEN p.proargmodes[u.n] = 't' THEN 2 ELSE 1 END,"
         " (pg_catalog.row_number() OVER (PARTITION BY p.proargmodes[u.n] = 't' ORDER BY "
         "u.n))::int,"
         " coalesce(p.proargnames[u.n], ''), CASE WHEN p.proargmodes[u.n] = 'o' THEN " +
         kind(SQL_PARAM_OUTPUT) + " WHEN p.proargmodes[u.n] = 'b' THEN " +
         kind(SQL_PARAM_INPUT_OUTPUT) + " WHEN p.proargmodes[u.n] = 't' THEN " +
         kind(SQL_RESULT_COL) + " ELSE " + kind(SQL_PARAM_INPUT) +
         " END, u.type, -1, pg_catalog.pg_get_function_arg_default(p.oid, u.n::int)"
         " FROM pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))"
         " WITH ORDINALITY u(type, n)"
         " UNION ALL SELECT 2, a.attnum, a.attname, " +
         kind(SQL_RESULT_COL) +
         ", a.atttypid, a.atttypmod, NULL FROM pg_catalog.pg_type r"
         " JOIN pg_catalog.pg_attribute a ON a.attrelid = r.typrelid AND a.attnum > 0"
         " AND NOT a.attisdropped WHERE r.oid = p.prorettype AND r.typtype = 'c' AND p.proretset"
         " AND NOT " +
         gives_columns + " UNION ALL SELECT 2, 1, p.proname, " + kind(SQL_RESULT_COL) +
         ", r.oid, -1, NULL FROM pg_catalog.pg_type r WHERE r.oid = p.prorettype"
         " AND r.typtype <> 'c' AND r.oid <> 'pg_catalog.record'::pg_catalog.regtype AND "
         "p.proretset AND "
         "NOT " +
         gives_columns;
}

}  // namespace

LocalRows procedure_columns(const Context& context, const ObjectName& procedure,
                            const std::optional<std::string>& column) {
  std::string sql =
      "SELECT pg_catalog.current_database(), n.nspname, p.proname, x.name, x.kind, x.type,"
      " x.modifier, t.typname, t.typtype, x.initial, x.position"
      " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
      " CROSS JOIN LATERAL (" +
      parts() + ") x JOIN pg_catalog.pg_type t ON t.oid = x.type WHERE ";
  sql += callable;
  sql += place_pattern(context, procedure);
  sql += condition("p.proname", procedure.name, match_of(context, Match::pattern));
  sql += condition("x.name", column, match_of(context, Match::pattern));
  if (!context.show_system_tables && !restricts(procedure.schema) && !restricts(procedure.name))
    sql.append(" AND NOT ").append(system_schema);
  LocalRows result = make_rows({{"PROCEDURE_CAT", ColumnType::name},
                                {"PROCEDURE_SCHEM", ColumnType::name},
                                {"PROCEDURE_NAME", ColumnType::name},
                                {"COLUMN_NAME", ColumnType::name},
                                {"COLUMN_TYPE", ColumnType::small}});
  add_typed_columns(result);
  // p.oid: the overloads of a name one after the other.
  const auto rows =
      context.query(sql + " ORDER BY 1, 2, 3, p.oid, x.part, x.position", parameter_rows);
  const Domains domains = find_domains(rows, 5, 8, context.query);
  for (const auto& row : rows) {
    ColumnTypeCells type(row.number<std::uint32_t>(5), row.number<std::int32_t>(6), row.text(7),
                         domains, context.types);
    const bool not_null = type.domain_not_null;
    Row& told = result.rows.emplace_back(
        Row{row.cell(0), row.cell(1), row.cell(2), row.cell(3), row.cell(4)});
    add_typed_cells(
        told, std::move(type),
        {.not_null = not_null, .remarks = {}, .initial = row.cell(9), .position = row.cell(10)});
  }
  return result;
}

}  // namespace negodbc::catalog
