// SQLSetPos and SQLBulkOperations: which rows of the bound buffers, in what order, with what
// status.
//
// ODBC reference: SQLSetPos, SQLBulkOperations. What is done to one row: statement_rows.cc.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "driver/base/error.h"
#include "driver/handles/buffers.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {
namespace {

bool changes_rows(SQLUSMALLINT operation) {
  return operation == SQL_UPDATE || operation == SQL_DELETE || operation == SQL_ADD;
}

}  // namespace

SQLUSMALLINT Statement::refresh_row(SQLULEN element, SQLULEN row) {
  if (rows_ && !rows_->go_to(row, execution_deadline()))
    throw Error("HY107", "there is no row " + std::to_string(row));
  if (rows_ && rows_->removed(row)) return SQL_ROW_DELETED;
  return give_row(element, row);
}

// SQL_ROW_ERROR, with a diagnostic, when it fails.
SQLUSMALLINT Statement::apply(SQLUSMALLINT operation, SQLULEN element, SQLULEN row) {
  try {
    switch (operation) {
      case SQL_UPDATE:
        return update_row(element, row);
      case SQL_DELETE:
        return delete_row(row);
      case SQL_ADD:
        return add_row(element);
      default:
        return refresh_row(element, row);
    }
  } catch (const ConnectionError& e) {
    distrust(e);
    throw;
  } catch (const Error& e) {
    diagnostics().add(e, static_cast<SQLLEN>(element) + 1);
    return SQL_ROW_ERROR;
  }
}

SQLRETURN Statement::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  require_no_parameter_data();
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (!cursor_open_ || position_ != Place::rows)
    throw Error("24000", "there is no current row: fetch one first");
  if (operation > SQL_ADD)
    throw Error("HY092", "there is no operation " + std::to_string(operation));
  const bool adds = operation == SQL_ADD;
  if (row > (adds ? std::max<SQLULEN>(rowset_requested_, ard_->array_size) : rowset_fetched_))
    throw Error("HY107", "the rowset has " + std::to_string(rowset_fetched_) + " rows");
  if (lock > SQL_LOCK_UNLOCK) throw Error("HY092", "there is no lock " + std::to_string(lock));
  if (changes_rows(operation) && concurrency() == SQL_CONCUR_READ_ONLY)
    throw Error("HY092", "the cursor is read-only (SQL_ATTR_CONCURRENCY)");
  if (!adds && !rows_ && rowset_requested_ > 1)
    throw Error("HY109", "the cursor goes forward only: it has one row to be positioned on");
  if (operation == SQL_POSITION && row == 0)
    throw Error("HY109", "the cursor can be positioned on one row only");
  if (lock != SQL_LOCK_NO_CHANGE) require_lock(lock);

  if (operation == SQL_POSITION && lock == SQL_LOCK_EXCLUSIVE) {
    const StatementTalk talk(*this);
    if (!keyset_->lock(rowset_start_ + row - 1)) throw Error("HY109", "the row was deleted");
  }
  part_column_ = 0;
  if (row != 0 && !adds) cursor_row_ = row;
  if (operation == SQL_POSITION) return SQL_SUCCESS;
  if (operation == SQL_UPDATE || adds) collect_column_data(elements_of(row));
  return with_data([this, row, operation, lock] { return change_rowset(row, operation, lock); });
}

// Elements of the bound buffers, from 0, that SQLSetPos means: one, or all that are not ignored.
std::vector<SQLULEN> Statement::elements_of(SQLSETPOSIROW row) const {
  if (row != 0) return {row - 1};
  std::vector<SQLULEN> elements;
  for (SQLULEN element = 0; element < rowset_fetched_; ++element)
    if (ard_->array_status_ptr == nullptr || ard_->array_status_ptr[element] != SQL_ROW_IGNORE)
      elements.push_back(element);
  return elements;
}

// Only locks that last as long as a transaction can be had.
void Statement::require_lock(SQLUSMALLINT lock) const {
  if (lock == SQL_LOCK_UNLOCK)
    throw Error("HYC00", "a row stays locked until its transaction ends");
  if (keyset_ == nullptr) throw Error("HYC00", "only rows of a keyset-driven cursor can be locked");
  if (connection_->autocommit())
    throw Error("HYC00", "a lock would not last: the connection is in autocommit mode");
}

