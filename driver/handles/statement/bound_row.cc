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

bool BoundRow::convert(const wire::RowFields& row, SQLULEN element, SQLULEN bookmark) {
  if (!attributes_.retrieve_data) return true;
  const Descriptor& ard = descriptors_.ard();
  const auto columns = static_cast<SQLSMALLINT>(
      std::min<std::size_t>(static_cast<std::size_t>(ard.count()), columns_.size()));
  bool good = !ard.bookmark.bound() || convert_bookmark(element, bookmark);
  for (SQLSMALLINT number = 1; number <= columns; ++number) {
    const Record& binding = *ard.find(number);
    if (binding.bound() && !convert_column(row, element, number, binding)) good = false;
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
    SQLSMALLINT default_type = SQL_C_CHAR;
    if (binding.concise_type == SQL_C_DEFAULT) {
      default_type =
          types::describe_type(field.type_oid, field.type_modifier, options).default_c_type;
    }
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
