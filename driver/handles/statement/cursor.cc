// Reading: the rowset, SQLGetData.
#include "driver/handles/statement/cursor.h"

#include <algorithm>

#include "driver/base/error.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {

void Cursor::settle() {
  if (!rows_ || !rows_->may_be_undone()) return;
  const ServerTalk::Turn turn(use_.server);
  use_.server.connection().conversation().settle_steps(use_.server.deadline());
  rows_->settle();
}

// On to the next row, within SQL_ATTR_MAX_ROWS.
bool Cursor::advance() {
  const SQLULEN most = use_.attributes.max_rows;
  if (most != 0 && rows_read_ >= most) return false;
  if (!source_->next_row(use_.server.rows_deadline())) return false;
  ++rows_read_;
  return true;
}

// To row `row` of the rowset, from 0.
bool Cursor::step(SQLULEN row) {
  return rows_ ? rows_->go_to(start_ + row, use_.server.rows_deadline()) : advance();
}

ScrollTarget Cursor::scroll(const FetchCall& call) {
  if (rows_) {
    return scroll_target(call.orientation, call.offset, {place_, start_, requested_},
                         call.rowset_size, call.bookmark, [this] { return count(); });
  }
  if (call.orientation != SQL_FETCH_NEXT)
    throw Error("HY106", "the cursor goes forward only (SQL_ATTR_CURSOR_TYPE)");
  return place_ == Place::after ? ScrollTarget{Place::after}
                                : ScrollTarget{Place::rows, rows_read_ + 1};
}

SQLRETURN Cursor::fetch(const FetchCall& call) {
  Connection& connection = use_.server.connection();
  // What the server makes now, a portal's next portion or a rowset read anew, would be in it.
  connection.require_utf8({});
  const ServerTalk::Turn turn(use_.server);
  settle();
  const ScrollTarget target = scroll(call);
  if (target.clipped)
    use_.server.diagnostics().warn("01S06", "what was asked for begins before the first row");
  use_.parts.forget();
  array_.clear();
  in_array_ = false;
  on_ = 1;
  requested_ = call.rowset_size;
  fetched_ = 0;
  status_ = call.row_status;
  types::store_count(call.rows_fetched, 0);
  if (status_ != nullptr)
    std::fill_n(status_, requested_, static_cast<SQLUSMALLINT>(SQL_ROW_NOROW));
  place_ = target.place;
  if (place_ != Place::rows) return SQL_NO_DATA;

  start_ = target.start;
  use_.bound_row.begin_rowset();
  SQLULEN failed = 0;
  try {
    if (keyset_ != nullptr) keyset_->fetch(start_, requested_, locks_rows());
    while (fetched_ < requested_ && step(fetched_)) {
      const SQLULEN element = fetched_++;
      if (!rows_ && requested_ > 1) array_.append(source_->row());
      const SQLUSMALLINT status = rows_ && rows_->removed(start_ + element)
                                      ? SQLUSMALLINT{SQL_ROW_DELETED}
                                      : deliver(element, start_ + element);
      if (status == SQL_ROW_ERROR) ++failed;
      if (status_ != nullptr) status_[element] = status;
      types::store_count(call.rows_fetched, fetched_);
    }
  } catch (const Error&) {
    place_ = Place::after;
    throw;
  }
  if (fetched_ == 0) {
    place_ = Place::after;
    // A function that these rows called may have set it; what its text was, nobody could tell.
    connection.require_utf8({});
    return SQL_NO_DATA;
  }
  return failed == fetched_ && requested_ == 1 ? SQL_ERROR : SQL_SUCCESS;
}

SQLUSMALLINT Cursor::deliver(SQLULEN element, SQLULEN row) {
  const Diagnostics& diagnostics = use_.server.diagnostics();
  const SQLINTEGER warnings = diagnostics.size();
  if (!use_.bound_row.convert(this->row(), element, row)) return SQL_ROW_ERROR;
  const bool updated = keyset_ != nullptr && keyset_->give(row);
  if (diagnostics.size() > warnings) return SQL_ROW_SUCCESS_WITH_INFO;
  return updated ? SQL_ROW_UPDATED : SQL_ROW_SUCCESS;
}

SQLRETURN Cursor::get_data(SQLUSMALLINT column, const DataBuffer& buffer) {
  if (!is_on_row()) throw Error("24000", "there is no current row: fetch one first");
  const types::Target target = use_.parts.target(column, buffer);
  const SQLULEN number = row_number();
  if (rows_) {
    settle();
    if (!rows_->go_to(number, use_.server.rows_deadline()) || rows_->removed(number))
      throw Error("HY109", "the row was deleted");
  }
  go_within_array(number);
  return use_.parts.read(column, target, row(), number);
}

void Cursor::go_within_array(SQLULEN row) {
  if (rows_ || requested_ == 1) return;
  array_.read(row - start_, array_row_);
  in_array_ = true;
}

void Cursor::set_status(SQLULEN element, SQLUSMALLINT status) {
  if (status_ != nullptr && element < requested_) status_[element] = status;
}

bool Cursor::go_to_if_there(SQLULEN row) {
  go_within_array(row);
  if (!rows_) return true;
  if (!rows_->go_to(row, use_.server.rows_deadline()))
    throw Error("HY107", "there is no row " + std::to_string(row));
  return !rows_->removed(row);
}

void Cursor::go_to(SQLULEN row) {
  if (!go_to_if_there(row)) throw Error("HY109", "the row was deleted");
}

}  // namespace negodbc::odbc
