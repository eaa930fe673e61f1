// The cursor of a result: its kind, its rowset, the row it is on.
//
// ODBC reference: "ODBC Static, Dynamic, and Keyset-Driven Cursors", SQLFetchScroll; SQLExecDirect,
// 01S02: what was substituted is told by SQLGetStmtAttr until the cursor is closed.
//
// States: closed; planned (a keyset is wanted of the text about to be sent); open on a result,
// before its rows, on a rowset or after them. A forward-only cursor reads its rows from the source;
// a static one keeps them; a keyset-driven one reads the source to its end when it opens, and each
// rowset anew.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "driver/handles/statement/bound_row.h"
#include "driver/handles/statement/cursor_rows.h"
#include "driver/handles/statement/keyset_rows.h"
#include "driver/handles/statement/scroll.h"
#include "driver/handles/statement/sender.h"
#include "driver/handles/statement/value_parts.h"
#include "driver/session/row_store.h"

namespace negodbc::odbc {

// The arguments of SQLFetchScroll and its sisters.
struct FetchCall {
  SQLSMALLINT orientation;  // SQL_FETCH_NEXT, ...
  SQLLEN offset;            // of SQL_FETCH_BOOKMARK: from `bookmark`
  SQLULEN rowset_size;
  SQLULEN* rows_fetched;     // may be null
  SQLUSMALLINT* row_status;  // may be null
  SQLLEN bookmark;           // the row
};

class Cursor {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementAttributes& attributes;
    const StatementText& text;
    ResultColumns& columns;
    Sender& sender;
    BoundRow& bound_row;
    ValueParts& parts;
  };
  explicit Cursor(const Uses& uses) : use_(uses) {}

  // --- opening and closing (cursor_kind.cc)
  // Before a text is sent: whether a keyset can be had; asks the catalogue when one is wanted.
  void plan();
  [[nodiscard]] const KeysetPlan* keyset_plan() const { return plan_ ? &*plan_ : nullptr; }
  [[nodiscard]] RowsWanted rows_wanted() const;
  // A result begins: one with rows opens the cursor, before its rows. `source` outlives it.
  void begin_result(RowSource& source);
  // Of fields of the text that was planned: leaves the application's. Throws wire::AnswerError,
  // Error HY000.
  void hide_keyset(std::vector<wire::Field>& fields) const;
  // The columns are described: makes ready the rows that it keeps. Throws what the source throws.
  void open_rows();
  // The rows end: before the next result, with the plan or without. It stays open until that.
  void drop_rows();
  void drop_rows_and_plan();
  // Its result is no cursor's: what a call gave.
  void give_up_rows();
  void close();

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] bool is_on_row() const { return open_ && place_ == Place::rows; }
  [[nodiscard]] bool is_at_end() const { return open_ && place_ == Place::after; }
  // What it has become; while it is not open, what the attributes say.
  [[nodiscard]] CursorKind kind() const { return kind_ ? *kind_ : use_.attributes.cursor; }
  [[nodiscard]] bool keeps_rows() const { return rows_ != nullptr; }
  [[nodiscard]] bool locks_rows() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }

  // --- reading (cursor.cc)
  // SQL_SUCCESS, SQL_ERROR (the one row failed), SQL_NO_DATA. Throws Error HY106 and what reading
  // throws.
  SQLRETURN fetch(const FetchCall& call);
  // SQLGetData of the row it is on. Throws Error 24000, HY109, 07009.
  SQLRETURN get_data(SQLUSMALLINT column, const DataBuffer& buffer);
  // How many rows there are; those of a static cursor are all read.
  SQLULEN count() {
    settle();
    return rows_->count(use_.server.rows_deadline());
  }
  // Its rows are what they are after whatever was rolled back. Before they are looked at.
  void settle();
  // Of what was just done to a row.
  [[nodiscard]] session::Standing standing() const {
    return use_.server.connection().conversation().standing();
  }

  // --- the rowset, for whoever changes rows
  [[nodiscard]] SQLULEN rowset_start() const { return start_; }      // its first row, from 1
  [[nodiscard]] SQLULEN rowset_fetched() const { return fetched_; }  // rows in it
  [[nodiscard]] SQLULEN rowset_requested() const { return requested_; }
  // The row of the rowset that it is on, from 1, and as a row of the result.
  void move_to(SQLULEN row_of_rowset) { on_ = row_of_rowset; }
  [[nodiscard]] SQLULEN row_number() const { return start_ + on_ - 1; }
  // SQLGetData begins anew.
  void forget_parts() { use_.parts.forget(); }
  // Into the status array of the last fetch, if there was one.
  void set_status(SQLULEN element, SQLUSMALLINT status);
  // To row `row` of the result. Throws Error HY107, HY109 for a row that was deleted.
  void go_to(SQLULEN row);
  // The same for showing it: false when it was deleted.
  bool go_to_if_there(SQLULEN row);
  // The values of the row that was gone to last; behind the columns what a keyset knows it by.
  [[nodiscard]] const wire::RowFields& row() const {
    if (rows_) return rows_->row();
    return in_array_ ? array_row_ : source_->row();
  }
  // That row, number `row` of the result, into element `element` of what is bound now:
  // SQL_ROW_SUCCESS, ...
  SQLUSMALLINT deliver_row(SQLULEN element, SQLULEN row) {
    use_.bound_row.begin_rowset();
    return deliver(element, row);
  }
  // The rows that it keeps, the keyset among them; null: none.
  [[nodiscard]] CursorRows* kept_rows() const { return rows_.get(); }
  [[nodiscard]] KeysetRows* keyset() const { return keyset_; }

 private:
  void choose_kind();
  SQLUSMALLINT deliver(SQLULEN element, SQLULEN row);
  void read_keyset(const Values& arrays, bool lock, const KeysetRows::Take& take);
  [[nodiscard]] ScrollTarget scroll(const FetchCall& call);
  bool step(SQLULEN row);
  bool advance();
  // Of a forward-only cursor's row array: to row `row` of the result.
  void go_within_array(SQLULEN row);

  Uses use_;
  std::string name_;
  RowSource* source_ = nullptr;       // of the result
  std::unique_ptr<CursorRows> rows_;  // of a scrollable cursor; static ones read from source_
  KeysetRows* keyset_ = nullptr;      // rows_, of a keyset-driven cursor
  std::optional<KeysetPlan> plan_;
  std::optional<CursorKind> kind_;
  bool open_ = false;
  Place place_ = Place::before;
  SQLULEN start_ = 0;
  SQLULEN on_ = 1;
  SQLULEN fetched_ = 0;
  SQLULEN requested_ = 1;
  // The rows of a row array that a forward-only cursor has filled, for SQLGetData and SQLSetPos.
  session::RowStore array_;
  wire::RowFields array_row_;
  bool in_array_ = false;           // array_row_ is what was gone to last
  SQLULEN rows_read_ = 0;           // of this result, by a forward-only cursor
  SQLUSMALLINT* status_ = nullptr;  // the status array of the last fetch
};

}  // namespace negodbc::odbc
