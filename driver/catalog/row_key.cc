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
             " LEFT JOIN LATERAL (SELECT x.indkey::pg_catalog.int2[] AS key, x.indclass AS classes"
             " FROM pg_catalog.pg_index x"
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
         " OR t.typname = ANY ('{float4,float8}')))"
         " ORDER BY x.indisprimary DESC, x.indnatts, x.indexrelid LIMIT 1) k ON true"
         " LEFT JOIN LATERAL pg_catalog.unnest(k.key) WITH ORDINALITY AS u(attnum, n) ON true"
         " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum"
         " LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
         " LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace" +
         key_equality("k.classes", "u.n - 1");
}

constexpr wire::AnswerColumn row_key_rows[] = {{Holds::text},          // schema
                                               {Holds::text},          // table
                                               {Holds::letter},        // its kind
                                               or_null(Holds::text),   // a column of the key
                                               or_null(Holds::text),   // its type's schema
                                               or_null(Holds::text),   // its type
                                               {Holds::oid},           // the table's oid
                                               or_null(Holds::text),   // the equality's schema
                                               or_null(Holds::text)};  // and operator

std::string qualified(const std::string& schema, const std::string& name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

}  // namespace

std::optional<RowKey> find_row_key(const std::string& table,
                                   const std::vector<std::string>& functions, const Query& query) {
  std::string sql =
      "SELECT n.nspname, c.relname, c.relkind, a.attname, tn.nspname, t.typname, c.oid,"
      " eqn.nspname, eqo.oprname"
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
  sql += best_key();
  sql += " WHERE c.oid = pg_catalog.to_regclass(" + quote_literal(table) +
         ") AND c.relkind = ANY ('{r,p}') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')";
  if (!functions.empty()) {
    std::string names;
    for (const std::string& name : functions)
      names += (names.empty() ? "" : ", ") + quote_literal(name);
    sql += " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_proc p WHERE p.proname = ANY (ARRAY[" +
           names +
           "]::pg_catalog.name[]) AND (p.prokind = ANY ('{a,w}') OR p.proretset OR p.provolatile = "
           "'v'))";
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
    for (const auto& [name, type] :
         {std::pair("tableoid", "oid"), std::pair("ctid", "tid"), std::pair("xmin", "xid")})
      key.columns.push_back(
          {name, std::string("pg_catalog.") + type, std::string(system_equality)});
    return key;
  }
  key.condition = rows_of(first.text(6), key.partitioned);
  for (const auto& row : rows)
    key.columns.push_back({quote_identifier(row.text(3)), qualified(row.text(4), row.text(5)),
                           equality_of(row, 7, 8)});
  return key;
}

}  // namespace negodbc::catalog