SQLRETURN Statement::change_rowset(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  const StatementTalk talk(*this);
  const std::vector<SQLULEN> elements = elements_of(row);
  if (keyset_ != nullptr && operation == SQL_REFRESH) {
    std::vector<SQLULEN> numbers = elements;
    for (SQLULEN& number : numbers) number += rowset_start_;
    keyset_->refresh(numbers, lock == SQL_LOCK_EXCLUSIVE || locks_rows());
  }
  SQLULEN failed = 0;
  for (const SQLULEN element : elements) {
    const SQLUSMALLINT status = apply(operation, element, rowset_start_ + element);
    if (status == SQL_ROW_ERROR) ++failed;
    if (fetched_status_ != nullptr && element < rowset_requested_)
      fetched_status_[element] = status;
  }
  return failed > 0 && failed == elements.size() ? SQL_ERROR : SQL_SUCCESS;
}

SQLRETURN Statement::bulk(SQLUSMALLINT operation) {
  require_no_parameter_data();
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (!cursor_open_) throw Error("24000", "the statement returned no rows");
  if (operation < SQL_ADD || operation > SQL_FETCH_BY_BOOKMARK)
    throw Error("HY092", "there is no operation " + std::to_string(operation));
  if (operation != SQL_FETCH_BY_BOOKMARK && concurrency() == SQL_CONCUR_READ_ONLY)
    throw Error("HY092", "the cursor is read-only (SQL_ATTR_CONCURRENCY)");
  const bool by_bookmark = operation != SQL_ADD;
  if (by_bookmark && (use_bookmarks_ == SQL_UB_OFF || !rows_))
    throw Error("HY092", "the cursor has no bookmarks (SQL_ATTR_USE_BOOKMARKS)");
  if (by_bookmark && ard_->bookmark.data_ptr == nullptr)
    throw Error("HY111", "column 0 is not bound: there are no bookmarks");
  if (operation == SQL_ADD || operation == SQL_UPDATE_BY_BOOKMARK) {
    std::vector<SQLULEN> elements(ard_->array_size);
    std::iota(elements.begin(), elements.end(), SQLULEN{0});
    collect_column_data(elements);
  }
  return with_data([this, operation] { return change_elements(operation); });
}

// SQLBulkOperations: all elements of the bound buffers.
SQLRETURN Statement::change_elements(SQLUSMALLINT operation) {
  const bool by_bookmark = operation != SQL_ADD;
  const StatementTalk talk(*this);
  SQLULEN failed = 0;
  const SQLULEN rows = ard_->array_size;
  SQLUSMALLINT* const status = ird_->array_status_ptr;
  std::vector<SQLULEN> numbers(rows);
  for (SQLULEN element = 0; by_bookmark && element < rows; ++element) {
    const Element at = element_of(*ard_, ard_->bookmark, element, SQL_C_UBIGINT);
    std::memcpy(&numbers[element], at.data, sizeof numbers[element]);
  }
  if (keyset_ != nullptr && operation == SQL_FETCH_BY_BOOKMARK)
    keyset_->refresh(numbers, locks_rows());
  if (keyset_ != nullptr && by_bookmark) keyset_->read_missing(numbers);
  for (SQLULEN element = 0; element < rows; ++element) {
    const SQLULEN row = numbers[element];
    SQLUSMALLINT what = SQL_ADD;
    if (operation == SQL_UPDATE_BY_BOOKMARK) what = SQL_UPDATE;
    if (operation == SQL_DELETE_BY_BOOKMARK) what = SQL_DELETE;
    if (operation == SQL_FETCH_BY_BOOKMARK) what = SQL_REFRESH;
    const SQLUSMALLINT told = apply(what, element, row);
    if (told == SQL_ROW_ERROR) ++failed;
    if (status != nullptr) status[element] = told;
  }
  return failed == rows ? SQL_ERROR : SQL_SUCCESS;
}

}  // namespace negodbc::odbc
