// SQLProcedures: functions and procedures.
#include "driver/catalog/catalog.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn procedure_rows[] = {
    {Holds::text},    {Holds::text},    {Holds::text},        {Holds::small},
    {Holds::integer}, {Holds::integer}, or_null(Holds::text), {Holds::small}};

}  // namespace

LocalRows procedures(const Context& context, const ObjectName& procedure) {
  LocalRows result = make_rows({{"PROCEDURE_CAT", ColumnType::name},
                                {"PROCEDURE_SCHEM", ColumnType::name},
                                {"PROCEDURE_NAME", ColumnType::name},
                                {"NUM_INPUT_PARAMS", ColumnType::integer},
                                {"NUM_OUTPUT_PARAMS", ColumnType::integer},
                                {"NUM_RESULT_SETS", ColumnType::integer},
                                {"REMARKS", ColumnType::text},
                                {"PROCEDURE_TYPE", ColumnType::small}});
  std::string sql =
      "SELECT pg_catalog.current_database(), n.nspname, p.proname, p.pronargs,"
      " CASE WHEN p.proargmodes IS NULL THEN 0 ELSE (SELECT pg_catalog.count(*)"
      " FROM pg_catalog.unnest(p.proargmodes) m WHERE m = ANY ('{o,b,t}')) END,"
      " CASE WHEN p.proretset THEN 1 ELSE 0 END, r.description,"
      " CASE WHEN p.prokind = 'p' THEN " +
      std::to_string(SQL_PT_PROCEDURE) + " ELSE " + std::to_string(SQL_PT_FUNCTION) +
      " END FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
      " LEFT JOIN pg_catalog.pg_description r ON r.objoid = p.oid AND r.objsubid = 0"
      " AND r.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass WHERE ";
  sql += callable;
  sql += place_pattern(context, procedure);
  sql += condition("p.proname", procedure.name, match_of(context, Match::pattern));
  if (!context.show_system_tables && !restricts(procedure.schema) && !restricts(procedure.name))
    sql.append(" AND NOT ").append(system_schema);
  show(result, context.query(sql + " ORDER BY 1, 2, 3, p.oid", procedure_rows));
  return result;
}

}  // namespace negodbc::catalog
