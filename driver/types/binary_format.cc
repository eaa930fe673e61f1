#include "driver/types/binary_format.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "driver/base/error.h"
#include "driver/types/convert_datetime.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_guid.h"
#include "driver/types/convert_number.h"
#include "driver/types/convert_parts.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

template <typename T>
T big_endian(const char* at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<T>(static_cast<T>(value << 8U) | static_cast<unsigned char>(at[i]));
  return value;
}

// The value as an unsigned number of its size.
template <typename T>
T bits_of(std::string_view bytes) {
  if (bytes.size() != sizeof(T)) throw Error("22P03", "a binary value has not its type's length");
  return big_endian<T>(bytes.data());
}

double double_of(std::string_view bytes) {
  return std::bit_cast<double>(bits_of<std::uint64_t>(bytes));
}
float float_of(std::string_view bytes) {
  return std::bit_cast<float>(bits_of<std::uint32_t>(bytes));
}

// ---- dates

constexpr std::int64_t microseconds_a_day = 86'400'000'000;

struct Day {
  long year;
  unsigned month, day;
};

// Of days since 2000-01-01, in the proleptic Gregorian calendar: counted from 0000-03-01, so that a
// leap day is the last of its year, in eras of 400 years.
Day day_of(std::int64_t days) {
  constexpr std::int64_t from_march_of_0 = 730425;
  constexpr std::int64_t days_an_era = 146097;
  days += from_march_of_0;
  const std::int64_t era = (days >= 0 ? days : days - (days_an_era - 1)) / days_an_era;
  const auto of_era = static_cast<unsigned>(days - era * days_an_era);
  const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned from_march = (5 * of_year + 2) / 153;
  const unsigned month = from_march < 10 ? from_march + 3 : from_march - 9;
  return {static_cast<long>(era * 400 + year_of_era) + (month <= 2 ? 1 : 0), month,
          of_year - (153 * from_march + 2) / 5 + 1};
}

// Nothing: infinity, of the sign that is told.
std::optional<Moment> moment_of(std::string_view bytes, std::uint32_t type_oid, bool& negative) {
  std::int64_t days = 0;
  std::int64_t microseconds = 0;
  bool infinite = false;
  if (type_oid == oid_date) {
    const auto value = static_cast<std::int32_t>(bits_of<std::uint32_t>(bytes));
    using Limits = std::numeric_limits<std::int32_t>;
    infinite = value == Limits::max() || value == Limits::min();
    negative = value < 0;
    days = value;
  } else {
    const auto value = static_cast<std::int64_t>(bits_of<std::uint64_t>(bytes));
    using Limits = std::numeric_limits<std::int64_t>;
    infinite = value == Limits::max() || value == Limits::min();
    negative = value < 0;
    days = value / microseconds_a_day;
    microseconds = value % microseconds_a_day;
    if (microseconds < 0) {
      --days;
      microseconds += microseconds_a_day;
    }
  }
  if (infinite) return std::nullopt;
  const Day day = day_of(days);
  const auto seconds = static_cast<unsigned>(microseconds / 1'000'000);
  Moment moment;
  moment.has_date = true;
  moment.has_time = type_oid != oid_date;
  moment.year = day.year;
  moment.month = day.month;
  moment.day = day.day;
  moment.hour = seconds / 3600;
  moment.minute = seconds / 60 % 60;
  moment.second = seconds % 60;
  moment.nanosecond = static_cast<std::uint32_t>(microseconds % 1'000'000) * 1000;
  return moment;
}

std::string text_of_moment(std::string_view bytes, std::uint32_t type_oid) {
  bool negative = false;
  const std::optional<Moment> moment = moment_of(bytes, type_oid, negative);
  if (!moment) return negative ? "-infinity" : "infinity";
  // " BC" stands behind the time.
  std::string date = date_text(moment->year, moment->month, moment->day);
  if (!moment->has_time) return date;
  const std::size_t size = date.find(' ');
  return date.substr(0, size) + " " +
         time_text(moment->hour, moment->minute, moment->second, moment->nanosecond) +
         (size == std::string::npos ? "" : date.substr(size));
}

// ---- floating-point numbers

