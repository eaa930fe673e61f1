// Which rows of the bound buffers, in what order, with what status.
#include "driver/handles/statement/row_changes.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "driver/base/error.h"
#include "driver/handles/descriptor/buffers.h"

namespace negodbc::odbc {
namespace {

bool changes_rows(SQLUSMALLINT operation) {
  return operation == SQL_UPDATE || operation == SQL_DELETE || operation == SQL_ADD;
}

// What SQLSetPos has for it.
SQLUSMALLINT row_operation(SQLUSMALLINT bulk_operation) {
  switch (bulk_operation) {
    case SQL_UPDATE_BY_BOOKMARK:
      return SQL_UPDATE;
    case SQL_DELETE_BY_BOOKMARK:
      return SQL_DELETE;
    case SQL_FETCH_BY_BOOKMARK:
      return SQL_REFRESH;
    default:
      return SQL_ADD;
  }
}

}  // namespace

std::string RowChanges::current_row_condition() {
  if (!use_.cursor.is_on_row())
    throw Error("24000", "the cursor " + use_.cursor.name() + " is not on a row");
  use_.cursor.settle();
  use_.cursor.go_to(use_.cursor.row_number());
  return "(" + row_condition() + ")";
}

// SQL_ROW_ERROR, with a diagnostic, when it fails or somebody else was faster.
SQLUSMALLINT RowChanges::apply(SQLUSMALLINT operation, SQLULEN element, SQLULEN row,
                               SQLULEN& failed) {
  try {
    use_.cursor.settle();
    switch (operation) {
      case SQL_UPDATE:
        return update_row(element, row);
      case SQL_DELETE:
        return delete_row(row);
      case SQL_ADD:
        return add_row(element);
      default: {
        const SQLUSMALLINT status = refresh_row(element, row);
        if (status == SQL_ROW_ERROR) ++failed;
        return status;
      }
    }
  } catch (const ConnectionError& e) {
    use_.server.distrust(e);
    throw;
  } catch (const Error& e) {
    use_.server.diagnostics().add(e, static_cast<SQLLEN>(element) + 1);
    if (e.state().view() != conflict) ++failed;
    return SQL_ROW_ERROR;
  }
}

SQLRETURN RowChanges::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  Cursor& cursor = use_.cursor;
  if (!cursor.is_on_row()) throw Error("24000", "there is no current row: fetch one first");
  if (operation > SQL_ADD)
    throw Error("HY092", "there is no operation " + std::to_string(operation));
  const bool adds = operation == SQL_ADD;
  const SQLULEN requested = cursor.rowset_requested();
  const SQLULEN fetched = cursor.rowset_fetched();
  if (row > (adds ? std::max<SQLULEN>(requested, use_.descriptors.ard().array_size) : fetched))
    throw Error("HY107", "the rowset has " + std::to_string(fetched) + " rows");
  if (lock > SQL_LOCK_UNLOCK) throw Error("HY092", "there is no lock " + std::to_string(lock));
  if (changes_rows(operation) && cursor.kind().concurrency == SQL_CONCUR_READ_ONLY)
    throw Error("HY092", "the cursor is read-only (SQL_ATTR_CONCURRENCY)");
  if (operation == SQL_POSITION && row == 0)
    throw Error("HY109", "the cursor can be positioned on one row only");
  if (lock != SQL_LOCK_NO_CHANGE) require_lock(lock);

  if (operation == SQL_POSITION && lock == SQL_LOCK_EXCLUSIVE) {
    const ServerTalk::Turn turn(use_.server);
    cursor.settle();
    if (!cursor.keyset()->lock(cursor.rowset_start() + row - 1))
      throw Error("HY109", "the row was deleted");
  }
  cursor.forget_parts();
  if (row != 0 && !adds) cursor.move_to(row);
  if (operation == SQL_POSITION) return SQL_SUCCESS;
  if (operation == SQL_UPDATE || adds) expect_data(elements_of(row));
  return use_.data.when_given(
      [this, row, operation, lock] { return change_rowset(row, operation, lock); });
}

// Elements of the bound buffers, from 0, that SQLSetPos means: one, or all that are not ignored.
std::vector<SQLULEN> RowChanges::elements_of(SQLSETPOSIROW row) const {
  if (row != 0) return {SQLULEN{row} - 1};
  const SQLUSMALLINT* operations = use_.descriptors.ard().array_status_ptr;
  std::vector<SQLULEN> elements;
  for (SQLULEN element = 0; element < use_.cursor.rowset_fetched(); ++element)
    if (operations == nullptr || operations[element] != SQL_ROW_IGNORE) elements.push_back(element);
  return elements;
}

