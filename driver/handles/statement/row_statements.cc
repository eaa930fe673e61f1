// One row at the server: how it is found again, changed, removed; how one is added.
#include <algorithm>

#include "driver/base/error.h"
#include "driver/catalog/sql_text.h"
#include "driver/handles/descriptor/buffers.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/row_changes.h"
#include "driver/types/binary_format.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter.h"
#include "driver/types/type_table.h"

namespace negodbc::odbc {
namespace {

// From here on collations may call different texts equal.
constexpr int first_with_coarse_collations = 120000;

// A column as the values of a row are compared: every change of what is stored is to be seen. Where
// a type has no equality, or one that calls different values equal (an interval's), and for types
// that are not known, that is the text, as it was fetched.
std::string compared(const std::string& column, std::uint32_t type, int server_version) {
  const std::string as_bytes =
      server_version >= first_with_coarse_collations ? R"( COLLATE "C")" : "";
  switch (type) {
    case types::oid_text:
    case types::oid_varchar:
    case types::oid_bpchar:  // not its text, which has lost the blanks at its end
    case types::oid_name:
      return column + as_bytes;
    default:
      break;
  }
  const types::FieldKind kind = types::field_kind(type);
  const bool exact = kind != types::FieldKind::text && kind != types::FieldKind::interval;
  return exact ? column : column + "::pg_catalog.text" + as_bytes;
}

// How many of a result's columns are the table's.
std::size_t own_columns(const catalog::BaseTable& table) {
  return table.columns.size() -
         static_cast<std::size_t>(std::count(table.columns.begin(), table.columns.end(), ""));
}

constexpr char changed_by_another[] = "the row was changed or deleted by somebody else";

}  // namespace

// To change it: as it was given to the application, where that is to be seen to.
void RowChanges::go_to_unchanged_row(SQLULEN row) {
  use_.cursor.go_to(row);
  const KeysetRows* keyset = use_.cursor.keyset();
  if (keyset != nullptr && keyset->changed_since(row)) throw Error("01001", changed_by_another);
}

const std::string& RowChanges::table_name() {
  return use_.cursor.keyset() != nullptr ? use_.cursor.keyset_plan()->key.table
                                         : use_.columns.base_table().name;
}

// Of the row that the cursor has gone to.
std::string RowChanges::row_condition() {
  const std::vector<wire::Field>& fields = use_.columns.fields();
  const SQLULEN concurrency = use_.cursor.kind().concurrency;
  std::string condition;
  const auto add = [&](const std::string& name, std::size_t column,
                       std::string_view equality = catalog::system_equality) {
    const auto& value = use_.cursor.row().values.at(column);
    condition += (condition.empty() ? "" : " AND ") + name;
    if (value.is_null()) {
      condition += " IS NULL";
      return;
    }
    const bool binary = column < fields.size() && fields[column].format == wire::Format::binary;
    condition.append(" ").append(equality).append(" ").append(
        catalog::quote_literal(binary ? types::text_of_binary(value.view(), fields[column].type_oid)
                                      : std::string(value.view())));
  };
  const bool has_keyset = use_.cursor.keyset() != nullptr;
  if (has_keyset) {
    const catalog::RowKey& key = use_.cursor.keyset_plan()->key;
    condition = key.condition;
    std::size_t column = fields.size();
    for (const auto& part : key.columns) add(part.name, column++, part.equality);
    if (concurrency == SQL_CONCUR_READ_ONLY) return condition;
    if (concurrency != SQL_CONCUR_VALUES) {
      add("ctid", column);
      add("xmin", column + 1);
      return condition;
    }
  }
  const catalog::BaseTable& table = use_.columns.base_table();
  if (!has_keyset) {
    if (!table.no_key.empty()) throw Error("HY000", table.no_key);
    condition = table.condition;
    for (const auto& part : table.key) add(table.columns[part.column], part.column, part.equality);
  }
  if (concurrency != SQL_CONCUR_VALUES) return condition;
  const int server_version = use_.server.connection().conversation().session().server_version();
  for (std::size_t column = 0; column < fields.size(); ++column) {
    const bool in_key = std::any_of(table.key.begin(), table.key.end(),
                                    [&](const auto& part) { return part.column == column; });
    const std::string& name = table.columns[column];
    if (!in_key && !name.empty())
      add(compared(name, fields[column].type_oid, server_version), column);
  }
  return condition;
}

// Of the bound columns that are the table's, without those marked SQL_COLUMN_IGNORE.
RowChanges::BoundValues RowChanges::bound_values(SQLULEN element) {
  BoundValues found;
  const Descriptor& ard = use_.descriptors.ard();
  const catalog::BaseTable& table = use_.columns.base_table();
  const auto bound =
      std::min<std::size_t>(static_cast<std::size_t>(ard.count()), use_.columns.size());
  for (std::size_t column = 0; column < bound; ++column) {
    const auto number = static_cast<SQLSMALLINT>(column + 1);
    const Record& binding = *ard.find(number);
    if (!binding.bound() || table.columns[column].empty()) continue;
    const SQLSMALLINT sql_type = use_.descriptors.ird().find(number)->concise_type;
    const Element at = element_of(ard, binding, element, types::default_c_type(sql_type));
    const SQLLEN indicator = at.indicator != nullptr ? types::load_length(at.indicator) : SQLLEN{0};
    const SQLLEN length = at.length != nullptr ? types::load_length(at.length) : SQLLEN{SQL_NTS};
    if (indicator == SQL_COLUMN_IGNORE || length == SQL_COLUMN_IGNORE) continue;
    if (use_.columns.is_large_object(column))
      throw Error("HYC00", "large objects are changed by UPDATE and INSERT statements only");
    found.columns.push_back(column);
    const DataAtExecution::Value* given = use_.data.find(element, number);
    if (indicator == SQL_NULL_DATA || (given != nullptr && given->null)) {
      found.values.emplace_back();
      continue;
    }
    types::Parameter value{binding.concise_type, sql_type, 0, 0, at.data, length};
    value.c_precision = binding.precision;
    value.c_scale = binding.scale;
    apply_type_options(value, use_.server.connection().type_options());
    if (given != nullptr) {
      value.data = given->bytes.data();
      value.length = static_cast<SQLLEN>(given->bytes.size());
    } else {
      require_within_buffer(binding, length, types::default_c_type(sql_type));
    }
    found.values.push_back(types::encode_parameter(value));
  }
  return found;
}

// `returned`: how many columns RETURNING names.
RowChanges::Changed RowChanges::run_change(const std::string& sql, const Values& values,
                                           std::size_t returned) {
  Connection& connection = use_.server.connection();
  if (log::Log* const log = log_for(connection.log(), log::Level::statements)) {
    const std::string number = use_.server.statement_number();
    log_sql(*log, "row_change", sql, use_.server.standard_strings(), {{"number", number}});
    if (log->tells(log::Level::values)) log_values(*log, values);
  }
  const session::Framing framing = connection.framing(sql::Surround::savepoint);
  const std::string_view text =
      use_.text.known() ? std::string_view(use_.text.sql()) : std::string_view();
  return use_.server.run(text, [&](session::Conversation& server, Deadline deadline) {
    const auto answer = server.extended(sql, {}, bind_values(values), framing, deadline);
    if (answer->fields().size() != returned)
      throw wire::AnswerError("a changed row has other columns");
    Changed changed;
    while (answer->next_row(deadline)) {
      if (changed.returned) continue;  // a rule may have added others
      changed.returned = copy_of(answer->row());
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
std::vector<std::string> RowChanges::returned_keyset() const {
  std::vector<std::string> names;
  if (use_.cursor.keyset() == nullptr) return names;
  const catalog::RowKey& key = use_.cursor.keyset_plan()->key;
  for (const auto& part : key.columns) names.push_back(part.name);
  // Of a row that was moved to another partition the server cannot tell it.
  if (!key.partitioned) names.insert(names.end(), {"ctid", "xmin"});
  return names;
}

SQLUSMALLINT RowChanges::refresh_row(SQLULEN element, SQLULEN row) {
  if (!use_.cursor.go_to_if_there(row)) return SQL_ROW_DELETED;
  return use_.cursor.deliver_row(element, row);
}

SQLUSMALLINT RowChanges::update_row(SQLULEN element, SQLULEN row) {
  go_to_unchanged_row(row);
  const catalog::BaseTable& table = use_.columns.base_table();
  const BoundValues bound = bound_values(element);
  if (bound.columns.empty()) throw Error("21S02", "no column is bound that could be updated");
  std::string sql = "UPDATE " + table.name + " SET ";
  for (std::size_t i = 0; i < bound.columns.size(); ++i)
    sql += (i == 0 ? "" : ", ") + table.columns[bound.columns[i]] + " = $" + std::to_string(i + 1);
  const Returned returned = returned_row();
  sql += " WHERE " + row_condition() + " RETURNING " + returned.names;
  Changed changed = run_change(sql, bound.values, returned.columns.size());
  if (!changed.returned) throw Error("01001", changed_by_another);
  take_row(row, returned, std::move(*changed.returned));
  return SQL_ROW_UPDATED;
}

RowChanges::Returned RowChanges::returned_row() {
  const catalog::BaseTable& table = use_.columns.base_table();
  const std::size_t width = use_.columns.size();
  Returned returned;
  const auto add = [&](const std::string& name, std::size_t column) {
    returned.names.append(returned.columns.empty() ? "" : ", ").append(name);
    returned.columns.push_back(column);
  };
  for (std::size_t column = 0; column < width; ++column)
    if (!table.columns[column].empty()) add(table.columns[column], column);
  for (const std::string& name : returned_keyset())
    add(name, width + (returned.columns.size() - own_columns(table)));
  return returned;
}

// The row that the cursor has gone to: what was not returned of it stays as it was read.
void RowChanges::take_row(SQLULEN row, const Returned& returned, Values now) {
  CursorRows* const rows = use_.cursor.kept_rows();
  if (rows == nullptr) return;
  Values values = copy_of(use_.cursor.row());
  for (std::size_t i = 0; i < returned.columns.size(); ++i)
    values.at(returned.columns[i]) = std::move(now.at(i));
  rows->change(row, std::move(values), use_.cursor.standing());
  if (KeysetRows* const keyset = use_.cursor.keyset();
      keyset != nullptr && use_.cursor.keyset_plan()->key.partitioned)
    keyset->forget_version(row);
}

std::string RowChanges::current_row_columns() {
  if (!use_.cursor.keeps_rows()) return {};
  return returned_row().names;
}

void RowChanges::current_row_changed(Values now) {
  const Returned returned = returned_row();
  if (now.size() != returned.columns.size())
    throw wire::AnswerError("a changed row has other columns");
  use_.cursor.settle();
  use_.cursor.go_to(use_.cursor.row_number());
  take_row(use_.cursor.row_number(), returned, std::move(now));
}

void RowChanges::current_row_removed() {
  use_.cursor.settle();
  if (CursorRows* const rows = use_.cursor.kept_rows())
    rows->remove(use_.cursor.row_number(), use_.cursor.standing());
}

SQLUSMALLINT RowChanges::delete_row(SQLULEN row) {
  go_to_unchanged_row(row);
  const Changed changed =
      run_change("DELETE FROM " + table_name() + " WHERE " + row_condition(), {}, 0);
  if (changed.rows == 0) throw Error("01001", changed_by_another);
  if (CursorRows* const rows = use_.cursor.kept_rows()) rows->remove(row, use_.cursor.standing());
  return SQL_ROW_DELETED;
}

SQLUSMALLINT RowChanges::add_row(SQLULEN element) {
  const catalog::BaseTable& table = use_.columns.base_table();
  const BoundValues bound = bound_values(element);
  if (bound.columns.empty()) throw Error("21S02", "no column is bound that could be inserted");
  std::string names;
  std::string markers;
  for (std::size_t i = 0; i < bound.columns.size(); ++i) {
    names += (i == 0 ? "" : ", ") + table.columns[bound.columns[i]];
    markers += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  std::string sql = "INSERT INTO " + table.name + " (" + names + ") VALUES (" + markers + ")";
  KeysetRows* const keyset = use_.cursor.keyset();
  std::size_t returned = 0;
  if (keyset != nullptr)
    for (const auto& part : use_.cursor.keyset_plan()->key.columns)
      sql += (returned++ == 0 ? " RETURNING " : ", ") + part.name;
  const Changed changed = run_change(sql, bound.values, returned);
  // A trigger may have kept the row out.
  if (changed.returned) {
    const SQLULEN number = keyset->add(*changed.returned, use_.cursor.standing());
    if (use_.descriptors.ard().bookmark.bound() &&
        !use_.bound_row.convert_bookmark(element, number))
      return SQL_ROW_SUCCESS_WITH_INFO;
  }
  return SQL_ROW_ADDED;
}

}  // namespace negodbc::odbc
