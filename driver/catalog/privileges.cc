// SQLTablePrivileges, SQLColumnPrivileges.
#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

// Of an exploded access list `x`. Who owns an object has every privilege on it until an access list
// says otherwise: acldefault().
constexpr std::string_view grant =
    "pg_catalog.pg_get_userbyid(x.grantor), CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE "
    "pg_catalog.pg_get_userbyid(x.grantee) END, x.privilege_type, "
    "CASE WHEN x.is_grantable OR x.grantee = c.relowner THEN 'YES' ELSE 'NO' END";
constexpr std::string_view table_grants =
    "pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) x";
constexpr std::string_view column_grants = "pg_catalog.aclexplode(a.attacl) x";
// Of a table's privileges those that a column has too.
constexpr std::string_view of_columns =
    " AND x.privilege_type = ANY ('{SELECT,INSERT,UPDATE,REFERENCES}')";
constexpr std::string_view their_columns =
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
    "a.attisdropped";
constexpr std::string_view relations =
    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
constexpr std::string_view of_relations =
    " WHERE c.relkind = ANY ('{r,p,v,m,f}')"
    " AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)";

constexpr wire::AnswerColumn of_table[] = {{Holds::text}, {Holds::text}, {Holds::text},
                                           {Holds::text}, {Holds::text}, {Holds::text},
                                           {Holds::text}};
constexpr wire::AnswerColumn of_column[] = {{Holds::text}, {Holds::text}, {Holds::text},
                                            {Holds::text}, {Holds::text}, {Holds::text},
                                            {Holds::text}, {Holds::text}};

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

}  // namespace

LocalRows table_privileges(const Context& context, const ObjectName& table) {
  LocalRows result = make_rows({{"TABLE_CAT", ColumnType::name},
                                {"TABLE_SCHEM", ColumnType::name},
                                {"TABLE_NAME", ColumnType::name},
                                {"GRANTOR", ColumnType::name},
                                {"GRANTEE", ColumnType::name},
                                {"PRIVILEGE", ColumnType::name},
                                {"IS_GRANTABLE", ColumnType::name}});
  std::string sql = join({"SELECT pg_catalog.current_database(), n.nspname, c.relname, ", grant,
                          " FROM ", relations, " CROSS JOIN LATERAL ", table_grants, of_relations});
  sql += place_pattern(context, table);
  sql += condition("c.relname", table.name, match_of(context, Match::pattern));
  if (!context.show_system_tables && !restricts(table.schema) && !restricts(table.name))
    sql.append(" AND NOT ").append(system_schema);
  show(result, context.query(sql + " ORDER BY 1, 2, 3, 6, 5, 4", of_table));
  return result;
}

LocalRows column_privileges(const Context& context, const ObjectName& table,
                            const std::optional<std::string>& column) {
  if (!table.name) throw Error("HY009", "the table must be named");
  LocalRows result = make_rows({{"TABLE_CAT", ColumnType::name},
                                {"TABLE_SCHEM", ColumnType::name},
                                {"TABLE_NAME", ColumnType::name},
                                {"COLUMN_NAME", ColumnType::name},
                                {"GRANTOR", ColumnType::name},
                                {"GRANTEE", ColumnType::name},
                                {"PRIVILEGE", ColumnType::name},
                                {"IS_GRANTABLE", ColumnType::name}});
  const std::string which = std::string(of_relations) + one_table(context, table) +
                            condition("a.attname", column, match_of(context, Match::pattern));
  const auto granted = [&](std::string_view list, std::string_view more) {
    return join({"SELECT pg_catalog.current_database(), n.nspname, c.relname, a.attname, ", grant,
                 " FROM ", relations, their_columns, " CROSS JOIN LATERAL ", list, which, more});
  };
  // What is granted on the table is granted on its columns; UNION takes away what is granted twice.
  show(result, context.query(granted(table_grants, of_columns) + " UNION " +
                                 granted(column_grants, "") + " ORDER BY 1, 2, 3, 4, 7, 6, 5",
                             of_column));
  return result;
}

}  // namespace negodbc::catalog