// Only locks that last as long as a transaction can be had.
void RowChanges::require_lock(SQLUSMALLINT lock) const {
  if (lock == SQL_LOCK_UNLOCK)
    throw Error("HYC00", "a row stays locked until its transaction ends");
  if (use_.cursor.keyset() == nullptr)
    throw Error("HYC00", "only rows of a keyset-driven cursor can be locked");
  if (use_.server.connection().autocommit())
    throw Error("HYC00", "a lock would not last: the connection is in autocommit mode");
}

// Values of the bound columns of these elements that come at execution.
void RowChanges::expect_data(const std::vector<SQLULEN>& elements) {
  const Descriptor& ard = use_.descriptors.ard();
  std::vector<DataAtExecution::Value> values;
  const auto columns = static_cast<SQLSMALLINT>(
      std::min<std::size_t>(static_cast<std::size_t>(ard.count()), use_.columns.size()));
  for (const SQLULEN element : elements) {
    for (SQLSMALLINT number = 1; number <= columns; ++number) {
      const Record& buffer = *ard.find(number);
      if (buffer.bound() && DataAtExecution::promised(element_of(ard, buffer, element, SQL_C_CHAR)))
        values.push_back({element, number});
    }
  }
  use_.data.expect(DataAtExecution::Of::columns, std::move(values));
}

SQLRETURN RowChanges::change_rowset(SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  Cursor& cursor = use_.cursor;
  const ServerTalk::Turn turn(use_.server);
  const std::vector<SQLULEN> elements = elements_of(row);
  const SQLULEN start = cursor.rowset_start();
  cursor.settle();
  if (cursor.keyset() != nullptr && operation == SQL_REFRESH) {
    std::vector<SQLULEN> numbers = elements;
    for (SQLULEN& number : numbers) number += start;
    cursor.keyset()->refresh(numbers, lock == SQL_LOCK_EXCLUSIVE || cursor.locks_rows());
  }
  SQLULEN failed = 0;
  for (const SQLULEN element : elements) {
    cursor.set_status(element, apply(operation, element, start + element, failed));
  }
  return failed > 0 && failed == elements.size() ? SQL_ERROR : SQL_SUCCESS;
}

SQLRETURN RowChanges::bulk(SQLUSMALLINT operation) {
  Cursor& cursor = use_.cursor;
  if (!cursor.is_open()) throw Error("24000", "the statement returned no rows");
  if (operation < SQL_ADD || operation > SQL_FETCH_BY_BOOKMARK)
    throw Error("HY092", "there is no operation " + std::to_string(operation));
  if (operation != SQL_FETCH_BY_BOOKMARK && cursor.kind().concurrency == SQL_CONCUR_READ_ONLY)
    throw Error("HY092", "the cursor is read-only (SQL_ATTR_CONCURRENCY)");
  const Descriptor& ard = use_.descriptors.ard();
  const bool by_bookmark = operation != SQL_ADD;
  if (by_bookmark && (use_.attributes.use_bookmarks == SQL_UB_OFF || !cursor.keeps_rows()))
    throw Error("HY092", "the cursor has no bookmarks (SQL_ATTR_USE_BOOKMARKS)");
  if (by_bookmark && ard.bookmark.data_ptr == nullptr)
    throw Error("HY111", "column 0 is not bound: there are no bookmarks");
  if (operation == SQL_ADD || operation == SQL_UPDATE_BY_BOOKMARK) {
    std::vector<SQLULEN> elements(ard.array_size);
    std::iota(elements.begin(), elements.end(), SQLULEN{0});
    expect_data(elements);
  }
  return use_.data.when_given([this, operation] { return change_elements(operation); });
}

// SQLBulkOperations: all elements of the bound buffers.
SQLRETURN RowChanges::change_elements(SQLUSMALLINT operation) {
  const Descriptor& ard = use_.descriptors.ard();
  KeysetRows* const keyset = use_.cursor.keyset();
  const bool by_bookmark = operation != SQL_ADD;
  const ServerTalk::Turn turn(use_.server);
  SQLULEN failed = 0;
  const SQLULEN rows = ard.array_size;
  SQLUSMALLINT* const statuses = use_.descriptors.ird().array_status_ptr;
  std::vector<SQLULEN> numbers(rows);
  for (SQLULEN element = 0; by_bookmark && element < rows; ++element) {
    const Element at = element_of(ard, ard.bookmark, element, SQL_C_BOOKMARK);
    std::memcpy(&numbers[element], at.data, sizeof numbers[element]);
  }
  use_.cursor.settle();
  if (keyset != nullptr && operation == SQL_FETCH_BY_BOOKMARK)
    keyset->refresh(numbers, use_.cursor.locks_rows());
  if (keyset != nullptr && by_bookmark) keyset->read_missing(numbers);
  for (SQLULEN element = 0; element < rows; ++element) {
    const SQLUSMALLINT status = apply(row_operation(operation), element, numbers[element], failed);
    if (statuses != nullptr) statuses[element] = status;
  }
  return failed == rows ? SQL_ERROR : SQL_SUCCESS;
}

}  // namespace negodbc::odbc
