// SQLSetPos: one row of the rowset.
#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {

SQLRETURN Statement::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  if (needs_data() || !executed_) throw Error("HY010", "no statement was executed");
  if (!cursor_open_ || position_ != Place::rows)
    throw Error("24000", "there is no current row: fetch one first");
  if (operation > SQL_ADD)
    throw Error("HY092", "there is no operation " + std::to_string(operation));
  if (row > rowset_fetched_) {
    throw Error("HY107", "the rowset has " + std::to_string(rowset_fetched_) + " rows");
  }
  if (lock != SQL_LOCK_NO_CHANGE) throw Error("HYC00", "rows cannot be locked by SQLSetPos");
  if (operation == SQL_UPDATE || operation == SQL_DELETE || operation == SQL_ADD)
    throw Error("HY092", "the cursor is read-only (SQL_ATTR_CONCURRENCY)");
  if (!static_rows_ && rowset_requested_ > 1)
    throw Error("HY109", "the cursor goes forward only: it has one row to be positioned on");
  if (operation == SQL_POSITION && row == 0)
    throw Error("HY109", "the cursor can be positioned on one row only");

  const StatementTalk talk(*this);
  part_column_ = 0;
  const SQLULEN first = row == 0 ? 1 : row;
  const SQLULEN last = row == 0 ? rowset_fetched_ : row;
  SQLULEN failed = 0;
  for (SQLULEN at = first; operation == SQL_REFRESH && at <= last; ++at) {
    if (ard_->array_status_ptr != nullptr && row == 0 &&
        ard_->array_status_ptr[at - 1] == SQL_ROW_IGNORE)
      continue;
    if (static_rows_) static_rows_->go_to(rowset_start_ + at - 1, execution_deadline());
    const SQLUSMALLINT status = convert_into(at - 1);
    if (status == SQL_ROW_ERROR) ++failed;
    if (fetched_status_ != nullptr) fetched_status_[at - 1] = status;
  }
  if (row != 0) cursor_row_ = row;
  return failed > last - first ? SQL_ERROR : SQL_SUCCESS;
}

}  // namespace negodbc::odbc
