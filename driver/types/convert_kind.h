// What a field's bytes are, as far as conversions differ.
#pragma once

#include <cstdint>

#include "driver/types/type_info.h"

namespace negodbc::types {

enum class FieldKind : std::uint8_t {
  text,  // and everything that has no kind of its own
  boolean,
  integer,
  floating,
  numeric,
  binary,
  date,
  time,
  timestamp,
  guid,
  interval,  // declared with fields; plain ones are text
};

constexpr FieldKind field_kind(std::uint32_t oid) {
  switch (oid) {
    case oid_bool:
      return FieldKind::boolean;
    case oid_int2:
    case oid_int4:
    case oid_int8:
    case oid_oid:
      return FieldKind::integer;
    case oid_float4:
    case oid_float8:
      return FieldKind::floating;
    case oid_numeric:
      return FieldKind::numeric;
    case oid_bytea:
    case oid_large_object:
      return FieldKind::binary;
    case oid_date:
      return FieldKind::date;
    case oid_time:
      return FieldKind::time;
    case oid_timestamp:
    case oid_timestamptz:
      return FieldKind::timestamp;
    case oid_uuid:
      return FieldKind::guid;
    default:
      return FieldKind::text;
  }
}

}  // namespace negodbc::types
