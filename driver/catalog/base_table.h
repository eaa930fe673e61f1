// The one table behind a result's rows, and by what a row of it is found again: its primary key.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/catalog/local_rows.h"
#include "driver/wire/backend.h"

namespace negodbc::catalog {

struct BaseTable {
  std::string name;  // quoted, with its schema
  // What restricts a statement to this table, whatever is named in it: "tableoid = ...".
  std::string condition;
  std::vector<std::string> columns;  // of each result column its quoted name; "": not the table's
  std::vector<std::size_t> key;      // the result columns that are the primary key
  std::string no_key;  // why rows are not found again by it: there is none, or a part is missing
};

std::string quote_identifier(std::string_view name);

// BaseTable::condition of the table with this oid.
std::string rows_of(const std::string& oid, bool partitioned);

// Costs one query. Throws Error HY000 when the columns come from no table or from several.
BaseTable find_base_table(const std::vector<wire::Field>& fields, const Query& query);

}  // namespace negodbc::catalog
