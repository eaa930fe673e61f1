#include "driver/types/usual_conversion.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>

#include "driver/types/convert_datetime.h"
#include "driver/types/type_table.h"

namespace negodbc::types {
namespace {

void tell_length(const UsualTarget& target, SQLLEN length) {
  if (target.indicator != nullptr) store_length(target.indicator, 0);
  if (target.length != nullptr) store_length(target.length, length);
}

template <typename T>
bool deliver(const T& value, const UsualTarget& target) {
  std::memcpy(target.data, &value, sizeof value);
  tell_length(target, sizeof value);
  return true;
}

bool to_char(std::string_view bytes, const UsualTarget& target) {
  if (static_cast<SQLLEN>(bytes.size()) >= target.buffer_length) return false;
  std::memcpy(target.data, bytes.data(), bytes.size());
  target.data[bytes.size()] = '\0';
  tell_length(target, static_cast<SQLLEN>(bytes.size()));
  return true;
}

// ASCII alone: a unit for each byte.
bool to_wide_char(std::string_view bytes, const UsualTarget& target) {
  constexpr SQLLEN unit = sizeof(SQLWCHAR);
  const auto units = static_cast<SQLLEN>(bytes.size());
  if (units >= target.buffer_length / unit) return false;
  char* out = target.data;
  unsigned all = 0;
  for (const char c : bytes) {
    const auto wide = static_cast<SQLWCHAR>(static_cast<unsigned char>(c));
    all |= wide;
    std::memcpy(out, &wide, sizeof wide);
    out += unit;
  }
  if (all > 0x7F) return false;
  constexpr SQLWCHAR zero = 0;
  std::memcpy(out, &zero, sizeof zero);
  tell_length(target, units * unit);
  return true;
}

template <typename T>
bool to_integer(std::string_view bytes, const UsualTarget& target) {
  constexpr std::size_t most = std::numeric_limits<std::int64_t>::digits10;  // nothing overflows
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const bool negative = at != end && *at == '-';
  if (negative) {
    if constexpr (!std::is_signed_v<T>) return false;
    ++at;
  }
  if (at == end || end - at > static_cast<std::ptrdiff_t>(most)) return false;
  std::int64_t value = 0;
  for (; at != end; ++at) {
    const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
    if (digit > 9) return false;
    value = value * 10 + static_cast<std::int64_t>(digit);
  }
  if (negative) value = -value;
  if constexpr (sizeof(T) < sizeof value) {
    if (value < std::numeric_limits<T>::min() ||
        value > static_cast<std::int64_t>(std::numeric_limits<T>::max())) {
      return false;
    }
  }
  return deliver(static_cast<T>(value), target);
}

template <typename T>
bool to_floating(std::string_view bytes, const UsualTarget& target) {
  T value = 0;
  const char* const stop = bytes.data() + bytes.size();
  const auto [end, error] = std::from_chars(bytes.data(), stop, value);
  return error == std::errc() && end == stop && deliver(value, target);
}

bool to_bit(std::string_view bytes, const UsualTarget& target) {
  if (bytes != "t" && bytes != "f") return false;
  return deliver(static_cast<SQLCHAR>(bytes == "t" ? 1 : 0), target);
}

constexpr std::size_t date_size = 10;  // yyyy-mm-dd
constexpr std::size_t time_size = 8;   // hh:mm:ss

// A year of 1 to 9999 and what follows it.
bool take_date(const char* at, SQLSMALLINT& year, SQLUSMALLINT& month, SQLUSMALLINT& day) {
  unsigned century = 0, years = 0, months = 0, days = 0;
  if (at[4] != '-' || at[7] != '-' || !two_digits_at(at, century) ||
      !two_digits_at(at + 2, years) || !two_digits_at(at + 5, months) ||
      !two_digits_at(at + 8, days)) {
    return false;
  }
  years += century * 100;
  year = static_cast<SQLSMALLINT>(years);
  month = static_cast<SQLUSMALLINT>(months);
  day = static_cast<SQLUSMALLINT>(days);
  return years != 0 && is_date(static_cast<long>(years), months, days);
}

bool to_date(std::string_view bytes, const UsualTarget& target) {
  SQL_DATE_STRUCT date{};
  return bytes.size() == date_size && take_date(bytes.data(), date.year, date.month, date.day) &&
         deliver(date, target);
}

// Up to nine digits behind the point; none is no fraction.
bool take_fraction(std::string_view digits, SQLUINTEGER& nanoseconds) {
  constexpr std::size_t most = 9;
  if (digits.empty() || digits.size() > most) return false;
  SQLUINTEGER value = 0;
  for (const char c : digits) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  for (std::size_t i = digits.size(); i < most; ++i) value *= 10;
  nanoseconds = value;
  return true;
}

bool to_timestamp(std::string_view bytes, const UsualTarget& target) {
  constexpr std::size_t whole = date_size + 1 + time_size;
  if (bytes.size() < whole) return false;
  const char* const time = bytes.data() + date_size + 1;
  SQL_TIMESTAMP_STRUCT moment{};
  unsigned hour = 0, minute = 0, second = 0;
  if (time[-1] != ' ' || time[2] != ':' || time[5] != ':' || !two_digits_at(time, hour) ||
      !two_digits_at(time + 3, minute) || !two_digits_at(time + 6, second) || hour > 23 ||
      minute > 59 || second > 59 ||
      !take_date(bytes.data(), moment.year, moment.month, moment.day)) {
    return false;
  }
  if (bytes.size() > whole &&
      (bytes[whole] != '.' || !take_fraction(bytes.substr(whole + 1), moment.fraction))) {
    return false;
  }
  moment.hour = static_cast<SQLUSMALLINT>(hour);
  moment.minute = static_cast<SQLUSMALLINT>(minute);
  moment.second = static_cast<SQLUSMALLINT>(second);
  return deliver(moment, target);
}

UsualConversion of_integer(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
      return to_integer<SQLSMALLINT>;
    case SQL_C_LONG:
    case SQL_C_SLONG:
      return to_integer<SQLINTEGER>;
    case SQL_C_ULONG:
      return to_integer<SQLUINTEGER>;
    case SQL_C_SBIGINT:
      return to_integer<SQLBIGINT>;
    case SQL_C_UBIGINT:
      return to_integer<SQLUBIGINT>;
    default:
      return nullptr;
  }
}

bool has_own_text(const Source& column, FieldKind kind) {
  if (kind == FieldKind::boolean || kind == FieldKind::binary) return false;
  return kind != FieldKind::text || !column.options->lf_conversion;
}

}  // namespace

UsualConversion usual_conversion(const Source& column, SQLSMALLINT c_type) {
  if (column.format != wire::Format::text) return nullptr;
  const FieldKind kind = field_kind(column.type_oid);
  switch (c_type) {
    case SQL_C_CHAR:
      return has_own_text(column, kind) ? to_char : nullptr;
    case SQL_C_WCHAR:
      return has_own_text(column, kind) ? to_wide_char : nullptr;
    case SQL_C_BIT:
      return kind == FieldKind::boolean ? to_bit : nullptr;
    case SQL_C_FLOAT:
    case SQL_C_DOUBLE:
      if (kind != FieldKind::floating && kind != FieldKind::integer && kind != FieldKind::numeric)
        return nullptr;
      return c_type == SQL_C_FLOAT ? to_floating<SQLREAL> : to_floating<SQLDOUBLE>;
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE:
      return kind == FieldKind::date ? to_date : nullptr;
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP:
      return kind == FieldKind::timestamp ? to_timestamp : nullptr;
    default:
      return kind == FieldKind::integer ? of_integer(c_type) : nullptr;
  }
}

}  // namespace negodbc::types
