// PostgreSQL's types, one row each: everything that depends on which type it is, is asked of its
// row. A type without a row (a user's, an extension's) is text. The rows: type_table.cc.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "driver/types/oids.h"
#include "driver/types/type_info.h"

namespace negodbc::types {

struct BinaryFormat;

// What a field's text is, as far as conversions differ.
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

// One row of SQLGetTypeInfo.
struct Offer {
  SQLSMALLINT data_type;           // as an application asks for it
  std::string_view name;           // "": the type's own; else that of a serial type
  std::string_view create_params;  // "": NULL
};

struct TypeRow {
  std::uint32_t oid = 0;
  std::string_view name = {};  // as pg_type has it
  FieldKind kind = FieldKind::text;
  // How ODBC sees it (type_shapes.h).
  SqlType (*describe)(const TypeRow& row, std::int32_t type_modifier,
                      const TypeOptions& options) = nullptr;
  SQLULEN size = 0;                         // what is told as text: the longest; 0: without a limit
  SQLSMALLINT searchable = SQL_PRED_BASIC;  // what is told as text: no LIKE unless said so
  bool is_text = false;                     // the server's own idea of text: TextAsLongVarchar
  // How its values are had in binary format; NULL: they are had as text (binary_format.h).
  const BinaryFormat* binary = nullptr;
  // What a value's text is declared as instead (parameter_type.h: holding_oid); NULL: nothing else.
  std::uint32_t (*holding)(std::uint32_t declared, std::string_view text) = nullptr;

  // SQLGetTypeInfo. A parameter is declared as the first type in the table that is offered for its
  // ODBC type, character types aside.
  std::span<const Offer> offers = {};
  bool offered_as_told = false;  // also as what the DSN's wishes make of it, nothing else being so
  SQLULEN longest = 0;           // 0: its column size
  SQLSMALLINT minimum_scale = -1, maximum_scale = -1;  // -1: NULL
};

// All rows, of each ODBC type the closest first. The first row is that of types that have none.
extern const std::span<const TypeRow> type_rows;

// Where in type_rows each oid below this has its row.
inline constexpr std::size_t indexed_oids = 4096;
extern const std::array<std::uint8_t, indexed_oids> type_index;
extern const std::size_t large_object_index;

inline const TypeRow& type_row(std::uint32_t oid) {
  if (oid < indexed_oids) return type_rows[type_index[oid]];
  return type_rows[oid == oid_large_object ? large_object_index : 0];
}
inline FieldKind field_kind(std::uint32_t oid) {
  return type_row(oid).kind;
}

// The first type in the table that is offered for an ODBC type; 0: none is.
std::uint32_t closest_type(SQLSMALLINT sql_type);

}  // namespace negodbc::types
