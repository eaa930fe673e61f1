#include "driver/types/type_info.h"

#include "driver/types/type_table.h"

namespace negodbc::types {

namespace {

SQLULEN or_default(SQLULEN size, SQLULEN usual) {
  return size == 0 ? usual : size;
}

}  // namespace

SQLULEN TypeOptions::unlimited_varchar() const {
  return or_default(max_varchar_size, unbounded_text_size);
}

SQLULEN TypeOptions::unlimited_long_text() const {
  return or_default(max_long_varchar_size, long_text_size);
}

bool TypeOptions::means_unlimited(SQLULEN size) const {
  return size == unlimited_varchar() || size == unlimited_long_text() ||
         size == or_default(max_long_varchar_size, unbounded_text_size);
}

bool is_date(std::uint32_t oid) {
  const FieldKind kind = field_kind(oid);
  return kind == FieldKind::date || kind == FieldKind::timestamp;
}

SqlType describe_type(std::uint32_t oid, std::int32_t type_modifier, const TypeOptions& options) {
  const TypeRow& row = type_row(oid);
  return row.describe(row, type_modifier, options);
}

}  // namespace negodbc::types
