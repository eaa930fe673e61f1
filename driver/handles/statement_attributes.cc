// SQLSetStmtAttr, SQLGetStmtAttr, cursor names.
#include <cstdint>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/handles/sqlstate.h"
#include "driver/handles/statement.h"

namespace negodbc::odbc {
namespace {

[[noreturn]] void bad_statement_value(SQLINTEGER attribute, SQLULEN value) {
  throw Error("HY024", "statement attribute " + std::to_string(attribute) + " cannot be " +
                           std::to_string(value));
}

// An attribute that is a header field of one of the descriptors.
struct DescriptorHeader {
  SQLINTEGER attribute;
  DescriptorRole role;
  SQLSMALLINT field;
};
constexpr DescriptorHeader descriptor_headers[] = {
    {SQL_ATTR_ROW_ARRAY_SIZE, DescriptorRole::ard, SQL_DESC_ARRAY_SIZE},
    {SQL_ATTR_ROW_BIND_TYPE, DescriptorRole::ard, SQL_DESC_BIND_TYPE},
    {SQL_ATTR_ROW_BIND_OFFSET_PTR, DescriptorRole::ard, SQL_DESC_BIND_OFFSET_PTR},
    {SQL_ATTR_ROW_OPERATION_PTR, DescriptorRole::ard, SQL_DESC_ARRAY_STATUS_PTR},
    {SQL_ATTR_ROW_STATUS_PTR, DescriptorRole::ird, SQL_DESC_ARRAY_STATUS_PTR},
    {SQL_ATTR_ROWS_FETCHED_PTR, DescriptorRole::ird, SQL_DESC_ROWS_PROCESSED_PTR},
    {SQL_ATTR_PARAMSET_SIZE, DescriptorRole::apd, SQL_DESC_ARRAY_SIZE},
    {SQL_ATTR_PARAM_BIND_TYPE, DescriptorRole::apd, SQL_DESC_BIND_TYPE},
    {SQL_ATTR_PARAM_BIND_OFFSET_PTR, DescriptorRole::apd, SQL_DESC_BIND_OFFSET_PTR},
    {SQL_ATTR_PARAM_OPERATION_PTR, DescriptorRole::apd, SQL_DESC_ARRAY_STATUS_PTR},
    {SQL_ATTR_PARAM_STATUS_PTR, DescriptorRole::ipd, SQL_DESC_ARRAY_STATUS_PTR},
    {SQL_ATTR_PARAMS_PROCESSED_PTR, DescriptorRole::ipd, SQL_DESC_ROWS_PROCESSED_PTR},
};

const DescriptorHeader* find_header(SQLINTEGER attribute) {
  for (const DescriptorHeader& field : descriptor_headers)
    if (field.attribute == attribute) return &field;
  return nullptr;
}

constexpr std::size_t longest_cursor_name = 63;

}  // namespace

Descriptor& Statement::descriptor(DescriptorRole role) {
  switch (role) {
    case DescriptorRole::ard:
      return *ard_;
    case DescriptorRole::apd:
      return *apd_;
    case DescriptorRole::ird:
      return *ird_;
    case DescriptorRole::ipd:
      break;
  }
  return *ipd_;
}

// An application descriptor, or none: back to the implicit one.
std::shared_ptr<Descriptor> Statement::explicit_descriptor(
    SQLPOINTER handle, const std::shared_ptr<Descriptor>& implicit) const {
  if (handle == SQL_NULL_HDESC || handle == implicit->id()) return implicit;
  auto descriptor = find<Descriptor>(handle);
  if (!descriptor) throw Error("HY024", "this is no descriptor handle");
  if (!descriptor->is_explicit())
    throw Error("HY017", "a descriptor that came with a statement belongs to that statement");
  if (descriptor->connection() != connection_)
    throw Error("HY024", "the descriptor belongs to another connection");
  return descriptor;
}

// What this driver has one value of: another is changed to it, with a warning.
void Statement::only(SQLULEN supported, SQLULEN value, const char* what) {
  if (value != supported)
    diagnostics().warn("01S02", std::string("the option's value was changed: ") + what);
}

void Statement::set_attribute(SQLINTEGER attribute, SQLPOINTER pointer) {
  if (const DescriptorHeader* header = find_header(attribute)) {
    return descriptor(header->role).set_field(0, header->field, pointer, {});
  }
  const auto value = static_cast<SQLULEN>(reinterpret_cast<std::uintptr_t>(pointer));
  const auto boolean = [&] {
    if (value > 1) bad_statement_value(attribute, value);
    return value == 1;
  };
  switch (attribute) {
    case SQL_ATTR_APP_ROW_DESC:
      ard_ = explicit_descriptor(pointer, implicit_ard_);
      return;
    case SQL_ATTR_APP_PARAM_DESC:
      apd_ = explicit_descriptor(pointer, implicit_apd_);
      return;
    case SQL_ATTR_IMP_ROW_DESC:
    case SQL_ATTR_IMP_PARAM_DESC:
      throw Error("HY017", "the implementation's descriptors cannot be replaced");
    case SQL_ATTR_QUERY_TIMEOUT:
      query_timeout_ = value;
      return;
    case SQL_ATTR_MAX_ROWS:
      max_rows_ = value;
      return;
    case SQL_ATTR_MAX_LENGTH:
      max_length_ = value;
      return;
    case SQL_ATTR_NOSCAN:
      noscan_ = boolean();
      return;
    case SQL_ATTR_RETRIEVE_DATA:
      retrieve_data_ = boolean();
      return;
    case SQL_ATTR_METADATA_ID:
      metadata_id_ = boolean();
      return;
    case SQL_ROWSET_SIZE:
      if (value == 0) bad_statement_value(attribute, value);
      ex_rowset_size_ = value;
      return;
    case SQL_ATTR_CURSOR_TYPE:
    case SQL_ATTR_CONCURRENCY:
    case SQL_ATTR_CURSOR_SCROLLABLE:
    case SQL_ATTR_CURSOR_SENSITIVITY:
    case SQL_ATTR_USE_BOOKMARKS:
      if (cursor_open_) throw Error("24000", "the cursor is open: its kind cannot change now");
      return set_cursor_kind(attribute, value);
    case SQL_ATTR_KEYSET_SIZE:
      return only(0, value, "a keyset holds the whole result");
    case SQL_ATTR_SIMULATE_CURSOR:
      return only(SQL_SC_UNIQUE, value, "a positioned statement changes one row");
    case SQL_ATTR_ASYNC_ENABLE:
      return async_.enable(boolean());
    case SQL_ATTR_ASYNC_STMT_EVENT:
      return unsupported("asynchronous execution by notification");
    case SQL_ATTR_ENABLE_AUTO_IPD:
      fills_ipd_ = boolean();
      return;
    case SQL_ATTR_FETCH_BOOKMARK_PTR:
      fetch_bookmark_ptr_ = pointer;
      return;
    case SQL_ATTR_ROW_NUMBER:
      throw Error("HY092", "the row number can only be read");
    default:
      throw Error("HY092", "there is no statement attribute " + std::to_string(attribute));
  }
}

void Statement::set_cursor_kind(SQLINTEGER attribute, SQLULEN value) {
  switch (attribute) {
    case SQL_ATTR_CURSOR_TYPE:
      if (value > SQL_CURSOR_STATIC) bad_statement_value(attribute, value);
      cursor_type_ = value == SQL_CURSOR_DYNAMIC ? SQLULEN{SQL_CURSOR_KEYSET_DRIVEN} : value;
      return only(cursor_type_, value, "cursors are keyset-driven rather than dynamic");
    case SQL_ATTR_CONCURRENCY:
      if (value < SQL_CONCUR_READ_ONLY || value > SQL_CONCUR_VALUES)
        bad_statement_value(attribute, value);
      concurrency_ = value;
      return;
    case SQL_ATTR_CURSOR_SCROLLABLE:
      if (value > SQL_SCROLLABLE) bad_statement_value(attribute, value);
      if (value == SQL_NONSCROLLABLE) {
        cursor_type_ = SQL_CURSOR_FORWARD_ONLY;
      } else if (cursor_type_ == SQL_CURSOR_FORWARD_ONLY) {
        cursor_type_ = SQL_CURSOR_STATIC;
      }
      return;
    case SQL_ATTR_CURSOR_SENSITIVITY:
      if (value > SQL_SENSITIVE) bad_statement_value(attribute, value);
      if (value == SQL_INSENSITIVE && cursor_type_ == SQL_CURSOR_KEYSET_DRIVEN)
        cursor_type_ = SQL_CURSOR_STATIC;
      if (value != SQL_SENSITIVE) return;
      cursor_type_ = SQL_CURSOR_KEYSET_DRIVEN;
      return only(SQL_UNSPECIFIED, value, "rows that others add are not shown");
    default:
      if (value > SQL_UB_VARIABLE) bad_statement_value(attribute, value);
      use_bookmarks_ = value;
  }
}

Value Statement::attribute(SQLINTEGER attribute) {
  if (const DescriptorHeader* header = find_header(attribute)) {
    Value value = descriptor(header->role).field(0, header->field);
    // As a statement attribute the row's size is an SQLULEN, as a field an SQLINTEGER.
    if (const auto* size = std::get_if<SQLINTEGER>(&value)) return static_cast<SQLULEN>(*size);
    return value;
  }
  const auto flag = [](bool on) -> Value { return static_cast<SQLULEN>(on ? 1 : 0); };
  switch (attribute) {
    case SQL_ATTR_APP_ROW_DESC:
      return ard_->id();
    case SQL_ATTR_APP_PARAM_DESC:
      return apd_->id();
    case SQL_ATTR_IMP_ROW_DESC:
      return ird_->id();
    case SQL_ATTR_IMP_PARAM_DESC:
      return ipd_->id();
    case SQL_ATTR_QUERY_TIMEOUT:
      return query_timeout_;
    case SQL_ATTR_MAX_ROWS:
      return max_rows_;
    case SQL_ATTR_MAX_LENGTH:
      return max_length_;
    case SQL_ATTR_NOSCAN:
      return flag(noscan_);
    case SQL_ATTR_RETRIEVE_DATA:
      return flag(retrieve_data_);
    case SQL_ATTR_METADATA_ID:
      return flag(metadata_id_);
    case SQL_ROWSET_SIZE:
      return ex_rowset_size_;
    case SQL_ATTR_CURSOR_TYPE:
      return cursor_type();
    case SQL_ATTR_CONCURRENCY:
      return concurrency();
    case SQL_ATTR_CURSOR_SCROLLABLE:
      return flag(cursor_type() != SQL_CURSOR_FORWARD_ONLY);  // SQL_SCROLLABLE is 1
    case SQL_ATTR_CURSOR_SENSITIVITY:
      return static_cast<SQLULEN>(cursor_type() == SQL_CURSOR_KEYSET_DRIVEN ? SQL_UNSPECIFIED
                                                                            : SQL_INSENSITIVE);
    case SQL_ATTR_USE_BOOKMARKS:
      return use_bookmarks_;
    case SQL_ATTR_KEYSET_SIZE:
      return SQLULEN{0};
    case SQL_ATTR_SIMULATE_CURSOR:
      return static_cast<SQLULEN>(SQL_SC_UNIQUE);
    case SQL_ATTR_ASYNC_ENABLE:
      return flag(async_.enabled());
    case SQL_ATTR_ENABLE_AUTO_IPD:
      return flag(fills_ipd_);
    case SQL_ATTR_ROW_NUMBER:
      if (!cursor_open_ || position_ != Place::rows)
        throw Error("24000", "there is no current row");
      return rowset_start_ + cursor_row_ - 1;
    case SQL_ATTR_FETCH_BOOKMARK_PTR:
      return fetch_bookmark_ptr_;
    default:
      throw Error("HY092", "there is no statement attribute " + std::to_string(attribute));
  }
}

void Statement::set_cursor_name(std::string name) {
  if (cursor_open_) throw Error("24000", "the cursor is open: its name cannot change now");
  if (name.empty() || name.size() > longest_cursor_name || iequals(name.substr(0, 7), "SQL_CUR") ||
      iequals(name.substr(0, 6), "SQLCUR"))
    throw Error("34000",
                "a cursor's name has 1 to 63 bytes and does not begin with SQL_CUR or SQLCUR");
  for (const Statement* other : connection_->statements()) {
    if (other != this && iequals(other->cursor_name_, name))
      throw Error("3C000", "another statement's cursor has this name");
  }
  cursor_name_ = std::move(name);
}

const std::string& Statement::cursor_name() {
  if (cursor_name_.empty()) cursor_name_ = connection_->next_cursor_name();
  return cursor_name_;
}

}  // namespace negodbc::odbc
