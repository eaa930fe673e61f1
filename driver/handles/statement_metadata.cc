// The description of results: the IRD.
#include <algorithm>

#include "driver/base/error.h"
#include "driver/catalog/origins.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {

std::shared_ptr<session::CachedStatement> Statement::describe_statement() {
  settle_call();
  std::optional<std::size_t> none;
  if (several_) return ask_about_part(none);
  return with_large_objects([this] { return ask_server(); });
}

std::shared_ptr<session::CachedStatement> Statement::ask_server() {
  auto known = cached();
  ask_server(*known, translated_->text, wanted_types());
  return known;
}

void Statement::ask_server(session::CachedStatement& known, const std::string& sql,
                           const Types& types) {
  if (known.prepared.described) return;
  find_types(known, sql, types, nullptr);
  asked_ = true;
}

// What is remembered of the text was said before it was prepared: tables and the search path may be
// others by now. When it is executed the server looks after that.
void Statement::forget_description() {
  if (asked_) return;
  settle_call();
  const auto known = cached();
  if (known->prepared.described) connection_->conversation().forget(known->prepared);
}

void Statement::require_ird() {
  require_no_parameter_data();
  if (executed_ || ird_valid_) return;
  if (!prepared_) throw Error("HY010", "nothing was prepared or executed on this statement");
  forget_description();
  describe(describe_statement()->prepared.fields);
}

SQLSMALLINT Statement::column_count() {
  require_ird();
  return ird_->count();
}

const Record& Statement::column(SQLUSMALLINT number) {
  require_ird();
  if (ird_->count() == 0) throw Error("07005", "the statement returns no rows");
  if (number == 0 && use_bookmarks_ != SQL_UB_OFF) return describe_bookmark();
  if (number == 0 || number > ird_->count()) {
    throw Error("07009", "there is no column " + std::to_string(number) + "; the result has " +
                             std::to_string(ird_->count()));
  }
  return *ird_->find(static_cast<SQLSMALLINT>(number));
}

const Record& Statement::describe_bookmark() {
  const bool variable = use_bookmarks_ == SQL_UB_VARIABLE;
  Record& bookmark = ird_->bookmark;
  bookmark = {};
  bookmark.set_concise_type(variable ? SQL_BINARY : SQL_BIGINT, false);
  bookmark.length = variable ? sizeof(SQLULEN) : 20;
  bookmark.octet_length = sizeof(SQLULEN);
  bookmark.display_size = variable ? 2 * sizeof(SQLULEN) : 20;
  bookmark.num_prec_radix = variable ? 0 : 10;
  bookmark.type_name = variable ? "bytea" : "int8";
  bookmark.nullable = SQL_NO_NULLS;
  bookmark.searchable = SQL_PRED_NONE;
  bookmark.updatable = SQL_ATTR_READONLY;
  return bookmark;
}

bool Statement::needs_catalogue(SQLSMALLINT number, SQLSMALLINT field) const {
  const Record* column = ird_->find(number);
  if (column == nullptr) return false;
  switch (field) {
    case SQL_DESC_BASE_COLUMN_NAME:
    case SQL_DESC_BASE_TABLE_NAME:
    case SQL_DESC_TABLE_NAME:
    case SQL_DESC_SCHEMA_NAME:
    case SQL_DESC_CATALOG_NAME:
    case SQL_DESC_AUTO_UNIQUE_VALUE:
    case SQL_DESC_NULLABLE:
      return true;
    case SQL_DESC_TYPE_NAME:
    case SQL_DESC_LOCAL_TYPE_NAME:
      return column->type_name.empty();
    default:
      return false;
  }
}

Value Statement::column_field(SQLSMALLINT number, SQLSMALLINT field) {
  (void)column(static_cast<SQLUSMALLINT>(number));
  if (needs_catalogue(number, field)) complete_ird();
  return ird_->field(number, field);
}