struct Digits {
  std::string digits;  // without a point, no zero at the end but the only one
  int exponent = 0;    // of the first
};

// From to_chars' "d.ddde+xx".
Digits digits_of(std::string_view scientific) {
  Digits result;
  const std::size_t e = scientific.find('e');
  for (const char c : scientific.substr(0, e))
    if (c != '.') result.digits.push_back(c);
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  const std::string_view exponent = scientific.substr(e + 1);
  const std::size_t sign = exponent.front() == '+' ? 1 : 0;
  std::from_chars(exponent.data() + sign, exponent.data() + exponent.size(), result.exponent);
  return result;
}

// Whether the decimal lies in the middle between two values of so many bits: it has one bit more
// than they. (Such a decimal is read back only by who rounds to even; the server avoids it.)
bool is_between(const Digits& decimal, int bits) {
  constexpr int most_power = 27;  // 5 to it is below 2 to the 64
  Uint128 number = 0;
  for (const char c : decimal.digits) number = number * 10 + static_cast<unsigned>(c - '0');
  int power = decimal.exponent - static_cast<int>(decimal.digits.size()) + 1;
  if (power > most_power || power < -most_power || number == 0) return false;
  for (; power > 0; --power) {
    if (number > ~Uint128{0} / 5) return false;
    number *= 5;
  }
  for (; power < 0; ++power) {
    if (number % 5 != 0) return false;
    number /= 5;
  }
  while (number % 2 == 0) number /= 2;
  int size = 0;
  for (; number != 0; number /= 2) ++size;
  return size == bits + 1;
}

// The shortest decimal that is nearer to this value than to any other.
template <typename T>
Digits shortest(T value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  Digits result = digits_of({buffer.data(), end});
  if (!is_between(result, std::numeric_limits<T>::digits)) return result;
  for (int more = static_cast<int>(result.digits.size());
       more < std::numeric_limits<T>::max_digits10; ++more) {
    const auto longer = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                      std::chars_format::scientific, more)
                            .ptr;
    T back = 0;
    std::from_chars(buffer.data(), longer, back);
    Digits candidate = digits_of({buffer.data(), longer});
    if (back == value && !is_between(candidate, std::numeric_limits<T>::digits)) return candidate;
  }
  return result;
}

template <typename T>
std::string text_of_float(T value) {
  if (std::isnan(value)) return "NaN";
  std::string text = std::signbit(value) ? "-" : "";
  if (std::isinf(value)) return text + "Infinity";
  if (value == 0) return text + "0";
  const Digits decimal = shortest(std::fabs(value));
  const std::string& digits = decimal.digits;
  const auto count = static_cast<int>(digits.size());
  if (decimal.exponent < -4 || decimal.exponent >= std::numeric_limits<T>::digits10) {
    text += digits[0];
    if (count > 1) text.append(".").append(digits, 1);
    const int size = std::abs(decimal.exponent);
    text += decimal.exponent < 0 ? "e-" : "e+";
    return text + (size < 10 ? "0" : "") + std::to_string(size);
  }
  if (decimal.exponent < 0)
    return text + "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (digits.size() <= whole) return text + digits + std::string(whole - digits.size(), '0');
  return text + digits.substr(0, whole) + "." + digits.substr(whole);
}

// ---- uuid

SQLGUID guid_of(std::string_view bytes) {
  SQLGUID guid{};
  if (bytes.size() != sizeof guid) throw Error("22P03", "a binary uuid has not 16 bytes");
  guid.Data1 = big_endian<std::uint32_t>(bytes.data());
  guid.Data2 = big_endian<std::uint16_t>(bytes.data() + 4);
  guid.Data3 = big_endian<std::uint16_t>(bytes.data() + 6);
  std::memcpy(guid.Data4, bytes.data() + 8, sizeof guid.Data4);
  return guid;
}

