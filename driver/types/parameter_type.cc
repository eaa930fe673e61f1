#include "driver/types/parameter_type.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "driver/base/utf.h"
#include "driver/types/c_types.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_guid.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

constexpr std::size_t float4_digits = 6;
constexpr std::size_t float8_digits = 15;

bool is_special_number(std::string_view text) {
  for (const std::string_view word :
       {"nan", "infinity", "+infinity", "-infinity", "inf", "+inf", "-inf"}) {
    if (iequals(text, word)) return true;
  }
  return false;
}

// Whether it is neither too large nor, without being zero, too small.
template <class Float>
bool is_within(std::string_view text) {
  const std::optional<Decimal> number = Decimal::parse(text);
  if (!number) return is_special_number(text);
  text.remove_prefix(std::min(text.find_first_of("0123456789."), text.size()));
  Float value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc()) return false;
  return !std::isinf(value) && (value != 0 || number->is_zero());
}

}  // namespace

std::uint32_t parameter_oid(SQLSMALLINT sql_type) {
  return is_character_type(sql_type) ? 0 : closest_type(concise_datetime(sql_type));
}

std::uint32_t holding_oid(std::uint32_t declared, std::string_view text) {
  const TypeRow& row = type_row(declared);
  return row.holding != nullptr ? row.holding(declared, text) : declared;
}

bool is_integer_oid(std::uint32_t oid) {
  return oid == oid_int2 || oid == oid_int4 || oid == oid_int8;
}

bool is_read_by(std::uint32_t oid, std::string_view text) {
  if (is_integer_oid(oid)) return holding_integer(oid, text) == oid;
  if (oid == oid_float4) return is_within<float>(text);
  return oid != oid_float8 || is_within<double>(text);
}

bool is_padded_integer(std::string_view text) {
  const std::optional<Decimal> number = Decimal::parse(text);
  return number && !number->has_digits_below(0) && number->whole_digits() <= float4_digits &&
         holding_integer(oid_int8, text) == 0;
}

// The smallest of int2, int4, int8 and numeric, from `declared` on.
std::uint32_t holding_integer(std::uint32_t declared, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (at != end || error == std::errc::invalid_argument) return 0;
  if (error != std::errc()) return oid_numeric;
  const auto fits = [value](auto smallest, auto largest) {
    return value >= smallest && value <= largest;
  };
  if (declared == oid_int2 && fits(INT16_MIN, INT16_MAX)) return oid_int2;
  if (declared != oid_int8 && fits(INT32_MIN, INT32_MAX)) return oid_int4;
  return oid_int8;
}

// An integer that has more digits than a float keeps is a numeric.
std::uint32_t holding_float(std::uint32_t declared, std::string_view text) {
  if (!Decimal::parse(text)) return is_special_number(text) ? declared : 0;
  const std::size_t digits = text.size() - (text.starts_with('-') ? 1 : 0);
  const bool integer = text.find_first_of(".eE") == std::string_view::npos;
  const std::size_t kept = declared == oid_float4 ? float4_digits : float8_digits;
  return integer && digits > kept ? std::uint32_t{oid_numeric} : declared;
}

std::uint32_t holding_numeric(std::uint32_t declared, std::string_view text) {
  return Decimal::parse(text) || is_special_number(text) ? declared : 0;
}

std::uint32_t holding_uuid(std::uint32_t declared, std::string_view text) {
  return parse_guid(text) ? declared : 0;
}

}  // namespace negodbc::types
