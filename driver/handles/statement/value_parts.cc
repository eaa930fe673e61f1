#include "driver/handles/statement/value_parts.h"

#include <string>

#include "driver/base/error.h"
#include "driver/handles/statement/column_value.h"

namespace negodbc::odbc {
namespace {

SQLRETURN tell_part(types::Outcome outcome, Diagnostics& diagnostics) {
  switch (outcome) {
    case types::Outcome::truncated:
      diagnostics.warn("01004", "the buffer took a part of the value");
      return SQL_SUCCESS_WITH_INFO;
    case types::Outcome::fraction_truncated:
      diagnostics.warn("01S07", "the value's fraction was cut");
      return SQL_SUCCESS_WITH_INFO;
    case types::Outcome::no_data:
      return SQL_NO_DATA;
    case types::Outcome::ok:
      break;
  }
  return SQL_SUCCESS;
}

}  // namespace

SQLRETURN deliver_part(const types::Source* source, const types::Target& target,
                       types::PartState& part, Diagnostics& diagnostics) {
  if (source != nullptr) return tell_part(types::convert(*source, target, part), diagnostics);
  if (part.finished) return SQL_NO_DATA;
  types::convert_null(target);
  part.finished = true;
  return SQL_SUCCESS;
}

types::Target ValueParts::target(SQLUSMALLINT column, const DataBuffer& buffer) const {
  const bool is_bookmark = column == 0 && attributes_.use_bookmarks != SQL_UB_OFF;
  if ((column == 0 && !is_bookmark) || column > columns_.size())
    throw Error("07009", "the result has " + std::to_string(columns_.size()) + " columns");
  if (buffer.length < 0) throw Error("HY090", "a buffer's length cannot be negative");
  const Record* described = descriptors_.ard().find(static_cast<SQLSMALLINT>(column));
  if (buffer.c_type == SQL_ARD_TYPE && described == nullptr)
    throw Error("07009", "SQL_ARD_TYPE needs a descriptor record of this column");
  return conversion_target(described, {buffer.data, buffer.indicator, buffer.indicator},
                           buffer.length,
                           buffer.c_type == SQL_ARD_TYPE ? described->concise_type : buffer.c_type);
}

SQLRETURN ValueParts::read(SQLUSMALLINT column, const types::Target& target,
                           const wire::RowFields& row, SQLULEN bookmark) {
  if (column_ != column) {
    column_ = column;
    part_ = {};
    object_.reset();
  }
  Diagnostics& diagnostics = server_.diagnostics();
  if (column == 0) {
    const std::string number = std::to_string(bookmark);
    const types::Source source{number, types::oid_int8, -1};
    return deliver_part(&source, target, part_, diagnostics);
  }
  const std::size_t index = column - std::size_t{1};
  const auto& value = row.values[index];
  const types::Source source = column_value(columns_.fields()[index], value, attributes_.max_length,
                                            server_.connection().type_options());
  if (value.is_null()) return tell_part(types::convert_null(source, target, part_), diagnostics);
  if (columns_.is_large_object(index)) {
    if (!object_) object_.emplace(std::string(value.view()));
    return tell_part(object_->read(target, attributes_.max_length, server_.asking()), diagnostics);
  }
  return deliver_part(&source, target, part_, diagnostics);
}

}  // namespace negodbc::odbc
