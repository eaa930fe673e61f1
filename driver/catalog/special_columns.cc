// SQLSpecialColumns: what identifies a row best, and what changes with every update.
#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/column_type.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn special_rows[] = {
    {Holds::text}, {Holds::oid}, {Holds::integer}, {Holds::text}, {Holds::letter}};

// The primary key, or else the unique index of the fewest columns, all of them not null.
std::string best_row_id() {
  return std::string(
             " FROM (SELECT x.indrelid, x.indkey::pg_catalog.int2[] AS key FROM "
             "pg_catalog.pg_index x"
             " JOIN pg_catalog.pg_class c ON c.oid = x.indrelid"
             " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
             " WHERE x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL"
             " AND x.indimmediate AND x.indnatts = x.indnkeyatts AND (x.indisprimary OR NOT EXISTS "
             "(SELECT 1"
             " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY "
             "(x.indkey)"
             " AND (NOT a.attnotnull OR EXISTS (SELECT FROM ") +
         std::string(unproven) + "))))";
}

}  // namespace

LocalRows special_columns(const Context& context, SQLUSMALLINT kind, const ObjectName& table,
                          SQLUSMALLINT scope, SQLUSMALLINT nullable) {
  if (!table.name) throw Error("HY009", "the table must be named");
  if (kind != SQL_BEST_ROWID && kind != SQL_ROWVER)
    throw Error("HY097", "there is no column type " + std::to_string(kind));
  if (scope > SQL_SCOPE_SESSION) throw Error("HY098", "there is no scope " + std::to_string(scope));
  if (nullable > SQL_NULLABLE)
    throw Error("HY099", "there is no nullable option " + std::to_string(nullable));
  LocalRows result = make_rows({{"SCOPE", ColumnType::small},
                                {"COLUMN_NAME", ColumnType::name},
                                {"DATA_TYPE", ColumnType::small},
                                {"TYPE_NAME", ColumnType::name},
                                {"COLUMN_SIZE", ColumnType::integer},
                                {"BUFFER_LENGTH", ColumnType::integer},
                                {"DECIMAL_DIGITS", ColumnType::small},
                                {"PSEUDO_COLUMN", ColumnType::small}});
  const std::string which = one_table(context, table);
  const std::string column = "SELECT a.attname, a.atttypid, a.atttypmod, t.typname, t.typtype";
  std::string sql;
  if (kind == SQL_BEST_ROWID) {
    sql = column + best_row_id() + which +
          " ORDER BY x.indisprimary DESC, x.indnatts, x.indexrelid LIMIT 1) k"
          " CROSS JOIN LATERAL pg_catalog.unnest(k.key) WITH ORDINALITY AS u(attnum, n)"
          " JOIN pg_catalog.pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = u.attnum"
          " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid ORDER BY u.n";
  } else {
    sql =
        column +
        " FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'xmin' AND a.attnum "
        "< 0"
        " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE c.relkind = ANY ('{r,p}')" +
        which;
  }
  const bool row_version = kind == SQL_ROWVER;
  const auto rows = context.query(sql, special_rows);
  const Domains domains = find_domains(rows, 1, 4, context.query);
  for (const auto& row : rows) {
    const ColumnTypeCells type(row.number<std::uint32_t>(1), row.number<std::int32_t>(2),
                               row.text(3), domains, context.types);
    result.rows.push_back({row_version ? Cell() : number(SQL_SCOPE_SESSION), row.cell(0),
                           type.data_type, type.type_name, type.column_size, type.buffer_length,
                           type.decimal_digits,
                           number(row_version ? SQL_PC_PSEUDO : SQL_PC_NOT_PSEUDO)});
  }
  return result;
}

}  // namespace negodbc::catalog
