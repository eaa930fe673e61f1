#include "tests/oracle/peer/values.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace negodbc::peer {
namespace {

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

template <class T>
T value_in(const std::string& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

std::string hex(std::string_view bytes) {
  std::string text;
  char digits[3];
  for (const char c : bytes) {
    std::snprintf(digits, sizeof digits, "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += digits;
  }
  return text;
}

[[gnu::format(printf, 1, 2)]] std::string printed(const char* format,
                                                  ...) {  // NOLINT(cert-dcl50-cpp)
  char text[96];
  std::va_list values;
  va_start(values, format);
  std::vsnprintf(text, sizeof text, format, values);
  va_end(values);
  return text;
}

std::string numeric(const std::string& value) {
  SQL_NUMERIC_STRUCT number{};
  number.precision = 38;
  number.sign = value.starts_with('-') ? 0 : 1;
  unsigned long long digits = 0;
  bool fraction = false;
  for (const char c : value) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    digits = digits * 10 + static_cast<unsigned>(c - '0');
    if (fraction) ++number.scale;
  }
  std::memcpy(number.val, &digits, sizeof digits);
  return bytes_of(number);
}

std::string datetime(SQLSMALLINT c_type, const std::string& value) {
  int part[7] = {};
  if (c_type == SQL_C_TYPE_TIME)
    std::sscanf(value.c_str(), "%d:%d:%d", &part[3], &part[4], &part[5]);  // NOLINT(cert-err34-c)
  else
    std::sscanf(value.c_str(), "%d-%d-%d %d:%d:%d.%d", &part[0], &part[1],  // NOLINT(cert-err34-c)
                &part[2], &part[3], &part[4], &part[5], &part[6]);
  const auto small = [&](int index) { return static_cast<SQLUSMALLINT>(part[index]); };
  const auto year = static_cast<SQLSMALLINT>(part[0]);
  if (c_type == SQL_C_TYPE_DATE) return bytes_of(SQL_DATE_STRUCT{year, small(1), small(2)});
  if (c_type == SQL_C_TYPE_TIME) return bytes_of(SQL_TIME_STRUCT{small(3), small(4), small(5)});
  return bytes_of(SQL_TIMESTAMP_STRUCT{year, small(1), small(2), small(3), small(4), small(5),
                                       static_cast<SQLUINTEGER>(part[6]) * 100000000U});
}

std::string interval(const std::string& bytes) {
  const auto value = value_in<SQL_INTERVAL_STRUCT>(bytes);
  const std::string sign = value.interval_sign != 0 ? "-" : "";
  if (value.interval_type == SQL_IS_YEAR_TO_MONTH)
    return sign + printed("%u-%u", value.intval.year_month.year, value.intval.year_month.month);
  const auto& day = value.intval.day_second;
  return sign + printed("%u %u:%u:%u.%u of %d", day.day, day.hour, day.minute, day.second,
                        day.fraction, static_cast<int>(value.interval_type));
}

std::string narrowed(std::string_view wide) {
  std::string text;
  for (std::size_t i = 0; i + 1 < wide.size(); i += 2) {
    const unsigned unit = static_cast<unsigned char>(wide[i]) |
                          static_cast<unsigned>(static_cast<unsigned char>(wide[i + 1])) << 8U;
    text += unit >= 0x20 && unit < 0x7f ? std::string(1, static_cast<char>(unit))
                                        : printed("\\u%04x", unit);
  }
  return text;
}

std::string shortened(const std::string& text) {
  if (text.size() <= 120) return text;
  // Of what is cut away a sum is kept, so that it is compared too; and the end, as the ledger may
  // say how parts end.
  unsigned long long sum = 5381;
  for (const char c : text) sum = sum * 33 + static_cast<unsigned char>(c);
  return text.substr(0, 100) + printed("... %zu, %llx ...", text.size(), sum) +
         text.substr(text.size() - 10);
}

// Text without its end, as far as it may have been written.
std::string_view text_in(const std::string& buffer, SQLLEN length, std::size_t size,
                         std::size_t unit) {
  if (size < unit) return {};
  const std::size_t room = size / unit * unit - unit;
  std::size_t end = room;
  if (length >= 0) end = std::min(end, static_cast<std::size_t>(length) / unit * unit);
  if (length == SQL_NO_TOTAL) {
    const std::string zero(unit, '\0');
    for (std::size_t at = 0; at < end; at += unit)
      if (buffer.compare(at, unit, zero) == 0) end = at;
  }
  // What was cut at a character's beginning ends earlier.
  while (end >= unit && length > static_cast<SQLLEN>(room) &&
         buffer.compare(end - unit, unit, std::string(unit, '\0')) == 0)
    end -= unit;
  return std::string_view(buffer).substr(0, end);
}

}  // namespace

std::size_t size_of(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_CHAR:
    case SQL_C_WCHAR:
    case SQL_C_BINARY:
    case SQL_C_DEFAULT:
      return 0;
    case SQL_C_BIT:
    case SQL_C_STINYINT:
    case SQL_C_UTINYINT:
      return 1;
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
      return 2;
    case SQL_C_SLONG:
    case SQL_C_ULONG:
    case SQL_C_FLOAT:
      return 4;
    case SQL_C_SBIGINT:
    case SQL_C_UBIGINT:
    case SQL_C_DOUBLE:
      return 8;
    case SQL_C_NUMERIC:
      return sizeof(SQL_NUMERIC_STRUCT);
    case SQL_C_TYPE_DATE:
      return sizeof(SQL_DATE_STRUCT);
    case SQL_C_TYPE_TIME:
      return sizeof(SQL_TIME_STRUCT);
    case SQL_C_TYPE_TIMESTAMP:
      return sizeof(SQL_TIMESTAMP_STRUCT);
    case SQL_C_GUID:
      return sizeof(SQLGUID);
    default:
      return sizeof(SQL_INTERVAL_STRUCT);
  }
}

