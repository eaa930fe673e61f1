// Values in the server's binary format: whose they are, and what they would be as text.
//
// PostgreSQL's send functions, in network byte order: float4 and float8 as IEEE 754; date: days,
// and timestamp: microseconds since 2000-01-01, the extreme values for infinity; uuid: 16 bytes;
// bytea: as it is. The other types are had as text: it is as fast (numbers, bool, text), faster
// (numeric), or needs more than the value (timestamptz: the rules of the session's time zone).
// Measured in bench/README.md, "Binary or text".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/types/convert.h"
#include "driver/wire/backend.h"

namespace negodbc::types {

// Whether dates in binary format are what text_of_binary() makes ISO text of, and the server would
// have sent that text: by the session's DateStyle and integer_datetimes.
bool binary_dates(std::string_view date_style, std::string_view integer_datetimes);

// The formats in which these columns are best asked for; empty: all as text. `iso_dates`: see
// binary_dates().
std::vector<wire::Format> best_formats(const std::vector<wire::Field>& fields, bool iso_dates);

// How the values of a type are had in binary format. Both functions throw Error 22P03 for what is
// no value of the type.
struct BinaryFormat {
  bool needs_iso_dates;
  std::string (*text)(std::string_view bytes);
  // See put_native().
  bool (*put)(std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state);
};
extern const BinaryFormat binary_bytea, binary_float4, binary_float8, binary_uuid, binary_date,
    binary_timestamp;

// What the server sends as text, with DateStyle ISO, extra_float_digits above 0 and bytea_output
// hex. Throws Error 22P03 for what is no value of the type.
std::string text_of_binary(std::string_view bytes, std::uint32_t type_oid);

// The conversion to the C type that the value has already: false where it needs the text (and for
// infinity, NaN and years that C's structures cannot hold). Throws Error 22P03.
bool put_native(std::string_view bytes, std::uint32_t type_oid, SQLSMALLINT c_type,
                const Target& target, PartState& state);

}  // namespace negodbc::types