void Statement::fill_type(Record& record, std::uint32_t oid, std::int32_t modifier) const {
  const types::SqlType type = types::describe_type(oid, modifier, connection_->type_options());
  record.concise_type = type.concise_type;
  record.type = type.verbose_type;
  record.datetime_interval_code = type.datetime_code;
  record.datetime_interval_precision = type.interval_precision;
  record.length = type.column_size;
  record.octet_length = type.octet_length;
  record.display_size = type.display_size;
  record.num_prec_radix = type.precision_radix;
  // SQL_DESC_PRECISION: of dates and times the digits of the seconds' fraction, else the column's
  // size.
  const bool is_time = type.verbose_type == SQL_DATETIME || type.verbose_type == SQL_INTERVAL;
  record.precision = is_time
                         ? type.decimal_digits
                         : static_cast<SQLSMALLINT>(std::min<SQLULEN>(type.column_size, 0x7fff));
  record.scale = is_time ? SQLSMALLINT{0} : type.decimal_digits;
  record.scale_given = true;
  record.searchable = type.searchable;
  record.is_unsigned = type.is_unsigned ? SQL_TRUE : SQL_FALSE;
  record.case_sensitive = type.case_sensitive ? SQL_TRUE : SQL_FALSE;
  record.fixed_prec_scale = type.fixed_precision_scale ? SQL_TRUE : SQL_FALSE;
  record.type_name = type.type_name;
  record.literal_prefix = type.literal_prefix;
  record.literal_suffix = type.literal_suffix;
}

void Statement::describe(const std::vector<wire::Field>& fields) {
  fields_ = fields;
  base_table_.reset();
  find_large_objects();
  ird_->set_count(0);
  ird_->set_count(static_cast<SQLSMALLINT>(std::min<std::size_t>(fields_.size(), 0x7fff)));
  for (SQLSMALLINT i = 0; i < ird_->count(); ++i) {
    const wire::Field& field = fields_[static_cast<std::size_t>(i)];
    Record& record = ird_->record(static_cast<SQLSMALLINT>(i + 1));
    fill_type(record, field.type_oid, field.type_modifier);
    record.name = record.label = field.name;
    record.unnamed = field.name.empty() ? SQL_UNNAMED : SQL_NAMED;
    // What is computed cannot be written; of the rest the privileges decide.
    record.updatable = field.table_oid == 0 ? SQL_ATTR_READONLY : SQL_ATTR_READWRITE_UNKNOWN;
    constexpr std::int16_t xmin = -2;
    record.rowver = field.table_oid != 0 && field.attribute == xmin ? SQL_TRUE : SQL_FALSE;
  }
  ird_valid_ = true;
  ird_complete_ = false;
}

void Statement::complete_ird() {
  if (ird_complete_ || fields_.empty()) return;
  ird_complete_ = true;
  const std::string& database = connection_->conversation().session().database();
  catalog::Origins origins;
  try {
    origins = catalog::find_origins(fields_, asking());
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // in a failed transaction nothing can be asked: these fields stay empty
  }
  for (SQLSMALLINT i = 0; i < ird_->count(); ++i) {
    const wire::Field& field = fields_[static_cast<std::size_t>(i)];
    Record& record = ird_->record(static_cast<SQLSMALLINT>(i + 1));
    if (record.type_name.empty()) record.type_name = origins.type_name(field.type_oid);
    const catalog::Origin* origin = origins.column(field.table_oid, field.attribute);
    if (origin == nullptr) continue;
    record.catalog_name = database;
    record.schema_name = origin->schema;
    record.table_name = record.base_table_name = origin->table;
    record.base_column_name = origin->column;
    record.nullable = origin->not_null ? SQL_NO_NULLS : SQL_NULLABLE;
    record.auto_unique_value = origin->auto_unique ? SQL_TRUE : SQL_FALSE;
  }
}

}  // namespace negodbc::odbc
