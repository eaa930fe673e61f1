// A cursor's rows changed, removed and added: SQLSetPos, SQLBulkOperations, and the row that WHERE
// CURRENT OF means.
//
// ODBC reference: "Positioned Update and Delete Statements", SQLSetPos, SQLBulkOperations. A row is
// found again by its table's primary key (or what a keyset knows it by) and, with
// SQL_CONCUR_VALUES, by the values that were read: a row that somebody has changed meanwhile is not
// changed (01001: SQL_SUCCESS_WITH_INFO). What fails, or is left alone so, is SQL_ROW_ERROR in the
// status array and has a diagnostic with its row; the other rows go on. No state of its own between
// two calls; values that come at execution wait in DataAtExecution.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/handles/statement/cursor.h"
#include "driver/handles/statement/data_at_execution.h"

namespace negodbc::odbc {

class RowChanges {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementDescriptors& descriptors;
    const StatementAttributes& attributes;
    const StatementText& text;
    DataAtExecution& data;
    ResultColumns& columns;
    BoundRow& bound_row;
    Cursor& cursor;
  };
  explicit RowChanges(const Uses& uses) : use_(uses) {}

  // Both are of an executed statement. SQLSetPos: `row` of the rowset, from 1, 0 for all. Throw
  // Error 24000, HY092, HY107, HY109, HY111, HYC00.
  SQLRETURN set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  SQLRETURN bulk(SQLUSMALLINT operation);
  // A condition that only the row under the cursor meets, by its key. Throws Error 24000 without
  // one, HY000 when its table or key is not known.
  std::string current_row_condition();
  // What a statement that updates this row is to return, so that the cursor knows it again; "":
  // nothing, it keeps no rows. Behind a current_row_condition().
  std::string current_row_columns();
  // That statement has updated the row, which is `now`, by these columns; or it was deleted.
  void current_row_changed(Values now);
  void current_row_removed();

 private:
  // --- which rows, in what order, with what status (row_changes.cc); `element` of the bound
  // buffers, from 0
  [[nodiscard]] std::vector<SQLULEN> elements_of(SQLSETPOSIROW row) const;
  void require_lock(SQLUSMALLINT lock) const;
  void expect_data(const std::vector<SQLULEN>& elements);
  SQLRETURN change_rowset(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  SQLRETURN change_elements(SQLUSMALLINT operation);
  SQLUSMALLINT apply(SQLUSMALLINT operation, SQLULEN element, SQLULEN row, SQLULEN& failed);

  // --- one row (row_statements.cc)
  SQLUSMALLINT refresh_row(SQLULEN element, SQLULEN row);
  SQLUSMALLINT update_row(SQLULEN element, SQLULEN row);
  SQLUSMALLINT delete_row(SQLULEN row);
  SQLUSMALLINT add_row(SQLULEN element);
  void go_to_unchanged_row(SQLULEN row);
  const std::string& table_name();
  std::string row_condition();
  [[nodiscard]] std::vector<std::string> returned_keyset() const;
  // What RETURNING names of a row that was updated.
  struct Returned {
    std::string names;
    std::vector<std::size_t> columns;  // of the row, in the same order
  };
  Returned returned_row();
  void take_row(SQLULEN row, const Returned& returned, Values now);
  // Of bound columns, by their index.
  struct BoundValues {
    std::vector<std::size_t> columns;
    Values values;
  };
  BoundValues bound_values(SQLULEN element);
  // A statement of the driver's own that changes rows: the row that its RETURNING gives, or none.
  // Throws what comes behind that row too.
  struct Changed {
    std::int64_t rows;
    std::optional<Values> returned;
  };
  Changed run_change(const std::string& sql, const Values& values, std::size_t returned);

  static constexpr std::string_view conflict = "01001";
  Uses use_;
};

}  // namespace negodbc::odbc
