#include "driver/handles/statement/result_columns.h"

#include <algorithm>
#include <utility>

#include "driver/base/error.h"
#include "driver/catalog/origins.h"
#include "driver/handles/descriptor/server_type.h"
#include "driver/handles/statement/large_objects.h"

namespace negodbc::odbc {

void ResultColumns::describe(std::vector<wire::Field> fields) {
  fields_ = std::move(fields);
  base_table_.reset();
  find_large_objects(server_, fields_);
  if (std::any_of(fields_.begin(), fields_.end(),
                  [](const wire::Field& field) { return field.type_oid == types::oid_money; }))
    server_.connection().learn_money_scale(server_.asking());
  const types::TypeOptions& options = server_.connection().type_options();
  Descriptor& ird = descriptors_.ird();
  ird.set_count(0);
  ird.set_count(static_cast<SQLSMALLINT>(std::min<std::size_t>(fields_.size(), 0x7fff)));
  for (SQLSMALLINT i = 0; i < ird.count(); ++i) {
    const wire::Field& field = fields_[static_cast<std::size_t>(i)];
    Record& record = ird.record(static_cast<SQLSMALLINT>(i + 1));
    describe_server_type(record, field.type_oid, field.type_modifier, options);
    record.name = record.label = field.name;
    record.unnamed = field.name.empty() ? SQL_UNNAMED : SQL_NAMED;
    // What is computed cannot be written; of the rest the privileges decide.
    record.updatable = field.table_oid == 0 ? SQL_ATTR_READONLY : SQL_ATTR_READWRITE_UNKNOWN;
    constexpr std::int16_t xmin = -2;
    record.rowver = field.table_oid != 0 && field.attribute == xmin ? SQL_TRUE : SQL_FALSE;
  }
  described_ = true;
  completed_ = false;
}

void ResultColumns::forget(bool keep) {
  fields_.clear();
  if (!keep) described_ = completed_ = false;
}

const Record& ResultColumns::record(SQLUSMALLINT number) {
  const Descriptor& ird = descriptors_.ird();
  if (ird.count() == 0) throw Error("07005", "the statement returns no rows");
  if (number == 0 && attributes_.use_bookmarks != SQL_UB_OFF) return describe_bookmark();
  if (number == 0 || number > ird.count()) {
    throw Error("07009", "there is no column " + std::to_string(number) + "; the result has " +
                             std::to_string(ird.count()));
  }
  return *ird.find(static_cast<SQLSMALLINT>(number));
}

const Record& ResultColumns::describe_bookmark() {
  const bool variable = attributes_.use_bookmarks == SQL_UB_VARIABLE;
  Record& bookmark = descriptors_.ird().bookmark;
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

bool ResultColumns::needs_catalogue(SQLSMALLINT number, SQLSMALLINT field) const {
  const Record* column = descriptors_.ird().find(number);
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

Value ResultColumns::field(SQLSMALLINT number, SQLSMALLINT field) {
  (void)record(static_cast<SQLUSMALLINT>(number));
  if (needs_catalogue(number, field)) complete();
  return descriptors_.ird().field(number, field);
}

const catalog::BaseTable& ResultColumns::base_table() {
  if (!base_table_) base_table_ = catalog::find_base_table(fields_, server_.asking());
  return *base_table_;
}

void ResultColumns::complete() {
  if (completed_ || fields_.empty()) return;
  completed_ = true;
  const std::string& database = server_.connection().conversation().session().database();
  catalog::Origins origins;
  try {
    origins = catalog::find_origins(fields_, server_.asking());
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // in a failed transaction nothing can be asked: these fields stay empty
  }
  Descriptor& ird = descriptors_.ird();
  for (SQLSMALLINT i = 0; i < ird.count(); ++i) {
    const wire::Field& field = fields_[static_cast<std::size_t>(i)];
    Record& record = ird.record(static_cast<SQLSMALLINT>(i + 1));
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
