#include "driver/catalog/origins.h"

#include <set>

#include "driver/catalog/column_type.h"
#include "driver/catalog/object_filter.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn origin_rows[] = {
    {Holds::oid},                                  // the column: table and number
    {Holds::small}, {Holds::text},                 // schema, table, column
    {Holds::text},  {Holds::text}, {Holds::flag},  // not null
    {Holds::flag},                                 // counts by itself
    {Holds::oid},                                  // its type and the type's kind
    {Holds::letter}};
constexpr wire::AnswerColumn type_name_rows[] = {{Holds::oid}, {Holds::text}};

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ',';
  list += item;
}

}  // namespace

const Origin* Origins::column(std::uint32_t table_oid, std::int16_t attribute) const {
  const auto found = columns_.find({table_oid, attribute});
  return found == columns_.end() ? nullptr : &found->second;
}

std::string_view Origins::type_name(std::uint32_t oid) const {
  const auto found = types_.find(oid);
  return found == types_.end() ? std::string_view() : std::string_view(found->second);
}

Origins find_origins(const std::vector<wire::Field>& fields, const Query& query) {
  Origins origins;
  std::string tables;
  std::string numbers;
  std::set<std::uint32_t> type_oids;
  for (const wire::Field& field : fields) {
    type_oids.insert(field.type_oid);
    if (field.table_oid == 0 || field.attribute == 0) continue;
    append(tables, std::to_string(field.table_oid));
    append(numbers, std::to_string(field.attribute));
  }
  if (!tables.empty()) {
    const auto rows = query(
        "SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname, a.attnotnull AND "
        "nn.conrelid IS NULL,"
        " a.attidentity <> '' OR coalesce(pg_catalog.replace(pg_catalog.pg_get_expr(d.adbin,"
        " d.adrelid), 'pg_catalog.nextval(', 'nextval(') LIKE 'nextval(%', false),"
        " t.oid, t.typtype"
        " FROM ROWS FROM (pg_catalog.unnest('{" +
            tables + "}'::pg_catalog.oid[]), pg_catalog.unnest('{" + numbers +
            "}'::pg_catalog.int2[])) AS w(relation, number)"
            " JOIN pg_catalog.pg_attribute a ON a.attrelid = w.relation AND a.attnum = w.number"
            " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum" +
            std::string(join_unproven),
        origin_rows);
    const Domains domains = find_domains(rows, 7, 8, query);
    for (const auto& row : rows) {
      const auto domain = domains.find(row.number<std::uint32_t>(7));
      Origin origin{row.text(2), row.text(3), row.text(4),
                    row.flag(5) || (domain != domains.end() && domain->second.not_null),
                    row.flag(6)};
      origins.columns_.emplace(std::pair(row.number<std::uint32_t>(0), row.number<std::int16_t>(1)),
                               std::move(origin));
    }
  }
  std::string types;
  for (const std::uint32_t oid : type_oids) {
    if (types::describe_type(oid, -1, {}).type_name.empty()) append(types, std::to_string(oid));
  }
  if (!types.empty()) {
    for (const auto& row :
         query("SELECT oid, typname FROM pg_catalog.pg_type WHERE oid = ANY ('{" + types + "}')",
               type_name_rows))
      origins.types_.emplace(row.number<std::uint32_t>(0), row.text(1));
  }
  return origins;
}

}  // namespace negodbc::catalog
