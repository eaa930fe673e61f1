// The four descriptors: ARD, APD (the application's buffers), IRD, IPD (the server's columns and
// parameters).
//
// ODBC reference: SQLSetDescField (fields, defaults, consistency), SQLSetDescRec, SQLCopyDesc. Used
// under the connection's mutex, which the descriptor shares.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "driver/handles/handle.h"
#include "driver/handles/value.h"

namespace negodbc::odbc {

class Connection;
class Statement;

// What a descriptor describes; an explicitly allocated one is an application descriptor of either
// use.
enum class DescriptorRole { ard, apd, ird, ipd };

// One column or parameter. Fields that a role does not use stay at their defaults.
struct Record {
  // the type, in its three forms (kept consistent by set_type and set_concise_type)
  SQLSMALLINT concise_type = SQL_C_DEFAULT;
  SQLSMALLINT type = SQL_C_DEFAULT;
  SQLSMALLINT datetime_interval_code = 0;
  SQLINTEGER datetime_interval_precision = 0;
  SQLULEN length = 0;
  SQLLEN octet_length = 0;
  SQLSMALLINT precision = 0;
  SQLSMALLINT scale = 0;
  bool scale_given = false;  // by the application or the server; else it is the type's default
  SQLINTEGER num_prec_radix = 0;
  // the application's buffers
  SQLPOINTER data_ptr = nullptr;
  SQLLEN* indicator_ptr = nullptr;
  SQLLEN* octet_length_ptr = nullptr;
  // what the server says
  SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
  SQLSMALLINT parameter_type = SQL_PARAM_INPUT;
  SQLSMALLINT unnamed = SQL_UNNAMED;
  SQLSMALLINT is_unsigned = SQL_TRUE;
  SQLSMALLINT searchable = SQL_PRED_SEARCHABLE;
  SQLSMALLINT updatable = SQL_ATTR_READWRITE_UNKNOWN;
  SQLSMALLINT fixed_prec_scale = SQL_FALSE;
  SQLSMALLINT rowver = SQL_FALSE;
  SQLINTEGER case_sensitive = SQL_FALSE;
  SQLINTEGER auto_unique_value = SQL_FALSE;
  SQLLEN display_size = 0;
  std::string name, label, base_column_name, base_table_name, table_name, schema_name, catalog_name;
  std::string type_name, literal_prefix, literal_suffix;

  [[nodiscard]] bool bound() const {
    return data_ptr != nullptr || indicator_ptr != nullptr || octet_length_ptr != nullptr;
  }
  // Type, datetime code and defaults that follow from them (length, precision, scale) as
  // SQLSetDescField says under SQL_DESC_TYPE. Throw Error HY021 for an inconsistent or unknown
  // type.
  void set_concise_type(SQLSMALLINT value, bool c_type);
  void set_verbose_type(SQLSMALLINT value, bool c_type);
};

class Descriptor final : public Handle {
 public:
  static constexpr Kind handle_kind = Kind::descriptor;
  // Implicit: of a statement. The mutex is the connection's.
  Descriptor(DescriptorRole role, bool explicit_one, std::shared_ptr<Connection> connection);

  [[nodiscard]] CallMutex& mutex() override;
  [[nodiscard]] DescriptorRole role() const { return role_; }
  [[nodiscard]] bool is_explicit() const { return explicit_; }
  [[nodiscard]] bool is_application() const {
    return role_ == DescriptorRole::ard || role_ == DescriptorRole::apd;
  }
  [[nodiscard]] const std::shared_ptr<Connection>& connection() const { return connection_; }
  // The statement of an implicit descriptor; an IRD asks it for metadata. Null once that is freed.
  void set_statement(Statement* statement) { statement_ = statement; }
  [[nodiscard]] Statement* statement() const { return statement_; }

  // SQLGetDescField, SQLSetDescField. Throw Error HY091 (no such field, or not for this role),
  // HY016 (an IRD can't be written), 07009 (record number), HY021, HY024, HY105. Reading a record
  // beyond the last one is for the caller to answer with SQL_NO_DATA: has_record().
  [[nodiscard]] Value field(SQLSMALLINT record, SQLSMALLINT field) const;
  // Integers come in the pointer's place; text as `text`.
  void set_field(SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value, const std::string& text);
  // Whether the field's value is text (so that the entry points know how to read it).
  static bool is_text_field(SQLSMALLINT field);
  static bool is_header_field(SQLSMALLINT field);

  // SQLCopyDesc: everything but the allocation type. Throws HY016 when this is an IRD.
  void copy_from(const Descriptor& source);

  // Records count from 1; record(n) makes those up to n.
  [[nodiscard]] SQLSMALLINT count() const { return static_cast<SQLSMALLINT>(records_.size()); }
  [[nodiscard]] bool has_record(SQLSMALLINT number) const {
    return number >= 1 && number <= count();
  }
  Record& record(SQLSMALLINT number);
  [[nodiscard]] const Record* find(SQLSMALLINT number) const {
    return has_record(number) ? &records_[static_cast<std::size_t>(number) - 1] : nullptr;
  }
  // Record 0 too, where there is one; else nullptr.
  [[nodiscard]] const Record* find_or_bookmark(SQLSMALLINT number) const {
    return number == 0 && has_bookmark() ? &bookmark : find(number);
  }
  [[nodiscard]] bool has_bookmark() const {
    return role_ == DescriptorRole::ard || role_ == DescriptorRole::ird;
  }
  // The last records that are not bound fall away with the binding (SQLBindCol).
  void unbind(SQLSMALLINT number);
  void set_count(SQLSMALLINT count);
  // SQL_DESC_DATA_PTR's consistency check. Throws Error HY021.
  static void check_consistency(const Record& record, bool c_type);

  // Record 0 of an ARD: what column 0 is bound to. Of an IRD: what the bookmark is.
  Record bookmark;

  // Header fields.
  SQLULEN array_size = 1;
  SQLUSMALLINT* array_status_ptr = nullptr;
  SQLLEN* bind_offset_ptr = nullptr;
  SQLINTEGER bind_type = SQL_BIND_BY_COLUMN;
  SQLULEN* rows_processed_ptr = nullptr;

 private:
  DescriptorRole role_;
  bool explicit_;
  std::shared_ptr<Connection> connection_;
  Statement* statement_ = nullptr;
  std::vector<Record> records_;
};

}  // namespace negodbc::odbc
