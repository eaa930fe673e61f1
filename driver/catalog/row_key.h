// By what the rows of a table are found again: for keyset-driven cursors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/catalog/local_rows.h"

namespace negodbc::catalog {

struct RowKey {
  struct Column {
    std::string name, type;  // quoted, the type with its schema
    std::string equality;    // what compares its values, with its schema
  };
  std::string table;  // quoted, with its schema
  std::uint32_t oid = 0;
  // What restricts a statement to this table, should another one have taken its name: ""
  // where `columns` do it.
  std::string condition;
  // The primary key, or else the narrowest unique index without NULLs, of columns whose text gives
  // their value again. Without either what names a row's version: tableoid, ctid and xmin, so that
  // a row which somebody else changes is lost.
  std::vector<Column> columns;
  bool unique = false;  // a key, not a version
  bool partitioned =
      false;  // an UPDATE may move a row to where its version cannot be told (RETURNING)
};

// `table` is a name as SQL has it, found along the search path. Nothing: there is no such table, it
// is a view or foreign, a partitioned table without a key, it may not be read as a whole, or one of
// `functions` is an aggregate, a window function, gives a set, or is volatile. One query; throws
// Error as the server reports.
std::optional<RowKey> find_row_key(const std::string& table,
                                   const std::vector<std::string>& functions, const Query& query);

}  // namespace negodbc::catalog
