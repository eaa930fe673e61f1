#include "driver/catalog/base_table.h"

#include <algorithm>

#include "driver/base/error.h"

namespace negodbc::catalog {
namespace {

std::string unchangeable(const char* why) {
  return std::string("the result's rows cannot be changed: ") + why;
}
[[noreturn]] void fail(const char* why) {
  throw Error("HY000", unchangeable(why));
}

// The only table among the fields' origins.
std::uint32_t only_table(const std::vector<wire::Field>& fields) {
  std::uint32_t table = 0;
  for (const wire::Field& field : fields) {
    if (field.table_oid == 0 || field.attribute <= 0) continue;
    if (table != 0 && field.table_oid != table) fail("they come from several tables");
    table = field.table_oid;
  }
  if (table == 0) fail("they come from no table");
  return table;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

BaseTable find_base_table(const std::vector<wire::Field>& fields, const Query& query) {
  const std::string oid = std::to_string(only_table(fields));
  const std::vector<Row> rows = query(
      "SELECT n.nspname, c.relname, c.relkind, a.attnum, a.attname, "
      "coalesce(a.attnum = ANY (i.indkey), false) FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
      "AND NOT a.attisdropped "
      "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary "
      "WHERE c.relkind IN ('r', 'p') AND c.oid = " +
      oid);
  if (rows.empty()) fail("they come from what is no table");
  BaseTable table;
  table.name = quote_identifier(*rows[0][0]) + "." + quote_identifier(*rows[0][1]);
  table.condition =
      *rows[0][2] == "r"
          ? "tableoid = " + oid
          : "tableoid IN (SELECT relid FROM pg_catalog.pg_partition_tree(" + oid + "))";
  table.columns.resize(fields.size());
  bool has_key = false;
  for (const Row& row : rows) {
    const int number = std::stoi(*row[3]);
    const bool in_key = *row[5] == "t";
    bool selected = false;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].table_oid == 0 || fields[i].attribute != number) continue;
      table.columns[i] = quote_identifier(*row[4]);
      if (in_key && !selected) table.key.push_back(i);
      selected = true;
    }
    if (in_key && !selected)
      table.no_key = unchangeable("the table's primary key was not selected");
    has_key = has_key || in_key;
  }
  if (!has_key) table.no_key = unchangeable("the table has no primary key");
  return table;
}

}  // namespace negodbc::catalog
