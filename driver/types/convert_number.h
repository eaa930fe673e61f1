// Fields to C's numbers.
#pragma once

#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "driver/base/error.h"
#include "driver/types/convert.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_parts.h"
#include "driver/types/type_table.h"

namespace negodbc::types {

[[noreturn]] void incompatible(FieldKind kind, const char* target);
[[noreturn]] void out_of_range(const char* target);

// Data of a fixed length goes out whole, at once.
template <typename T>
void put_fixed(const T& value, const Target& target, PartState& state) {
  set_length(target, sizeof value);
  if (target.data != nullptr) std::memcpy(target.data, &value, sizeof value);
  state.finished = true;
}

constexpr bool is_number(FieldKind kind) {
  return kind == FieldKind::text || kind == FieldKind::integer || kind == FieldKind::floating ||
         kind == FieldKind::numeric;
}

// The field as a number in decimal. Throws 07006 for a kind that has none, 22018 where text is
// none, 22003 for NaN and Infinity.
Decimal decimal_of(std::string_view bytes, FieldKind kind, const char* target);

// `bytes` of a kind whose text is a number.
template <typename T>
Outcome put_integer(std::string_view bytes, FieldKind kind, const char* name, const Target& target,
                    PartState& state) {
  if (kind == FieldKind::integer) {
    T value = 0;
    const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
    if (error == std::errc() && end == bytes.data() + bytes.size()) {
      put_fixed(value, target, state);
      return Outcome::ok;
    }
  }
  const Decimal decimal = decimal_of(bytes, kind, name);
  const std::optional<Uint128> magnitude = decimal.scaled(0);
  const bool negative = decimal.negative() && magnitude != Uint128{0};
  auto largest = static_cast<Uint128>(std::numeric_limits<T>::max());
  if (negative) largest = std::is_signed_v<T> ? largest + 1 : 0;
  if (!magnitude || *magnitude > largest) out_of_range(name);
  const auto bits = static_cast<std::uint64_t>(*magnitude);
  put_fixed(static_cast<T>(negative ? 0 - bits : bits), target, state);
  return decimal.has_digits_below(0) ? Outcome::fraction_truncated : Outcome::ok;
}

template <typename T>
Outcome put_floating(std::string_view bytes, FieldKind kind, const char* name, const Target& target,
                     PartState& state) {
  if (!is_number(kind)) incompatible(kind, name);
  const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!bytes.empty() && is_blank(bytes.front())) bytes.remove_prefix(1);
  while (!bytes.empty() && is_blank(bytes.back())) bytes.remove_suffix(1);
  if (bytes.size() > 1 && bytes[0] == '+' && bytes[1] != '-') bytes.remove_prefix(1);
  T value = 0;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
  if (error == std::errc::invalid_argument || end != bytes.data() + bytes.size()) {
    decimal_of(bytes, kind, name);  // says what is wrong
    out_of_range(name);
  }
  if (error == std::errc::result_out_of_range) {
    if (decimal_of(bytes, kind, name).whole_digits() > 0) out_of_range(name);
    value = 0;  // too small to be told from zero
  }
  put_fixed(value, target, state);
  return Outcome::ok;
}

Outcome put_bit(std::string_view bytes, FieldKind kind, const Target& target, PartState& state);
Outcome put_numeric(std::string_view bytes, FieldKind kind, const Target& target, PartState& state);

}  // namespace negodbc::types
