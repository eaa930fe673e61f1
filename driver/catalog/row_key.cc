#include "driver/catalog/row_key.h"

#include "driver/catalog/base_table.h"
#include "driver/catalog/object_filter.h"
#include "driver/catalog/sql_text.h"

namespace negodbc::catalog {
namespace {

// A parent's index knows nothing of the rows of the tables that inherit from it. The index of a
// partitioned table holds for all its partitions.
std::string best_key() {
  return std::string(
             " LEFT JOIN LATERAL (SELECT x.indkey::int2[] AS key FROM pg_catalog.pg_index x"
             " WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indimmediate"
             " AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indnatts = x.indnkeyatts"
             " AND NOT (c.relkind = 'r' AND c.relhassubclass)"
             " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a"
             " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
             " WHERE a.attrelid = c.oid AND a.attnum = ANY (x.indkey)"
             " AND (NOT a.attnotnull OR EXISTS (SELECT FROM ") +
         std::string(unproven) +
         ") OR t.typarray = 0 OR t.typdelim <> ','"
         // extra_float_digits may leave digits out of their text.
         " OR t.typname IN ('float4', 'float8')))"
         " ORDER BY x.indisprimary DESC, x.indnatts, x.indexrelid LIMIT 1) k ON true"
         " LEFT JOIN LATERAL unnest(k.key) WITH ORDINALITY AS u(attnum, n) ON true"
         " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum"
         " LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
         " LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace";
}

constexpr wire::AnswerColumn row_key_rows[] = {{Holds::text},         // schema
                                               {Holds::text},         // table
                                               {Holds::letter},       // its kind
                                               or_null(Holds::text),  // a column of the key
                                               or_null(Holds::text),  // its type's schema
                                               or_null(Holds::text),  // its type
                                               {Holds::oid}};         // the table's oid

std::string qualified(const std::string& schema, const std::string& name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

}  // namespace

std::optional<RowKey> find_row_key(const std::string& table,
                                   const std::vector<std::string>& functions, const Query& query) {
  std::string sql =
      "SELECT n.nspname, c.relname, c.relkind, a.attname, tn.nspname, t.typname, c.oid"
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
  sql += best_key();
  sql += " WHERE c.oid = pg_catalog.to_regclass(" + quote_literal(table) +
         ") AND c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')";
  if (!functions.empty()) {
    std::string names;
    for (const std::string& name : functions)
      names += (names.empty() ? "" : ", ") + quote_literal(name);
    sql += " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_proc p WHERE p.proname IN (" + names +
           ") AND (p.prokind IN ('a', 'w') OR p.proretset OR p.provolatile = 'v'))";
  }
  const wire::Answer rows = query(sql + " ORDER BY u.n", row_key_rows);
  if (rows.empty()) return std::nullopt;
  const wire::Answer::Row& first = rows.first();
  RowKey key;
  key.table = qualified(first.text(0), first.text(1));
  key.partitioned = first.letter(2) == 'p';
  key.oid = first.number<std::uint32_t>(6);
  key.unique = !first.is_null(3);
  if (!key.unique) {
    if (key.partitioned) return std::nullopt;
    key.columns = {
        {"tableoid", "pg_catalog.oid"}, {"ctid", "pg_catalog.tid"}, {"xmin", "pg_catalog.xid"}};
    return key;
  }
  key.condition = rows_of(first.text(6), key.partitioned);
  for (const auto& row : rows)
    key.columns.push_back({quote_identifier(row.text(3)), qualified(row.text(4), row.text(5))});
  return key;
}

}  // namespace negodbc::catalog
