// A cursor's current row at the server: how it is found again, changed, removed; rows added.
//
// ODBC reference: "Positioned Update and Delete Statements". A row is found again by its table's
// primary key and, with SQL_CONCUR_VALUES, by the values that were read: a row that somebody has
// changed meanwhile is not changed (01001).
#include <algorithm>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/catalog/sql_text.h"
#include "driver/handles/buffers.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/binary_format.h"
#include "driver/types/convert_kind.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter.h"

namespace negodbc::odbc {
namespace {

// Types whose text means the same value again, and that have an equality.
bool is_comparable(std::uint32_t type) {
  switch (type) {
    case types::oid_text:
    case types::oid_varchar:
    case types::oid_bpchar:
    case types::oid_name:
      return true;
    default:
      return types::field_kind(type) != types::FieldKind::text;
  }
}

std::optional<std::string> copy_of(const wire::RowFields::Value& value) {
  if (value.is_null()) return std::nullopt;
  return std::string(value.view());
}

// How many of a result's columns are the table's.
std::size_t own_columns(const catalog::BaseTable& table) {
  return table.columns.size() -
         static_cast<std::size_t>(std::count(table.columns.begin(), table.columns.end(), ""));
}

constexpr char changed_by_another[] = "the row was changed or deleted by somebody else";

}  // namespace

const catalog::BaseTable& Statement::base_table() {
  if (!base_table_) {
    base_table_ = catalog::find_base_table(fields_, asking());
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
    const auto& value = current_row().values.at(column);
    condition += (condition.empty() ? "" : " AND ") + name;
    if (value.is_null()) {
      condition += " IS NULL";
      return;
    }
    const bool binary = column < fields_.size() && fields_[column].format == wire::Format::binary;
    condition += " = " + catalog::quote_literal(
                             binary ? types::text_of_binary(value.view(), fields_[column].type_oid)
                                    : std::string(value.view()));
  };
  if (keyset_ != nullptr) {
    condition = keyset_plan_->key.condition;
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
    const Element at = element_of(*ard_, binding, element, types::default_c_type(sql_type));
    const SQLLEN indicator = at.indicator != nullptr ? types::load_length(at.indicator) : SQLLEN{0};
    const SQLLEN length = at.length != nullptr ? types::load_length(at.length) : SQLLEN{SQL_NTS};
    if (indicator == SQL_COLUMN_IGNORE || length == SQL_COLUMN_IGNORE) continue;
    if (is_large_object(number))
      throw Error("HYC00", "large objects are changed by UPDATE and INSERT statements only");
    columns.push_back(column);
    const DataAtExecution* given = find_data(element, number);
    if (indicator == SQL_NULL_DATA || (given != nullptr && given->null)) {
      values.emplace_back();
      continue;
    }
    types::Parameter value{binding.concise_type, sql_type, 0, 0, at.data, length};
    value.c_precision = binding.precision;
    value.c_scale = binding.scale;
    apply_type_options(value);
    if (given != nullptr) {
      value.data = given->bytes.data();
      value.length = static_cast<SQLLEN>(given->bytes.size());
    }
    values.push_back(types::encode_parameter(value));
  }
  return values;
}

// `returned`: how many columns RETURNING names.
Statement::Changed Statement::run_change(const std::string& sql, const Values& values,
                                         std::size_t returned) {
  const session::Framing framing = connection_->framing(sql::Surround::savepoint);
  return talk([&](session::Conversation& server, Deadline deadline) {
    const auto answer = server.extended(sql, {}, bind_values(values), framing, deadline);
    if (answer->fields().size() != returned)
      throw wire::AnswerError("a changed row has other columns");
    Changed changed;
    while (answer->next_row(deadline)) {
      if (changed.returned) continue;  // a rule may have added others
      CursorRows::Values& row = changed.returned.emplace();
      for (const auto& value : answer->row().values) row.push_back(copy_of(value));
    }
    changed.rows = answer->affected_rows();
    if (changed.rows < 0) throw wire::AnswerError("it does not say how many rows were changed");
    // What fails at the end, as a deferred constraint does, has changed nothing.
    while (answer->next_result(deadline)) {
    }
    return changed;
  });
}

// Behind the columns that RETURNING names: what a keyset knows a row by.
std::vector<std::string> Statement::returned_keyset() const {
  std::vector<std::string> names;
  if (keyset_ == nullptr) return names;
  for (const auto& part : keyset_plan_->key.columns) names.push_back(part.name);
  // Of a row that was moved to another partition the server cannot tell it.
  if (!keyset_plan_->key.partitioned) names.insert(names.end(), {"ctid", "xmin"});
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
  std::vector<std::size_t> returned;  // columns of the row, in the order of what is returned
  const auto add = [&](const std::string& name, std::size_t column) {
    sql += (returned.empty() ? "" : ", ") + name;
    returned.push_back(column);
  };
  for (std::size_t column = 0; column < fields_.size(); ++column)
    if (!table.columns[column].empty()) add(table.columns[column], column);
  for (const std::string& name : returned_keyset())
    add(name, fields_.size() + (returned.size() - own_columns(table)));
  CursorRows::Values now;
  for (const auto& value : current_row().values) now.push_back(copy_of(value));
  Changed changed = run_change(sql, values, returned.size());
  if (!changed.returned) throw Error("01001", changed_by_another);
  for (std::size_t i = 0; i < returned.size(); ++i)
    now.at(returned[i]) = std::move(changed.returned->at(i));
  if (rows_) rows_->change(row, std::move(now));
  if (keyset_ != nullptr && keyset_plan_->key.partitioned) keyset_->forget_version(row);
  return SQL_ROW_UPDATED;
}

SQLUSMALLINT Statement::delete_row(SQLULEN row) {
  go_to_unchanged_row(row);
  const Changed changed =
      run_change("DELETE FROM " + table_name() + " WHERE " + row_condition(), {}, 0);
  if (changed.rows == 0) throw Error("01001", changed_by_another);
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
  std::size_t returned = 0;
  if (keyset_ != nullptr)
    for (const auto& part : keyset_plan_->key.columns)
      sql += (returned++ == 0 ? " RETURNING " : ", ") + part.name;
  const Changed changed = run_change(sql, values, returned);
  // A trigger may have kept the row out.
  if (changed.returned) {
    const SQLULEN number = keyset_->add(*changed.returned);
    if (ard_->bookmark.bound() && !convert_bookmark(element, number))
      return SQL_ROW_SUCCESS_WITH_INFO;
  }
  return SQL_ROW_ADDED;
}

}  // namespace negodbc::odbc
