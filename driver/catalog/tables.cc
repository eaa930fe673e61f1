// SQLTables.
#include <algorithm>
#include <vector>

#include "driver/base/utf.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr std::string_view table_types[] = {"FOREIGN TABLE", "LOCAL TEMPORARY", "MATERIALIZED VIEW",
                                            "SYSTEM TABLE",  "SYSTEM VIEW",     "TABLE",
                                            "VIEW"};

constexpr wire::AnswerColumn one_name[] = {{Holds::text}};
constexpr wire::AnswerColumn table_rows[] = {
    {Holds::text}, {Holds::text}, {Holds::text}, {Holds::text}, or_null(Holds::text)};

LocalRows empty_result() {
  return make_rows({{"TABLE_CAT", ColumnType::name},
                    {"TABLE_SCHEM", ColumnType::name},
                    {"TABLE_NAME", ColumnType::name},
                    {"TABLE_TYPE", ColumnType::name},
                    {"REMARKS", ColumnType::text}});
}

// 'TABLE','VIEW' or TABLE,VIEW: upper case, without quotes and blanks.
std::vector<std::string> split_types(std::string_view list) {
  std::vector<std::string> types;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string type;
    for (const char c : list.substr(0, comma)) {
      if (c == '\'') continue;
      type += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    while (!type.empty() && type.back() == ' ') type.pop_back();
    type.erase(0, std::min(type.find_first_not_of(' '), type.size()));
    if (!type.empty()) types.push_back(type);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return types;
}

LocalRows all_schemas(const Context& context) {
  LocalRows result = empty_result();
  std::string sql =
      "SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE NOT n.nspname LIKE E'pg\\\\_toast%'"
      " AND NOT n.nspname LIKE E'pg\\\\_temp\\\\_%'";
  if (!context.show_system_tables) sql.append(" AND NOT ").append(system_schema);
  for (const auto& row : context.query(sql + " ORDER BY 1", one_name))
    result.rows.push_back({{}, row.cell(0), {}, {}, {}});
  return result;
}

LocalRows all_types() {
  LocalRows result = empty_result();
  for (const std::string_view type : table_types)
    result.rows.push_back({{}, {}, {}, text(type), {}});
  return result;
}

std::string type_condition(const std::vector<std::string>& types) {
  std::string list;
  for (const std::string& type : types) list += (list.empty() ? "" : ", ") + quote_literal(type);
  return " AND t.type = ANY (ARRAY[" + list + "])";
}

}  // namespace

LocalRows tables(const Context& context, const ObjectName& table,
                 const std::optional<std::string>& types) {
  const auto is = [](const std::optional<std::string>& name, std::string_view value) {
    return name && *name == value;
  };
  const auto nothing = [](const std::optional<std::string>& name) {
    return !name || name->empty();
  };
  const bool no_table = is(table.name, "");
  if (is(table.catalog, SQL_ALL_CATALOGS) && is(table.schema, "") && no_table) {
    LocalRows result = empty_result();
    result.rows.push_back({text(context.database), {}, {}, {}, {}});
    return result;
  }
  if (nothing(table.catalog) && is(table.schema, SQL_ALL_SCHEMAS) && no_table)
    return all_schemas(context);
  if (nothing(table.catalog) && nothing(table.schema) && (no_table || !table.name) &&
      is(types, SQL_ALL_TABLE_TYPES))
    return all_types();

  const bool all_of_them = !types || *types == SQL_ALL_TABLE_TYPES;
  const std::vector<std::string> wanted =
      all_of_them ? std::vector<std::string>() : split_types(*types);
  // A list that names no type is one that no table is of.
  if (!all_of_them && wanted.empty()) return empty_result();
  const bool system = context.show_system_tables || !wanted.empty() || restricts(table.schema);
  std::string sql =
      "SELECT pg_catalog.current_database(), t.nspname, t.relname, t.type,"
      " r.description"
      " FROM (SELECT c.oid, n.nspname, c.relname, CASE"
      " WHEN ";
  sql.append(system_schema)
      .append(
          " THEN CASE WHEN c.relkind = 'v' OR c.relkind = 'm' THEN 'SYSTEM VIEW' ELSE 'SYSTEM "
          "TABLE' END"
          " WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relkind = 'm' THEN 'MATERIALIZED VIEW'"
          " WHEN c.relkind = 'f' THEN 'FOREIGN TABLE' WHEN c.relpersistence = 't' THEN 'LOCAL "
          "TEMPORARY'"
          " ELSE 'TABLE' END AS type"
          " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          " WHERE c.relkind = ANY ('{r,p,v,m,f}')"
          " AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)");
  sql += place_pattern(context, table);
  if (!no_table) sql += condition("c.relname", table.name, match_of(context, Match::pattern));
  if (!system) sql.append(" AND NOT ").append(system_schema);
  sql +=
      ") t LEFT JOIN pg_catalog.pg_description r ON r.objoid = t.oid AND r.objsubid = 0"
      " AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass WHERE true";
  if (!wanted.empty()) sql += type_condition(wanted);
  LocalRows result = empty_result();
  show(result, context.query(sql + " ORDER BY 4, 1, 2, 3", table_rows));
  return result;
}

}  // namespace negodbc::catalog
