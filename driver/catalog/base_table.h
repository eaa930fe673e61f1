// The one table behind a result's rows, and by what a row of it is found again: its primary key.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/catalog/local_rows.h"
#include "driver/wire/backend.h"

namespace negodbc::catalog {

struct BaseTable {
  struct Key {
    std::size_t column;    // of the result
    std::string equality;  // see equality_of()
  };
  std::string name;  // quoted, with its schema
  // What restricts a statement to this table, whatever is named in it: "tableoid = ...".
  std::string condition;
  std::vector<std::string> columns;  // of each result column its quoted name; "": not the table's
  std::vector<Key> key;              // the result columns that are the primary key
  std::string no_key;  // why rows are not found again by it: there is none, or a part is missing
};

std::string quote_identifier(std::string_view name);

// What compares values of the server's own types, whatever the search path is.
inline constexpr std::string_view system_equality = "OPERATOR(pg_catalog.=)";
// The equality that a key is unique by: the name of an operator, as a query over pg_index `i` and
// the number of the key's column tells it with the joins that key_equality() gives. Both are NULL
// where the index is no B-tree: system_equality.
std::string equality_of(const wire::Answer::Row& row, std::size_t schema, std::size_t name);
// Joins eqn (pg_namespace) and eqo (pg_operator) to the operator class `classes[at]`.
std::string key_equality(std::string_view classes, std::string_view at);

// BaseTable::condition of the table with this oid.
std::string rows_of(const std::string& oid, bool partitioned);

// Costs one query. Throws Error HY000 when the columns come from no table or from several.
BaseTable find_base_table(const std::vector<wire::Field>& fields, const Query& query);

}  // namespace negodbc::catalog
