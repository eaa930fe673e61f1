// SQLSetPos, SQLBulkOperations and what a cursor's current row is to the server.
//
// ODBC reference: "Positioned Update and Delete Statements", SQLSetPos, SQLBulkOperations. A row is
// found again by its table's primary key and, with SQL_CONCUR_VALUES, by the values that were read:
// a row that somebody has changed meanwhile is not changed (01001).
#include <algorithm>
#include <cstring>
#include <numeric>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/catalog/sql_text.h"
#include "driver/handles/buffers.h"
#include "driver/handles/statement_talk.h"
#include "driver/result/binary_format.h"
#include "driver/result/convert_kind.h"
#include "driver/result/default_c_type.h"
#include "driver/result/parameter.h"

namespace negodbc::odbc {
namespace {

// Types whose text means the same value again, and that have an equality.
bool is_comparable(std::uint32_t type) {
  switch (type) {
    case result::oid_text:
    case result::oid_varchar:
    case result::oid_bpchar:
    case result::oid_name:
      return true;
    default:
      return result::field_kind(type) != result::FieldKind::text;
  }
}

constexpr char changed_by_another[] = "the row was changed or deleted by somebody else";

bool changes_rows(SQLUSMALLINT operation) {
  return operation == SQL_UPDATE || operation == SQL_DELETE || operation == SQL_ADD;
}

}  // namespace

const catalog::BaseTable& Statement::base_table() {
  if (!base_table_) {
    base_table_ =
        catalog::find_base_table(fields_, [this](const std::string& sql) { return query(sql); });
  }
  return *base_table_;
}

bool Statement::is_open_cursor(std::string_view name) const {
  return cursor_open_ && !cursor_name_.empty() && iequals(cursor_name_, name);
}

std::string Statement::current_row_condition() {
  if (!cursor_open_ || position_ != Place::rows)
    throw Error("24000", "the cursor " + cursor_name_ + " is not on a row");
  go_to_row(rowset_start_ + cursor_row_ - 1);
  return "(" + row_condition() + ")";
}

void Statement::go_to_row(SQLULEN row) {
  if (rows_ && !rows_->go_to(row, execution_deadline()))
    throw Error("HY107", "there is no row " + std::to_string(row));
  if (rows_ && rows_->removed(row)) throw Error("HY109", "the row was deleted");
}

// To change it: as it was given to the application, where that is to be seen to.
void Statement::go_to_unchanged_row(SQLULEN row) {
  go_to_row(row);
  if (keyset_ != nullptr && keyset_->changed_since(row)) throw Error("01001", changed_by_another);
}

const std::string& Statement::table_name() {
  return keyset_ != nullptr ? keyset_plan_->key.table : base_table().name;
}

// Of the row that is the source's current one.
std::string Statement::row_condition() {
  std::string condition;
  const auto add = [&](const std::string& name, std::size_t column) {
    const auto& value = current_row().values[column];
    condition += (condition.empty() ? "" : " AND ") + name;
    if (value.is_null()) {
      condition += " IS NULL";
      return;
    }
    const bool binary = column < fields_.size() && fields_[column].format == wire::Format::binary;
    condition += " = " + catalog::quote_literal(
                             binary ? result::text_of_binary(value.view(), fields_[column].type_oid)
                                    : std::string(value.view()));
  };
  if (keyset_ != nullptr) {
    std::size_t column = fields_.size();
    for (const auto& part : keyset_plan_->key.columns) add(part.name, column++);
    if (concurrency() == SQL_CONCUR_READ_ONLY) return condition;
    if (concurrency() != SQL_CONCUR_VALUES) {
      add("ctid", column);
      add("xmin", column + 1);
      return condition;
    }
  }
  const catalog::BaseTable& table = base_table();
  if (keyset_ == nullptr) {
    if (!table.no_key.empty()) throw Error("HY000", table.no_key);
    condition = table.condition;
    for (const std::size_t column : table.key) add(table.columns[column], column);
  }
  if (concurrency() != SQL_CONCUR_VALUES) return condition;
  for (std::size_t column = 0; column < fields_.size(); ++column) {
    const bool in_key = std::find(table.key.begin(), table.key.end(), column) != table.key.end();
    if (!in_key && !table.columns[column].empty() && is_comparable(fields_[column].type_oid))
      add(table.columns[column], column);
  }
  return condition;
}

// Of the bound columns that are the table's, without those marked SQL_COLUMN_IGNORE.
Statement::Values Statement::bound_values(SQLULEN element, std::vector<std::size_t>& columns) {
  Values values;
  const catalog::BaseTable& table = base_table();
  const auto bound = std::min<std::size_t>(static_cast<std::size_t>(ard_->count()), fields_.size());
  for (std::size_t column = 0; column < bound; ++column) {
    const auto number = static_cast<SQLSMALLINT>(column + 1);
    const Record& binding = *ard_->find(number);
    if (!binding.bound() || table.columns[column].empty()) continue;
    const SQLSMALLINT sql_type = ird_->find(number)->concise_type;
    const Element at = element_of(*ard_, binding, element, result::default_c_type(sql_type));
    const SQLLEN indicator =
        at.indicator != nullptr ? result::load_length(at.indicator) : SQLLEN{0};
    const SQLLEN length = at.length != nullptr ? result::load_length(at.length) : SQLLEN{SQL_NTS};
    if (indicator == SQL_COLUMN_IGNORE || length == SQL_COLUMN_IGNORE) continue;
    if (is_large_object(number))
      throw Error("HYC00", "large objects are changed by UPDATE and INSERT statements only");
    columns.push_back(column);
    const DataAtExecution* given = find_data(element, number);
    if (indicator == SQL_NULL_DATA || (given != nullptr && given->null)) {
      values.emplace_back();
      continue;
    }
    result::Parameter value{binding.concise_type, sql_type, 0, 0, at.data, length};
    value.c_precision = binding.precision;
    value.c_scale = binding.scale;
    apply_type_options(value);
    if (given != nullptr) {
      value.data = given->bytes.data();
      value.length = static_cast<SQLLEN>(given->bytes.size());
    }
    values.push_back(result::encode_parameter(value));
  }
  return values;
}

std::unique_ptr<RowSource> Statement::run_change(const std::string& sql, const Values& values) {
  const result::Framing framing = connection_->framing(sql::Surround::savepoint);
  return talk([&](result::Conversation& server, Deadline deadline) {
    return std::unique_ptr<RowSource>(std::make_unique<StreamSource>(
        server.extended(sql, {}, bind_values(values), framing, deadline)));
  });
}

// Behind the columns that RETURNING names: what a keyset knows a row by.
std::string Statement::returned_keyset() const {
  if (keyset_ == nullptr) return {};
  std::string names;
  for (const auto& part : keyset_plan_->key.columns) names += ", " + part.name;
  // Of a row that was moved to another partition the server cannot tell it.
  if (!keyset_plan_->key.partitioned) names += ", ctid, xmin";
  return names;
}

SQLUSMALLINT Statement::update_row(SQLULEN element, SQLULEN row) {
  go_to_unchanged_row(row);
  const catalog::BaseTable& table = base_table();
  std::vector<std::size_t> columns;
  const Values values = bound_values(element, columns);
  if (columns.empty()) throw Error("21S02", "no column is bound that could be updated");
  std::string sql = "UPDATE " + table.name + " SET ";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql += (i == 0 ? "" : ", ") + table.columns[columns[i]] + " = $" + std::to_string(i + 1);
  sql += " WHERE " + row_condition() + " RETURNING ";
  std::vector<std::size_t> returned;
  for (std::size_t column = 0; column < fields_.size(); ++column) {
    if (table.columns[column].empty()) continue;
    sql += (returned.empty() ? "" : ", ") + table.columns[column];
    returned.push_back(column);
  }
  sql += returned_keyset();
  CursorRows::Values now;
  for (const auto& value : current_row().values)
    now.push_back(value.is_null() ? std::nullopt
                                  : std::optional<std::string>(std::string(value.view())));
  const auto answer = run_change(sql, values);
  if (!answer->next_row(execution_deadline())) throw Error("01001", changed_by_another);
  for (std::size_t hidden = fields_.size(); returned.size() < answer->row().values.size(); ++hidden)
    returned.push_back(hidden);
  for (std::size_t i = 0; i < returned.size(); ++i) {
    const auto& value = answer->row().values[i];
    now[returned[i]] =
        value.is_null() ? std::nullopt : std::optional<std::string>(std::string(value.view()));
  }
  answer->close(execution_deadline());
  if (rows_) rows_->change(row, std::move(now));
  if (keyset_ != nullptr && keyset_plan_->key.partitioned) keyset_->forget_version(row);
  return SQL_ROW_UPDATED;
}

SQLUSMALLINT Statement::delete_row(SQLULEN row) {
  go_to_unchanged_row(row);
  const auto answer = run_change("DELETE FROM " + table_name() + " WHERE " + row_condition(), {});
  if (answer->affected_rows() == 0) throw Error("01001", changed_by_another);
  if (rows_) rows_->remove(row);
  return SQL_ROW_DELETED;
}

SQLUSMALLINT Statement::add_row(SQLULEN element) {
  const catalog::BaseTable& table = base_table();
  std::vector<std::size_t> columns;
  const Values values = bound_values(element, columns);
  if (columns.empty()) throw Error("21S02", "no column is bound that could be inserted");
  std::string names;
  std::string markers;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    names += (i == 0 ? "" : ", ") + table.columns[columns[i]];
    markers += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  std::string sql = "INSERT INTO " + table.name + " (" + names + ") VALUES (" + markers + ")";
  if (keyset_ != nullptr) {
    sql += " RETURNING ";
    for (const auto& part : keyset_plan_->key.columns)
      sql += (&part == keyset_plan_->key.columns.data() ? "" : ", ") + part.name;
  }
  const auto answer = run_change(sql, values);
  // A trigger may have kept the row out.
  if (keyset_ != nullptr && answer->next_row(execution_deadline())) {
    const SQLULEN number = keyset_->add(answer->row());
    if (ard_->bookmark.bound() && !convert_bookmark(element, number))
      return SQL_ROW_SUCCESS_WITH_INFO;
  }
  answer->close(execution_deadline());
  return SQL_ROW_ADDED;
}

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
  } catch (const ConnectionError&) {
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
