// Rows into bound columns, and SQLGetData.
#include <algorithm>
#include <cstring>
#include <limits>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/handles/buffers.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {
namespace {

constexpr std::size_t bookmark_size = sizeof(SQLULEN);

}  // namespace

void Statement::bind_column(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                            SQLLEN buffer_length, SQLLEN* indicator) {
  if (number > std::numeric_limits<SQLSMALLINT>::max())
    throw Error("07009", "there is no column " + std::to_string(number));
  const auto index = static_cast<SQLSMALLINT>(number);
  if (data == nullptr && indicator == nullptr) {
    if (number != 0) return ard_->unbind(index);
    ard_->bookmark = {};
    return;
  }
  if (!types::is_c_type(c_type))
    throw Error("HY003", "there is no C type " + std::to_string(c_type));
  if (buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  Record& record = number == 0 ? ard_->bookmark : ard_->record(index);
  record = {};
  record.set_concise_type(c_type, true);
  record.octet_length = buffer_length;
  record.indicator_ptr = record.octet_length_ptr = indicator;
  record.data_ptr = data;
}

// On to the next row, within SQL_ATTR_MAX_ROWS.
bool Statement::advance() {
  if (max_rows_ != 0 && row_number_ >= max_rows_) return false;
  if (!source_->next_row(execution_deadline())) return false;
  ++row_number_;
  return true;
}

bool Statement::step(SQLULEN row) {
  return rows_ ? rows_->go_to(rowset_start_ + row, execution_deadline()) : advance();
}

ScrollTarget Statement::scroll(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size,
                               SQLLEN bookmark) {
  if (rows_) {
    return target_of(orientation, offset, {position_, rowset_start_, rowset_requested_}, size,
                     bookmark, [this] { return rows_->count(execution_deadline()); });
  }
  if (orientation != SQL_FETCH_NEXT)
    throw Error("HY106", "the cursor goes forward only (SQL_ATTR_CURSOR_TYPE)");
  return position_ == Place::after ? ScrollTarget{Place::after}
                                   : ScrollTarget{Place::rows, row_number_ + 1};
}

SQLRETURN Statement::fetch(SQLSMALLINT orientation, SQLLEN offset, SQLULEN rowset_size,
                           SQLULEN* rows_fetched, SQLUSMALLINT* row_status, SQLLEN bookmark) {
  require_no_parameter_data();
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (!cursor_open_) throw Error("24000", "the statement returned no rows");
  if (source_) source_->require_whole();
  // What the server makes now, a portal's next portion or a rowset read anew, would be in it.
  connection_->require_utf8({});
  const StatementTalk talk(*this);
  const ScrollTarget target = scroll(orientation, offset, rowset_size, bookmark);
  if (target.clipped) diagnostics().warn("01S06", "what was asked for begins before the first row");
  part_column_ = 0;
  cursor_row_ = 1;
  rowset_requested_ = rowset_size;
  rowset_fetched_ = 0;
  fetched_status_ = row_status;
  types::store_count(rows_fetched, 0);
  if (row_status != nullptr)
    std::fill_n(row_status, rowset_size, static_cast<SQLUSMALLINT>(SQL_ROW_NOROW));
  position_ = target.place;
  if (position_ != Place::rows) return SQL_NO_DATA;

  rowset_start_ = target.start;
  SQLULEN failed = 0;
  try {
    if (keyset_ != nullptr) keyset_->fetch(rowset_start_, rowset_size, locks_rows());
    while (rowset_fetched_ < rowset_size && step(rowset_fetched_)) {
      const SQLULEN row = rowset_fetched_++;
      const SQLUSMALLINT status = convert_into(row);
      if (status == SQL_ROW_ERROR) ++failed;
      if (row_status != nullptr) row_status[row] = status;
      types::store_count(rows_fetched, rowset_fetched_);
    }
  } catch (const Error&) {
    position_ = Place::after;
    throw;
  }
  if (rowset_fetched_ == 0) {
    position_ = Place::after;
    // A function that these rows called may have set it; what its text was, nobody could tell.
    connection_->require_utf8({});
    return SQL_NO_DATA;
  }
  return failed == rowset_fetched_ && rowset_size == 1 ? SQL_ERROR : SQL_SUCCESS;
}

// The current row into element `row` of what is bound; SQL_ROW_SUCCESS, ...
SQLUSMALLINT Statement::convert_into(SQLULEN row) {
  if (rows_ && rows_->removed(rowset_start_ + row)) return SQL_ROW_DELETED;
  return give_row(row, rowset_start_ + row);
}

// Row `number`, which is the current one.
SQLUSMALLINT Statement::give_row(SQLULEN element, SQLULEN number) {
  const SQLINTEGER warnings = diagnostics().size();
  if (!convert_row(element, number)) return SQL_ROW_ERROR;
  const bool updated = keyset_ != nullptr && keyset_->give(number);
  if (diagnostics().size() > warnings) return SQL_ROW_SUCCESS_WITH_INFO;
  return updated ? SQL_ROW_UPDATED : SQL_ROW_SUCCESS;
}

// False: at least one of its columns failed; the diagnostics say which.
bool Statement::convert_row(SQLULEN row, SQLULEN bookmark) {
  if (!retrieve_data_) return true;
  const auto columns = static_cast<SQLSMALLINT>(
      std::min<std::size_t>(static_cast<std::size_t>(ard_->count()), fields_.size()));
  bool good = !ard_->bookmark.bound() || convert_bookmark(row, bookmark);
  for (SQLSMALLINT number = 1; number <= columns; ++number) {
    const Record& binding = *ard_->find(number);
    if (binding.bound() && !convert_column(row, number, binding)) good = false;
  }
  return good;
}

bool Statement::convert_column(SQLULEN row, SQLSMALLINT number, const Record& binding) {
  const auto row_number = static_cast<SQLLEN>(row) + 1;
  try {
    const wire::Field& field = fields_[static_cast<std::size_t>(number) - 1];
    SQLSMALLINT default_type = SQL_C_CHAR;
    if (binding.concise_type == SQL_C_DEFAULT) {
      default_type =
          types::describe_type(field.type_oid, field.type_modifier, connection_->type_options())
              .default_c_type;
    }
    const Element element = element_of(*ard_, binding, row, default_type);
    const types::Target target =
        target_of(binding, element,
                  binding.concise_type == SQL_C_DEFAULT ? default_type : binding.concise_type);
    const auto& value = current_row().values[static_cast<std::size_t>(number) - 1];
    if (value.is_null()) {
      types::convert_null(target);
      return true;
    }
    types::PartState whole;
    whole.whole_characters = true;
    std::optional<LargeObject> object;
    if (is_large_object(number)) object.emplace(object_id(number));
    switch (object ? read(*object, target) : types::convert(source_of(number), target, whole)) {
      case types::Outcome::truncated:
        diagnostics().warn("01004", "the value was cut to the buffer", row_number, number);
        break;
      case types::Outcome::fraction_truncated:
        diagnostics().warn("01S07", "the value's fraction was cut", row_number, number);
        break;
      case types::Outcome::ok:
      case types::Outcome::no_data:
        break;
    }
    return true;
  } catch (const Error& e) {
    diagnostics().add(e, row_number, number);
    return false;
  }
}

// A bookmark is its row's number in the result.
bool Statement::convert_bookmark(SQLULEN row, SQLULEN bookmark) {
  const Record& binding = ard_->bookmark;
  if (use_bookmarks_ == SQL_UB_OFF) return true;
  try {
    const Element element = element_of(*ard_, binding, row, SQL_C_UBIGINT);
    const std::string number = std::to_string(bookmark);
    const types::Target target{binding.concise_type, element.data, binding.octet_length,
                               element.length, element.indicator};
    types::PartState whole;
    types::convert({number, types::oid_int8, -1}, target, whole);
    return true;
  } catch (const Error& e) {
    diagnostics().add(e, static_cast<SQLLEN>(row) + 1, 0);
    return false;
  }
}

SQLLEN Statement::fetch_bookmark() const {
  if (use_bookmarks_ == SQL_UB_OFF || fetch_bookmark_ptr_ == nullptr)
    throw Error("HY111", "there is no bookmark (SQL_ATTR_FETCH_BOOKMARK_PTR)");
  SQLLEN row = 0;
  std::memcpy(&row, fetch_bookmark_ptr_, bookmark_size);
  return row;
}

types::Source Statement::source_of(SQLSMALLINT number) const {
  const std::size_t index = static_cast<std::size_t>(number) - 1;
  return source_of(fields_[index], current_row().values[index]);
}

types::Source Statement::source_of(const wire::Field& field,
                                   const wire::RowFields::Value& value) const {
  return {limited(value.view(), field), field.type_oid, field.type_modifier,
          &connection_->type_options(), field.format};
}

// SQL_ATTR_MAX_LENGTH, for text and binary data.
std::string_view Statement::limited(std::string_view bytes, const wire::Field& field) const {
  if (max_length_ == 0) return bytes;
  switch (field.type_oid) {
    case types::oid_bytea:  // \x and two digits a byte
      if (field.format == wire::Format::binary) return bytes.substr(0, max_length_);
      return bytes.substr(0, 2 + 2 * max_length_);
    case types::oid_text:
    case types::oid_varchar:
    case types::oid_bpchar:
    case types::oid_json:
    case types::oid_jsonb:
    case types::oid_xml:
      return bytes.substr(0, utf8_prefix(bytes, max_length_));
    default:
      return bytes;
  }
}

SQLRETURN Statement::get_data(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                              SQLLEN buffer_length, SQLLEN* indicator) {
  if (offers_data()) return get_stream(number, c_type, data, buffer_length, indicator);
  if (needs_data() || !executed_) throw Error("HY010", "no statement was executed");
  if (!cursor_open_ || position_ != Place::rows)
    throw Error("24000", "there is no current row: fetch one first");
  if (rowset_requested_ > 1 && !rows_)
    throw Error("HY109", "SQLGetData needs a row array of one row: this cursor goes forward only");
  const bool bookmark = number == 0 && use_bookmarks_ != SQL_UB_OFF;
  if ((number == 0 && !bookmark) || number > fields_.size())
    throw Error("07009", "the result has " + std::to_string(fields_.size()) + " columns");
  if (buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  const auto index = static_cast<SQLSMALLINT>(number);
  const Record* described = ard_->find(index);
  if (c_type == SQL_ARD_TYPE && described == nullptr)
    throw Error("07009", "SQL_ARD_TYPE needs a descriptor record of this column");
  const types::Target target = target_of(described, {data, indicator, indicator}, buffer_length,
                                         c_type == SQL_ARD_TYPE ? described->concise_type : c_type);
  if (part_column_ != number) {
    part_column_ = number;
    part_ = {};
    large_object_.reset();
  }
  const SQLULEN row = rowset_start_ + cursor_row_ - 1;
  if (rows_) rows_->go_to(row, execution_deadline());
  if (rows_ && rows_->removed(row)) throw Error("HY109", "the row was deleted");
  const std::string row_number = bookmark ? std::to_string(row) : std::string();
  if (!bookmark && current_row().values[number - 1].is_null()) return deliver(nullptr, target);
  if (!bookmark && is_large_object(index)) {
    if (!large_object_) large_object_.emplace(object_id(index));
    return told(read(*large_object_, target));
  }
  const types::Source source =
      bookmark ? types::Source{row_number, types::oid_int8, -1} : source_of(index);
  return deliver(&source, target);
}

SQLRETURN Statement::deliver(const types::Source* source, const types::Target& target) {
  if (source == nullptr) {
    if (part_.finished) return SQL_NO_DATA;
    types::convert_null(target);
    part_.finished = true;
    return SQL_SUCCESS;
  }
  return told(types::convert(*source, target, part_));
}

SQLRETURN Statement::told(types::Outcome outcome) {
  switch (outcome) {
    case types::Outcome::truncated:
      diagnostics().warn("01004", "the buffer took a part of the value");
      return SQL_SUCCESS_WITH_INFO;
    case types::Outcome::fraction_truncated:
      diagnostics().warn("01S07", "the value's fraction was cut");
      return SQL_SUCCESS_WITH_INFO;
    case types::Outcome::no_data:
      return SQL_NO_DATA;
    case types::Outcome::ok:
      break;
  }
  return SQL_SUCCESS;
}

}  // namespace negodbc::odbc
