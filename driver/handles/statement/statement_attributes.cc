// SQLSetStmtAttr, SQLGetStmtAttr, cursor names: which part an attribute is of.
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/handles/statement/statement.h"

namespace negodbc::odbc {
namespace {

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

void Statement::set_attribute(SQLINTEGER attribute, SQLPOINTER pointer) {
  if (const DescriptorHeader* header = find_header(attribute))
    return descriptors_.of(header->role).set_field(0, header->field, pointer, {});
  switch (attribute) {
    case SQL_ATTR_APP_ROW_DESC:
      return descriptors_.set_ard(pointer);
    case SQL_ATTR_APP_PARAM_DESC:
      return descriptors_.set_apd(pointer);
    case SQL_ATTR_IMP_ROW_DESC:
    case SQL_ATTR_IMP_PARAM_DESC:
      throw Error("HY017", "the implementation's descriptors cannot be replaced");
    case SQL_ATTR_ASYNC_ENABLE:
      return async_.enable(StatementAttributes::boolean(attribute, pointer));
    default:
      if (StatementAttributes::is_of_cursor(attribute) && cursor_.is_open())
        throw Error("24000", "the cursor is open: its kind cannot change now");
      attributes_.set(attribute, pointer, diagnostics());
  }
}

Value Statement::attribute(SQLINTEGER attribute) {
  if (const DescriptorHeader* header = find_header(attribute)) {
    Value value = descriptors_.of(header->role).field(0, header->field);
    // As a statement attribute the row's size is an SQLULEN, as a field an SQLINTEGER.
    if (const auto* size = std::get_if<SQLINTEGER>(&value)) return static_cast<SQLULEN>(*size);
    return value;
  }
  switch (attribute) {
    case SQL_ATTR_APP_ROW_DESC:
      return ard().id();
    case SQL_ATTR_APP_PARAM_DESC:
      return apd().id();
    case SQL_ATTR_IMP_ROW_DESC:
      return ird().id();
    case SQL_ATTR_IMP_PARAM_DESC:
      return ipd().id();
    case SQL_ATTR_ASYNC_ENABLE:
      return static_cast<SQLULEN>(async_.enabled() ? 1 : 0);
    case SQL_ATTR_CURSOR_TYPE:
    case SQL_ATTR_CONCURRENCY:
    case SQL_ATTR_CURSOR_SCROLLABLE:
    case SQL_ATTR_CURSOR_SENSITIVITY:
      return kind_attribute(attribute, cursor_.kind());
    case SQL_ATTR_ROW_NUMBER:
      if (!cursor_.is_on_row()) throw Error("24000", "there is no current row");
      return cursor_.row_number();
    default:
      return attributes_.get(attribute);
  }
}

void Statement::set_cursor_name(const std::string& name) {
  if (cursor_.is_open()) throw Error("24000", "the cursor is open: its name cannot change now");
  if (name.empty() || name.size() > longest_cursor_name || iequals(name.substr(0, 7), "SQL_CUR") ||
      iequals(name.substr(0, 6), "SQLCUR"))
    throw Error("34000",
                "a cursor's name has 1 to 63 bytes and does not begin with SQL_CUR or SQLCUR");
  for (const Statement* other : connection_->statements()) {
    if (other != this && iequals(other->cursor_.name(), name))
      throw Error("3C000", "another statement's cursor has this name");
  }
  cursor_.set_name(name);
}

const std::string& Statement::cursor_name() {
  if (cursor_.name().empty()) cursor_.set_name(connection_->next_cursor_name());
  return cursor_.name();
}

}  // namespace negodbc::odbc
