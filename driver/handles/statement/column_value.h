// A column's value as conversions take it.
#pragma once

#include <sql.h>

#include "driver/types/convert.h"
#include "driver/types/type_info.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

// Text and binary data cut to SQL_ATTR_MAX_LENGTH bytes, which is not 0.
std::string_view cut_value(std::string_view bytes, const wire::Field& field, SQLULEN max_length);

// Views: it lives as long as the row. `max_length`: SQL_ATTR_MAX_LENGTH, 0: all.
inline types::Source column_value(const wire::Field& field, const wire::RowFields::Value& value,
                                  SQLULEN max_length, const types::TypeOptions& options) {
  const std::string_view bytes = value.view();
  return {max_length == 0 ? bytes : cut_value(bytes, field, max_length), field.type_oid,
          field.type_modifier, &options, field.format};
}

}  // namespace negodbc::odbc