bool put_moment(std::string_view bytes, std::uint32_t type_oid, const Target& target,
                PartState& state) {
  bool negative = false;
  const std::optional<Moment> moment = moment_of(bytes, type_oid, negative);
  if (!moment || moment->year < 1 || moment->year > 9999) return false;
  const auto year = static_cast<SQLSMALLINT>(moment->year);
  const auto month = static_cast<SQLUSMALLINT>(moment->month);
  const auto day = static_cast<SQLUSMALLINT>(moment->day);
  if (type_oid == oid_date) {
    put_fixed(SQL_DATE_STRUCT{year, month, day}, target, state);
  } else {
    put_fixed(SQL_TIMESTAMP_STRUCT{year, month, day, static_cast<SQLUSMALLINT>(moment->hour),
                                   static_cast<SQLUSMALLINT>(moment->minute),
                                   static_cast<SQLUSMALLINT>(moment->second), moment->nanosecond},
              target, state);
  }
  return true;
}

// What the value is needed as text for.
bool put_nothing(std::string_view /*bytes*/, SQLSMALLINT /*c_type*/, const Target& /*target*/,
                 PartState& /*state*/) {
  return false;
}

// NaN is refused as its text is.
template <typename T, SQLSMALLINT own_c_type>
bool put_float(T value, SQLSMALLINT c_type, const Target& target, PartState& state) {
  if (c_type != own_c_type || std::isnan(value)) return false;
  put_fixed(value, target, state);
  return true;
}

}  // namespace

bool binary_dates(std::string_view date_style, std::string_view integer_datetimes) {
  // A server of before 10 could be built with dates that are floating-point numbers.
  return date_style.starts_with("ISO") && integer_datetimes != "off";
}

std::vector<wire::Format> best_formats(const std::vector<wire::Field>& fields, bool iso_dates) {
  std::vector<wire::Format> formats;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const BinaryFormat* const binary = type_row(fields[i].type_oid).binary;
    if (binary == nullptr || (binary->needs_iso_dates && !iso_dates)) continue;
    formats.resize(fields.size(), wire::Format::text);
    formats[i] = wire::Format::binary;
  }
  return formats;
}

const BinaryFormat binary_bytea = {
    false, [](std::string_view bytes) { return "\\x" + hex_of(bytes); }, put_nothing};

const BinaryFormat binary_float4 = {
    false, [](std::string_view bytes) { return text_of_float(float_of(bytes)); },
    [](std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state) {
      return put_float<SQLREAL, SQL_C_FLOAT>(float_of(bytes), c_type, target, state);
    }};

const BinaryFormat binary_float8 = {
    false, [](std::string_view bytes) { return text_of_float(double_of(bytes)); },
    [](std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state) {
      return put_float<SQLDOUBLE, SQL_C_DOUBLE>(double_of(bytes), c_type, target, state);
    }};

const BinaryFormat binary_uuid = {
    false, [](std::string_view bytes) { return guid_text(guid_of(bytes)); },
    [](std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state) {
      if (c_type != SQL_C_GUID) return false;
      put_fixed(guid_of(bytes), target, state);
      return true;
    }};

const BinaryFormat binary_date = {
    true, [](std::string_view bytes) { return text_of_moment(bytes, oid_date); },
    [](std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state) {
      return (c_type == SQL_C_TYPE_DATE || c_type == SQL_C_DATE) &&
             put_moment(bytes, oid_date, target, state);
    }};

const BinaryFormat binary_timestamp = {
    true, [](std::string_view bytes) { return text_of_moment(bytes, oid_timestamp); },
    [](std::string_view bytes, SQLSMALLINT c_type, const Target& target, PartState& state) {
      return (c_type == SQL_C_TYPE_TIMESTAMP || c_type == SQL_C_TIMESTAMP) &&
             put_moment(bytes, oid_timestamp, target, state);
    }};

std::string text_of_binary(std::string_view bytes, std::uint32_t type_oid) {
  const BinaryFormat* const binary = type_row(type_oid).binary;
  if (binary == nullptr) throw Error("22P03", "there is no binary format of this type here");
  return binary->text(bytes);
}

bool put_native(std::string_view bytes, std::uint32_t type_oid, SQLSMALLINT c_type,
                const Target& target, PartState& state) {
  const BinaryFormat* const binary = type_row(type_oid).binary;
  return binary != nullptr && binary->put(bytes, c_type, target, state);
}

}  // namespace negodbc::types
