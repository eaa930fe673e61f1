// SQLPrimaryKeys, SQLForeignKeys.
#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn primary_key[] = {{Holds::text}, {Holds::text},  {Holds::text},
                                              {Holds::text}, {Holds::small}, {Holds::text}};
constexpr wire::AnswerColumn foreign_key[] = {
    {Holds::text},                                        // database
    {Holds::text},                                        // the primary key's schema, table, column
    {Holds::text},        {Holds::text}, {Holds::text},   // the foreign key's
    {Holds::text},        {Holds::text}, {Holds::small},  // position
    {Holds::letter},                                      // rules
    {Holds::letter},      {Holds::text},                  // names
    or_null(Holds::text), {Holds::flag},                  // deferrable, deferred
    {Holds::flag}};

// pg_constraint.confupdtype and confdeltype.
Cell rule(char code) {
  switch (code) {
    case 'c':
      return number(SQL_CASCADE);
    case 'n':
      return number(SQL_SET_NULL);
    case 'd':
      return number(SQL_SET_DEFAULT);
    case 'r':
      return number(SQL_RESTRICT);
    default:
      return number(SQL_NO_ACTION);
  }
}

}  // namespace

LocalRows primary_keys(const Context& context, const ObjectName& table) {
  if (!table.name) throw Error("HY009", "the table must be named");
  LocalRows result = make_rows({{"TABLE_CAT", ColumnType::name},
                                {"TABLE_SCHEM", ColumnType::name},
                                {"TABLE_NAME", ColumnType::name},
                                {"COLUMN_NAME", ColumnType::name},
                                {"KEY_SEQ", ColumnType::small},
                                {"PK_NAME", ColumnType::name}});
  show(result,
       context.query(
           "SELECT pg_catalog.current_database(), n.nspname, c.relname, a.attname, k.n, p.conname"
           " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
           " JOIN pg_catalog.pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'"
           " CROSS JOIN LATERAL pg_catalog.unnest(p.conkey) WITH ORDINALITY AS k(attnum, n)"
           " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE "
           "true" +
               one_table(context, table) + " ORDER BY 1, 2, 3, 5",
           primary_key));
  return result;
}

LocalRows foreign_keys(const Context& context, const ObjectName& primary,
                       const ObjectName& foreign) {
  if (!primary.name && !foreign.name) throw Error("HY009", "one of the two tables must be named");
  LocalRows result = make_rows({{"PKTABLE_CAT", ColumnType::name},
                                {"PKTABLE_SCHEM", ColumnType::name},
                                {"PKTABLE_NAME", ColumnType::name},
                                {"PKCOLUMN_NAME", ColumnType::name},
                                {"FKTABLE_CAT", ColumnType::name},
                                {"FKTABLE_SCHEM", ColumnType::name},
                                {"FKTABLE_NAME", ColumnType::name},
                                {"FKCOLUMN_NAME", ColumnType::name},
                                {"KEY_SEQ", ColumnType::small},
                                {"UPDATE_RULE", ColumnType::small},
                                {"DELETE_RULE", ColumnType::small},
                                {"FK_NAME", ColumnType::name},
                                {"PK_NAME", ColumnType::name},
                                {"DEFERRABILITY", ColumnType::small}});
  // OFFSET 0: the keys are taken apart before the columns are looked up, not the other way round,
  // which is what the planner makes of it, who does not know how many columns a key has.
  std::string sql =
      "SELECT pg_catalog.current_database(), k.pschema, k.ptable, pa.attname, k.fschema, k.ftable,"
      " fa.attname, k.n, k.confupdtype, k.confdeltype, k.conname, p.relname, k.condeferrable,"
      " k.condeferred FROM (SELECT k.*, u.*, pn.nspname AS pschema, pc.relname AS ptable,"
      " fn.nspname AS fschema, fc.relname AS ftable FROM pg_catalog.pg_constraint k"
      " JOIN pg_catalog.pg_class fc ON fc.oid = k.conrelid"
      " JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace"
      " JOIN pg_catalog.pg_class pc ON pc.oid = k.confrelid"
      " JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace"
      " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(attnum, pattnum, n)"
      " WHERE k.contype = 'f' AND k.conparentid = 0";
  if (primary.name) sql += one_table(context, primary, "pc", "pn");
  if (foreign.name) sql += one_table(context, foreign, "fc", "fn");
  sql +=
      " OFFSET 0) k"
      " JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.conrelid AND fa.attnum = k.attnum"
      " JOIN pg_catalog.pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = k.pattnum"
      " LEFT JOIN pg_catalog.pg_class p ON p.oid = k.conindid";
  // Of a primary key: who refers to it. Of a foreign key's table: what it refers to. The reference
  // orders by table and KEY_SEQ; that would mix several keys between two tables, so the key's name
  // stands between.
  sql += foreign.name && !primary.name ? " ORDER BY 2, 3, 11, 8" : " ORDER BY 5, 6, 11, 8";
  for (const auto& row : context.query(sql, foreign_key)) {
    const Cell deferrability = number(!row.flag(12)  ? SQL_NOT_DEFERRABLE
                                      : row.flag(13) ? SQL_INITIALLY_DEFERRED
                                                     : SQL_INITIALLY_IMMEDIATE);
    const Cell& database = row.cell(0);
    result.rows.push_back({database, row.cell(1), row.cell(2), row.cell(3), database, row.cell(4),
                           row.cell(5), row.cell(6), row.cell(7), rule(row.letter(8)),
                           rule(row.letter(9)), row.cell(10), row.cell(11), deferrability});
  }
  return result;
}

}  // namespace negodbc::catalog
