#include "driver/catalog/base_table.h"

#include <algorithm>

#include "driver/base/error.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn base_table_rows[] = {{Holds::text},          // schema
                                                  {Holds::text},          // table
                                                  {Holds::letter},        // its kind
                                                  {Holds::small},         // a column's number
                                                  {Holds::text},          // its name
                                                  {Holds::flag},          // in the primary key
                                                  or_null(Holds::text),   // its equality: schema
                                                  or_null(Holds::text)};  // and operator

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

std::string rows_of(const std::string& oid, bool partitioned) {
  const std::string is = "tableoid " + std::string(system_equality) + ' ';
  return is +
         (partitioned ? "ANY (SELECT relid FROM pg_catalog.pg_partition_tree(" + oid + "))" : oid);
}

std::string key_equality(std::string_view classes, std::string_view at) {
  std::string joins = " LEFT JOIN pg_catalog.pg_opclass eqc ON eqc.oid = ";
  joins.append(classes).append("[").append(at).append(
      "]"
      " LEFT JOIN pg_catalog.pg_amop eqa ON eqa.amopfamily = eqc.opcfamily"
      " AND eqa.amoplefttype = eqc.opcintype AND eqa.amoprighttype = eqc.opcintype"
      " AND eqa.amopstrategy = 3 AND eqa.amopmethod ="
      " (SELECT am.oid FROM pg_catalog.pg_am am WHERE am.amname = 'btree')"
      " LEFT JOIN pg_catalog.pg_operator eqo ON eqo.oid = eqa.amopopr"
      " LEFT JOIN pg_catalog.pg_namespace eqn ON eqn.oid = eqo.oprnamespace");
  return joins;
}

std::string equality_of(const wire::Answer::Row& row, std::size_t schema, std::size_t name) {
  if (row.is_null(schema) || row.is_null(name)) return std::string(system_equality);
  const std::string& symbol = row.text(name);
  if (symbol.empty() || symbol.find_first_not_of("+-*/<>=~!@#%^&|`?") != symbol.npos)
    throw wire::AnswerError("an operator's name is none");
  return "OPERATOR(" + quote_identifier(row.text(schema)) + '.' + symbol + ')';
}

BaseTable find_base_table(const std::vector<wire::Field>& fields, const Query& query) {
  const std::string oid = std::to_string(only_table(fields));
  const wire::Answer rows = query(
      "SELECT n.nspname, c.relname, c.relkind, a.attnum, a.attname, "
      "coalesce(a.attnum = ANY (i.indkey), false), eqn.nspname, eqo.oprname FROM "
      "pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
      "AND NOT a.attisdropped "
      "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary" +
          key_equality("i.indclass",
                       "pg_catalog.array_position(i.indkey::pg_catalog.int2[], a.attnum)") +
          " WHERE c.relkind = ANY ('{r,p}') AND c.oid = " + oid,
      base_table_rows);
  if (rows.empty()) fail("they come from what is no table");
  BaseTable table;
  const wire::Answer::Row& first = rows.first();
  table.name = quote_identifier(first.text(0)) + "." + quote_identifier(first.text(1));
  table.condition = rows_of(oid, first.letter(2) == 'p');
  table.columns.resize(fields.size());
  bool has_key = false;
  for (const auto& row : rows) {
    const int number = row.number<int>(3);
    const bool in_key = row.flag(5);
    bool selected = false;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].table_oid == 0 || fields[i].attribute != number) continue;
      table.columns[i] = quote_identifier(row.text(4));
      if (in_key && !selected) table.key.push_back({i, equality_of(row, 6, 7)});
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
