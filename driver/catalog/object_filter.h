// Which objects a catalogue function means; for the catalogue functions' own files.
#pragma once

#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/sql_text.h"

namespace negodbc::catalog {

// Catalogue and schema, given as an argument. An empty one restricts nothing: every object has
// both, so that "objects without a schema" would be an answer of no use.
inline std::optional<std::string> given(const std::optional<std::string>& name) {
  return name && name->empty() ? std::nullopt : name;
}

inline Match match_of(const Context& context, Match otherwise) {
  return context.metadata_id ? Match::identifier : otherwise;
}

// With SQL_ATTR_METADATA_ID all names must be there; condition() looks after the others.
inline void require_identifiers(const Context& context, const ObjectName& object) {
  if (context.metadata_id && (!object.catalog || !object.schema || !object.name))
    throw Error("HY009", "with SQL_ATTR_METADATA_ID a name cannot be a null pointer");
}

// Conditions over n (pg_namespace), for arguments that may be patterns (SQLTables, SQLColumns,
// SQLProcedures).
inline std::string place_pattern(const Context& context, const ObjectName& object) {
  require_identifiers(context, object);
  const auto catalog = given(object.catalog);
  std::string where;
  if (catalog)
    where += condition("pg_catalog.current_database()", catalog, match_of(context, Match::pattern));
  const auto schema = given(object.schema);
  if (schema) where += condition("n.nspname", schema, match_of(context, Match::pattern));
  return where;
}

// Conditions over c (pg_class) and n, for arguments that name one table. Without a schema it is the
// table that the search path finds.
inline std::string one_table(const Context& context, const ObjectName& table,
                             std::string_view c = "c", std::string_view n = "n") {
  require_identifiers(context, table);
  const Match match = match_of(context, Match::ordinary);
  std::string where;
  if (const auto catalog = given(table.catalog))
    where += condition("pg_catalog.current_database()", catalog, match);
  if (const auto schema = given(table.schema)) {
    where += condition(std::string(n) + ".nspname", schema, match);
  } else {
    where.append(" AND pg_catalog.pg_table_is_visible(").append(c).append(".oid)");
  }
  return where + condition(std::string(c) + ".relname", table.name, match);
}

inline bool restricts(const std::optional<std::string>& name) {
  return name && !name->empty() && *name != "%";
}

inline constexpr std::string_view system_schema =
    "(n.nspname = 'information_schema' OR n.nspname = 'pg_catalog'"
    " OR n.nspname LIKE E'pg\\\\_toast%')";

// NOT NULL constraints of a (pg_attribute) that hold for new rows only: since PostgreSQL 18 a
// column may have one although there are NULLs (NOT VALID), and pg_attribute.attnotnull is true all
// the same. Before that the catalogue has no such constraints of columns.
inline constexpr std::string_view unproven =
    "pg_catalog.pg_constraint nn WHERE nn.conrelid = a.attrelid AND nn.contype = 'n'"
    " AND NOT nn.convalidated AND nn.conkey = ARRAY[a.attnum]";
// The same to be joined, for queries over many columns: "a.attnotnull AND nn.conrelid IS NULL".
inline constexpr std::string_view join_unproven =
    " LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n'"
    " AND NOT nn.convalidated AND nn.conkey = ARRAY[a.attnum]";

// What can be called, of p (pg_proc): no aggregates, no window functions, no triggers' functions.
inline constexpr std::string_view callable =
    "p.prokind = ANY ('{f,p}')"
    " AND p.prorettype <> ALL ('{pg_catalog.trigger,pg_catalog.event_trigger}'"
    "::pg_catalog.regtype[])";

}  // namespace negodbc::catalog
