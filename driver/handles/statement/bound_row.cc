#include "driver/handles/statement/bound_row.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "driver/base/error.h"
#include "driver/handles/statement/column_value.h"
#include "driver/handles/statement/large_object.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {

void BoundRow::bind(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN buffer_length,
                    SQLLEN* indicator) {
  if (number > std::numeric_limits<SQLSMALLINT>::max())
    throw Error("07009", "there is no column " + std::to_string(number));
  Descriptor& ard = descriptors_.ard();
  const auto index = static_cast<SQLSMALLINT>(number);
  if (data == nullptr && indicator == nullptr) {
    if (number != 0) return ard.unbind(index);
    ard.bookmark = {};
    return;
  }
  if (!types::is_c_type(c_type))
    throw Error("HY003", "there is no C type " + std::to_string(c_type));
  if (buffer_length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  Record& record = number == 0 ? ard.bookmark : ard.record(index);
  record = {};
  record.set_concise_type(c_type, true);
  record.octet_length = buffer_length;
  record.indicator_ptr = record.octet_length_ptr = indicator;
  record.data_ptr = data;
}

void BoundRow::begin_rowset() {
  bound_.clear();
  if (!attributes_.retrieve_data) return;
  const Descriptor& ard = descriptors_.ard();
  const std::size_t columns =
      std::min<std::size_t>(static_cast<std::size_t>(ard.count()), columns_.size());
  for (std::size_t index = 0; index < columns; ++index) {
    const Record& binding = *ard.find(static_cast<SQLSMALLINT>(index + 1));
    if (binding.bound()) bound_.push_back(column_of(index, binding));
  }
}

SQLSMALLINT BoundRow::default_type_of(std::size_t index, const Record& binding) const {
  if (binding.concise_type != SQL_C_DEFAULT) return SQL_C_CHAR;
  const wire::Field& field = columns_.fields()[index];
  return types::describe_type(field.type_oid, field.type_modifier,
                              server_.connection().type_options())
      .default_c_type;
}

BoundRow::Column BoundRow::column_of(std::size_t index, const Record& binding) const {
  const Descriptor& ard = descriptors_.ard();
  const SQLSMALLINT default_type = default_type_of(index, binding);
  const Element at = element_of(ard, binding, 0, default_type);
  const types::Source source =
      column_value(columns_.fields()[index], {nullptr, 0}, 0, server_.connection().type_options());
  Column column{index};
  column.steps = steps_of(ard, binding, default_type);
  column.first = {static_cast<char*>(at.data), binding.octet_length, at.length,
                  at.indicator == at.length ? nullptr : at.indicator};
  if (!source.options->null_dates) column.null_indicator = at.indicator;
  if (at.data != nullptr && attributes_.max_length == 0 && !columns_.is_large_object(index)) {
    column.usual = types::usual_conversion(
        source, binding.concise_type == SQL_C_DEFAULT ? default_type : binding.concise_type);
  }
  return column;
}

bool BoundRow::convert(const wire::RowFields& row, SQLULEN element, SQLULEN bookmark) {
  if (!attributes_.retrieve_data) return true;
  const Descriptor& ard = descriptors_.ard();
  bool good = !ard.bookmark.bound() || convert_bookmark(element, bookmark);
  const auto n = static_cast<SQLLEN>(element);
  for (const Column& column : bound_) {
    const wire::RowFields::Value& value = row.values[column.index];
    const SQLLEN length_step = n * column.steps.length;
    if (value.is_null()) {
      if (column.null_indicator != nullptr) {
        types::store_length(moved_by(column.null_indicator, length_step), SQL_NULL_DATA);
        continue;
      }
    } else if (column.usual != nullptr &&
               column.usual(value.view(),
                            {column.first.data + n * column.steps.data, column.first.buffer_length,
                             moved_by(column.first.length, length_step),
                             moved_by(column.first.indicator, length_step)})) {
      continue;
    }
    const auto number = static_cast<SQLSMALLINT>(column.index + 1);
    if (!convert_column(row, element, number, *ard.find(number))) good = false;
  }
  return good;
}

bool BoundRow::convert_column(const wire::RowFields& row, SQLULEN element, SQLSMALLINT number,
                              const Record& binding) {
  const auto row_number = static_cast<SQLLEN>(element) + 1;
  Diagnostics& diagnostics = server_.diagnostics();
  try {
    const std::size_t column = static_cast<std::size_t>(number) - 1;
    const wire::Field& field = columns_.fields()[column];
    const types::TypeOptions& options = server_.connection().type_options();
    const SQLSMALLINT default_type = default_type_of(column, binding);
    const Element at = element_of(descriptors_.ard(), binding, element, default_type);
    const types::Target target = conversion_target(
        binding, at, binding.concise_type == SQL_C_DEFAULT ? default_type : binding.concise_type);
    const auto& value = row.values[column];
    types::PartState whole;
    whole.whole_characters = true;
    if (value.is_null()) {
      types::convert_null(column_value(field, value, 0, options), target, whole);
      return true;
    }
    switch (columns_.is_large_object(column)
                ? read_large_object(value.view(), target)
                : types::convert(column_value(field, value, attributes_.max_length, options),
                                 target, whole)) {
      case types::Outcome::truncated:
        diagnostics.warn("01004", "the value was cut to the buffer", row_number, number);
        break;
      case types::Outcome::fraction_truncated:
        diagnostics.warn("01S07", "the value's fraction was cut", row_number, number);
        break;
      case types::Outcome::ok:
      case types::Outcome::no_data:
        break;
    }
    return true;
  } catch (const Error& e) {
    diagnostics.add(e, row_number, number);
    return false;
  }
}

types::Outcome BoundRow::read_large_object(std::string_view oid, const types::Target& target) {
  LargeObject object{std::string(oid)};
  return object.read(target, attributes_.max_length, server_.asking());
}

// A bookmark is its row's number in the result.
bool BoundRow::convert_bookmark(SQLULEN element, SQLULEN bookmark) {
  const Descriptor& ard = descriptors_.ard();
  const Record& binding = ard.bookmark;
  if (attributes_.use_bookmarks == SQL_UB_OFF) return true;
  try {
    const Element at = element_of(ard, binding, element, SQL_C_BOOKMARK);
    const std::string number = std::to_string(bookmark);
    const types::Target target{binding.concise_type, at.data, binding.octet_length, at.length,
                               at.indicator};
    types::PartState whole;
    types::convert({number, types::oid_int8, -1}, target, whole);
    return true;
  } catch (const Error& e) {
    server_.diagnostics().add(e, static_cast<SQLLEN>(element) + 1, 0);
    return false;
  }
}

}  // namespace negodbc::odbc
