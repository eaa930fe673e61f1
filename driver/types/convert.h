// From a field's bytes as the server sent them to an application's buffer.
//
// ODBC reference: appendix D "Converting Data from SQL to C Data Types", SQLGetData, SQLBindCol.
// Text goes out as UTF-8 (SQL_C_CHAR) or UTF-16 (SQL_C_WCHAR), cut at character borders only.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "driver/types/type_info.h"
#include "driver/wire/frontend.h"

namespace negodbc::types {

// Length and indicator fields lie where the application wants them, in packed rows also unaligned.
inline SQLLEN load_length(const SQLLEN* at) {
  SQLLEN value = 0;
  std::memcpy(&value, static_cast<const void*>(at), sizeof value);
  return value;
}
inline void store_length(SQLLEN* at, SQLLEN value) {
  std::memcpy(static_cast<void*>(at), &value, sizeof value);
}

// The same for counts of rows and parameter sets; nothing where they are not wanted.
inline void store_count(SQLULEN* at, SQLULEN value) {
  if (at != nullptr) std::memcpy(static_cast<void*>(at), &value, sizeof value);
}

// Where a value goes.
struct Target {
  SQLSMALLINT c_type;    // SQL_C_DEFAULT allowed
  void* data;            // may be null: only the length is wanted
  SQLLEN buffer_length;  // bytes; ignored for fixed-length C types
  SQLLEN* octet_length;  // may be null; may be the same as indicator
  SQLLEN* indicator;     // may be null
  // From the descriptor. SQL_C_NUMERIC: 0 is the default, 38; interval structures: digits of the
  // seconds' fraction, which is told in that unit.
  SQLSMALLINT precision = 0;
  // SQL_C_NUMERIC: own_scale is the value's own, as far as 38 digits reach.
  static constexpr SQLSMALLINT own_scale = -32768;
  SQLSMALLINT scale = 0;
  SQLINTEGER leading_precision = 0;  // interval structures; 0: the defaults, 2 and 6 for precision
};

// What is being converted; type_oid and type as in the result's description.
struct Source {
  std::string_view bytes;
  std::uint32_t type_oid;
  std::int32_t type_modifier;
  const TypeOptions* options = &default_type_options;  // outlives the conversion
  wire::Format format = wire::Format::text;            // converted alike in both (binary_format.h)
};

// How far SQLGetData has come in a value that is fetched in parts; for bound columns a fresh one
// each time.
struct PartState {
  std::size_t offset = 0;     // bytes of the value's text (or of `converted`) that were delivered
  std::size_t remaining = 0;  // SQL_C_WCHAR: UTF-16 units still to come, once counted
  bool finished = false;      // the last part was delivered: the next call says SQL_NO_DATA
  std::string converted;  // the whole value as text, when the bytes as they came cannot be served
  // Bound columns: what is cut is cut between characters. Parts fill the buffer instead, also when
  // that splits a character: applications take the next part's place to be the buffer's size, and
  // joined the parts are whole.
  bool whole_characters = false;
  char16_t low_surrogate = 0;  // the second half of a pair that was split, for the next part
  bool started = false;
  SQLSMALLINT c_type = 0;  // of the parts; another type starts anew
};

enum class Outcome {
  ok,
  truncated,           // 01004: more of it remains or was cut
  fraction_truncated,  // 01S07
  no_data,             // SQL_NO_DATA: all parts were delivered
};

// Character and binary data goes out in parts: each call delivers what fits, the length told is
// that of what was left before the call. Other data goes out once; as text it must fit but for
// digits after a decimal point (else 22003), except that a buffer of no bytes only asks for the
// length. Throws Error: 07006 (no such conversion), 22018 (not a valid value for the type), 22003
// (out of range), 22008 (a date or time that the C structure cannot hold), 22015 (an interval whose
// leading fields would be lost), HY003 (unknown C type), HY090 (negative length).
Outcome convert(const Source& source, const Target& target, PartState& state);

// SQL NULL: writes SQL_NULL_DATA; throws Error 22002 when there is no indicator.
void convert_null(const Target& target);
// Of a column, whose value's bytes do not matter: a date with TypeOptions::null_dates is empty text
// or a date structure of zeros instead, in any other C type NULL.
Outcome convert_null(const Source& null, const Target& target, PartState& state);

}  // namespace negodbc::types
