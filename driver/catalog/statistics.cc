// SQLStatistics: a table's size and its indexes.
#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn statistics_rows[] = {
    {Holds::text},        {Holds::text},        {Holds::text},           or_null(Holds::small),
    or_null(Holds::text), or_null(Holds::text), {Holds::small},          or_null(Holds::small),
    or_null(Holds::text), or_null(Holds::text), or_null(Holds::integer), or_null(Holds::integer),
    or_null(Holds::text)};

}  // namespace

LocalRows statistics(const Context& context, const ObjectName& table, SQLUSMALLINT unique,
                     SQLUSMALLINT reserved) {
  if (!table.name) throw Error("HY009", "the table must be named");
  if (unique > SQL_INDEX_ALL)
    throw Error("HY100", "there is no uniqueness option " + std::to_string(unique));
  if (reserved > SQL_ENSURE)
    throw Error("HY101", "there is no accuracy option " + std::to_string(reserved));
  LocalRows result = make_rows({{"TABLE_CAT", ColumnType::name},
                                {"TABLE_SCHEM", ColumnType::name},
                                {"TABLE_NAME", ColumnType::name},
                                {"NON_UNIQUE", ColumnType::small},
                                {"INDEX_QUALIFIER", ColumnType::name},
                                {"INDEX_NAME", ColumnType::name},
                                {"TYPE", ColumnType::small},
                                {"ORDINAL_POSITION", ColumnType::small},
                                {"COLUMN_NAME", ColumnType::name},
                                {"ASC_OR_DESC", ColumnType::name},
                                {"CARDINALITY", ColumnType::integer},
                                {"PAGES", ColumnType::integer},
                                {"FILTER_CONDITION", ColumnType::text}});
  const std::string which = one_table(context, table);
  // The planner's figures; -1 tuples: never analysed.
  const std::string size =
      "CASE WHEN %.reltuples < 0 THEN NULL ELSE least(%.reltuples, 2147483647)::bigint END, "
      "%.relpages";
  const auto size_of = [&](char alias) {
    std::string text = size;
    for (char& c : text)
      if (c == '%') c = alias;
    return text;
  };
  std::string sql =
      "SELECT * FROM (SELECT pg_catalog.current_database(), n.nspname, c.relname, NULL::int AS"
      " non_unique, NULL::pg_catalog.name, NULL::pg_catalog.name AS index, " +
      std::to_string(SQL_TABLE_STAT) +
      " AS type, NULL::int AS position, NULL::pg_catalog.text, NULL::pg_catalog.text, " +
      size_of('c') +
      ", NULL::pg_catalog.text FROM pg_catalog.pg_class c"
      " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE c.relkind = ANY ('{r,p,m,f}')" +
      which +
      " UNION ALL SELECT pg_catalog.current_database(), n.nspname, c.relname,"
      " CASE WHEN x.indisunique THEN 0 ELSE 1 END, n.nspname, i.relname, CASE WHEN x.indisclustered"
      " THEN " +
      std::to_string(SQL_INDEX_CLUSTERED) + " WHEN am.amname = 'hash' THEN " +
      std::to_string(SQL_INDEX_HASHED) + " ELSE " + std::to_string(SQL_INDEX_OTHER) +
      " END, k.n, coalesce(a.attname::pg_catalog.text, pg_catalog.pg_get_indexdef(i.oid, k.n, "
      "true)),"
      " CASE WHEN am.amname <> 'btree' THEN NULL WHEN x.indoption[k.n - 1] & 1 = 1 THEN 'D'"
      " ELSE 'A' END, " +
      size_of('i') +
      ", pg_catalog.pg_get_expr(x.indpred, x.indrelid, true)"
      " FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid"
      " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid"
      " JOIN pg_catalog.pg_am am ON am.oid = i.relam"
      " CROSS JOIN LATERAL pg_catalog.generate_series(1, x.indnkeyatts::int) AS k(n)"
      " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k.n - 1]"
      " AND a.attnum > 0 WHERE x.indisvalid" +
      which + (unique == SQL_INDEX_UNIQUE ? " AND x.indisunique" : "") +
      ") s ORDER BY s.non_unique NULLS FIRST, s.type, s.index, s.position";
  show(result, context.query(sql, statistics_rows));
  return result;
}

}  // namespace negodbc::catalog
