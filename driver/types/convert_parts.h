// Values that may be longer than the application's buffer: cut, or delivered in parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "driver/types/convert.h"

namespace negodbc::types {

// Tells the application how long the data is: in bytes, what was there before the call.
// SQL_NO_TOTAL where SQLLEN is too narrow for it (32 bit).
void set_length(const Target& target, std::uint64_t bytes);

// Each delivers the part of `text` that begins at state.offset and moves on.
Outcome put_chars(std::string_view text, const Target& target, PartState& state);
Outcome put_wide(std::string_view text, const Target& target, PartState& state);
Outcome put_bytes(std::string_view bytes, const Target& target, PartState& state);

// bytea as the server sends it: "\x" and hexadecimal digits, or the older escape format.
bool is_hex_bytea(std::string_view text);
std::string decode_escaped_bytea(std::string_view text);  // throws Error 22018
std::string hex_of(std::string_view bytes);
// `digits`: hexadecimal, without "\x". Text goes out as the digits.
Outcome put_hex_as_chars(std::string_view digits, const Target& target, PartState& state);
Outcome put_hex_as_wide(std::string_view digits, const Target& target, PartState& state);
Outcome put_hex_as_bytes(std::string_view digits, const Target& target, PartState& state);

}  // namespace negodbc::types