std::string encoded(SQLSMALLINT c_type, const std::string& value) {
  const long long whole = std::strtoll(value.c_str(), nullptr, 10);
  const double real = std::strtod(value.c_str(), nullptr);
  switch (c_type) {
    case SQL_C_WCHAR: {
      std::string wide;
      for (const char c : value) wide += std::string({c, '\0'});
      return wide;
    }
    case SQL_C_CHAR:
    case SQL_C_BINARY:
    case SQL_C_DEFAULT:
      return value;
    case SQL_C_FLOAT:
      return bytes_of(static_cast<float>(real));
    case SQL_C_DOUBLE:
      return bytes_of(real);
    case SQL_C_NUMERIC:
      return numeric(value);
    case SQL_C_TYPE_DATE:
    case SQL_C_TYPE_TIME:
    case SQL_C_TYPE_TIMESTAMP:
      return datetime(c_type, value);
    default: {
      std::string bytes = bytes_of(whole);
      bytes.resize(size_of(c_type));
      return bytes;
    }
  }
}

std::string decoded(SQLSMALLINT c_type, const std::string& buffer, SQLLEN length,
                    std::size_t size) {
  switch (c_type) {
    case SQL_C_CHAR:
      return shortened(std::string(text_in(buffer, length, size, 1)));
    case SQL_C_WCHAR:
      return shortened(narrowed(text_in(buffer, length, size, 2)));
    case SQL_C_BINARY:
    case SQL_C_DEFAULT: {
      const std::size_t end = length < 0 ? size : std::min(size, static_cast<std::size_t>(length));
      return shortened(hex(std::string_view(buffer).substr(0, end)));
    }
    case SQL_C_BIT:
    case SQL_C_UTINYINT:
      return std::to_string(value_in<unsigned char>(buffer));
    case SQL_C_STINYINT:
      return std::to_string(value_in<signed char>(buffer));
    case SQL_C_SSHORT:
      return std::to_string(value_in<short>(buffer));
    case SQL_C_USHORT:
      return std::to_string(value_in<unsigned short>(buffer));
    case SQL_C_SLONG:
      return std::to_string(value_in<SQLINTEGER>(buffer));
    case SQL_C_ULONG:
      return std::to_string(value_in<SQLUINTEGER>(buffer));
    case SQL_C_SBIGINT:
      return std::to_string(value_in<SQLBIGINT>(buffer));
    case SQL_C_UBIGINT:
      return std::to_string(value_in<SQLUBIGINT>(buffer));
    case SQL_C_FLOAT:
      return printed("%.9g", static_cast<double>(value_in<float>(buffer)));
    case SQL_C_DOUBLE:
      return printed("%.17g", value_in<double>(buffer));
    case SQL_C_NUMERIC: {
      const auto number = value_in<SQL_NUMERIC_STRUCT>(buffer);
      return std::string(number.sign != 0 ? "" : "-") +
             hex({reinterpret_cast<const char*>(number.val), sizeof number.val}) + " scale " +
             std::to_string(number.scale);
    }
    case SQL_C_TYPE_DATE: {
      const auto date = value_in<SQL_DATE_STRUCT>(buffer);
      return printed("%d-%u-%u", date.year, date.month, date.day);
    }
    case SQL_C_TYPE_TIME: {
      const auto time = value_in<SQL_TIME_STRUCT>(buffer);
      return printed("%u:%u:%u", time.hour, time.minute, time.second);
    }
    case SQL_C_TYPE_TIMESTAMP: {
      const auto time = value_in<SQL_TIMESTAMP_STRUCT>(buffer);
      return printed("%d-%u-%u %u:%u:%u.%09u", time.year, time.month, time.day, time.hour,
                     time.minute, time.second, time.fraction);
    }
    case SQL_C_GUID:
      return hex(std::string_view(buffer).substr(0, sizeof(SQLGUID)));
    default:
      return interval(buffer);
  }
}

}  // namespace negodbc::peer
