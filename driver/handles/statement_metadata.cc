// The description of results: the IRD.
#include <algorithm>

#include "driver/base/error.h"
#include "driver/catalog/origins.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {

std::shared_ptr<result::CachedStatement> Statement::ask_server() {
  settle_call();
  auto known = cached();
  ask_server(*known, translated_->text, wanted_types());
  return known;
}

void Statement::ask_server(result::CachedStatement& known, const std::string& sql,
                           const std::vector<std::uint32_t>& types) {
  if (known.prepared.described) return;
  talk([&](result::Conversation& server, Deadline deadline) {
    known.prepared = server.prepare(sql, types, connection_->names_statements(),
                                    connection_->framing(surround_), deadline);
  });
}

void Statement::require_ird() {
  if (needs_data())
    throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
  if (executed_ || ird_valid_) return;
  if (!prepared_) throw Error("HY010", "nothing was prepared or executed on this statement");
  describe(ask_server()->prepared.fields);
}

SQLSMALLINT Statement::column_count() {
  require_ird();
  return ird_->count();
}

const Record& Statement::column(SQLUSMALLINT number) {
  require_ird();
  if (ird_->count() == 0) throw Error("07005", "the statement returns no rows");
  if (number == 0 && use_bookmarks_ != SQL_UB_OFF) {
    described_ = {};
    described_.set_concise_type(use_bookmarks_ == SQL_UB_VARIABLE ? SQL_BINARY : SQL_BIGINT, false);
    described_.length = use_bookmarks_ == SQL_UB_VARIABLE ? sizeof(SQLULEN) : 20;
    described_.octet_length = sizeof(SQLULEN);
    described_.nullable = SQL_NO_NULLS;
    return described_;
  }
  if (number == 0 || number > ird_->count()) {
    throw Error("07009", "there is no column " + std::to_string(number) + "; the result has " +
                             std::to_string(ird_->count()));
  }
  return *ird_->find(static_cast<SQLSMALLINT>(number));
}

void Statement::fill_type(Record& record, std::uint32_t oid, std::int32_t modifier) const {
  const result::SqlType type = result::describe_type(oid, modifier, connection_->type_options());
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
  ird_->set_count(0);
  ird_->set_count(static_cast<SQLSMALLINT>(std::min<std::size_t>(fields.size(), 0x7fff)));
  for (SQLSMALLINT i = 0; i < ird_->count(); ++i) {
    const wire::Field& field = fields[static_cast<std::size_t>(i)];
    Record& record = ird_->record(static_cast<SQLSMALLINT>(i + 1));
    fill_type(record, field.type_oid, field.type_modifier);
    record.name = record.label = field.name;
    record.unnamed = field.name.empty() ? SQL_UNNAMED : SQL_NAMED;
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
    origins = catalog::find_origins(fields_, [this](const std::string& sql) { return query(sql); });
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
