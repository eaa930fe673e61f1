#include "driver/types/convert_decimal.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "driver/base/characters.h"

namespace negodbc::types {
namespace {

// Beyond this nothing but zero and out-of-range is left; it keeps sums of positions from
// overflowing.
constexpr long largest_exponent = 1000000;

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  Decimal result;
  result.negative_ = take_sign(text);
  result.whole_ = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    result.fraction_ = take_digits(text);
  }
  if (result.size() == 0) return std::nullopt;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const bool down = take_sign(text);
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return std::nullopt;
    long size = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (parsed.ec != std::errc()) size = largest_exponent;
    size = std::min(size, largest_exponent);
    result.exponent_ = down ? -size : size;
  }
  if (!text.empty()) return std::nullopt;
  return result;
}

std::size_t Decimal::leading_zeros() const {
  std::size_t index = 0;
  while (index < size() && digit(index) == 0) ++index;
  return index;
}

bool Decimal::is_zero() const {
  return leading_zeros() == size();
}

long Decimal::fraction_digits() const {
  return std::max(static_cast<long>(fraction_.size()) - exponent_, 0L);
}

std::size_t Decimal::whole_digits() const {
  if (is_zero()) return 0;
  const long digits =
      static_cast<long>(whole_.size()) + exponent_ - static_cast<long>(leading_zeros());
  return digits > 0 ? static_cast<std::size_t>(digits) : 0;
}

std::optional<Uint128> Decimal::scaled(long scale) const {
  constexpr Uint128 largest = ~Uint128{0};
  const long end = static_cast<long>(whole_.size()) + exponent_ + scale;
  Uint128 value = 0;
  const auto append = [&value](unsigned next) {
    if (value > (largest - next) / 10) return false;
    value = value * 10 + next;
    return true;
  };
  const auto known = static_cast<long>(size());
  for (long i = static_cast<long>(leading_zeros()); i < std::min(end, known); ++i) {
    if (!append(static_cast<unsigned>(digit(static_cast<std::size_t>(i))))) return std::nullopt;
  }
  if (value == 0) return value;
  for (long i = known; i < end; ++i) {
    if (!append(0)) return std::nullopt;
  }
  return value;
}

bool Decimal::has_digits_below(long scale) const {
  const long end = static_cast<long>(whole_.size()) + exponent_ + scale;
  for (auto i = static_cast<std::size_t>(std::max(end, 0L)); i < size(); ++i) {
    if (digit(i) != 0) return true;
  }
  return false;
}

bool exceeds_precision(Uint128 magnitude, unsigned precision) {
  for (unsigned i = 0; i < precision && magnitude != 0; ++i) magnitude /= 10;
  return magnitude != 0;
}

SQL_NUMERIC_STRUCT to_numeric_struct(Uint128 magnitude, bool negative, SQLCHAR precision,
                                     SQLSCHAR scale) {
  SQL_NUMERIC_STRUCT result{};
  result.precision = precision;
  result.scale = scale;
  result.sign = negative ? 0 : 1;
  for (SQLCHAR& byte : result.val) {  // little-endian, as the reference says
    byte = static_cast<SQLCHAR>(magnitude & 0xFFU);
    magnitude >>= 8U;
  }
  return result;
}

std::string numeric_text(const SQL_NUMERIC_STRUCT& value) {
  Uint128 magnitude = 0;
  for (int i = SQL_MAX_NUMERIC_LEN - 1; i >= 0; --i) magnitude = (magnitude << 8U) | value.val[i];
  std::string digits;
  for (; magnitude != 0; magnitude /= 10) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
  }
  if (digits.empty()) return "0";
  // The digits are still reversed: the smallest comes first.
  const int scale = value.scale;  // NOLINT(bugprone-signed-char-misuse): a number
  if (scale < 0) digits.insert(0, static_cast<std::size_t>(-scale), '0');
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) digits.append(places + 1 - digits.size(), '0');
    digits.insert(places, 1, '.');
  }
  if (value.sign == 0) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace negodbc::types
