#include "driver/types/parameter.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/types/c_types.h"
#include "driver/types/convert_datetime.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_guid.h"
#include "driver/types/convert_interval.h"
#include "driver/types/convert_parts.h"
#include "driver/types/default_c_type.h"
#include "driver/types/parameter_text.h"

namespace negodbc::types {
namespace {

[[noreturn]] void incompatible(SQLSMALLINT c_type, SQLSMALLINT sql_type) {
  throw Error("07006", "a parameter of C type " + std::to_string(c_type) +
                           " cannot be sent as SQL type " + std::to_string(sql_type));
}

[[noreturn]] void bad_length() {
  throw Error("HY090",
              "the parameter's length is neither a number of bytes, SQL_NTS nor SQL_NULL_DATA");
}

// Applications' buffers need not be aligned.
template <typename T>
T read(const void* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

bool is_text_type(SQLSMALLINT sql_type) {
  return sql_type != SQL_BIT && sql_type != SQL_GUID && !is_number_type(sql_type) &&
         !is_binary_type(sql_type) && !is_datetime_type(sql_type) && !is_interval_type(sql_type);
}

std::size_t given_length(const Parameter& parameter) {
  if (parameter.length < 0) bad_length();
  if (parameter.length > 0 && parameter.data == nullptr) {
    throw Error("HY009", "the parameter has a length but no data");
  }
  return static_cast<std::size_t>(parameter.length);
}

std::string_view narrow_data(const Parameter& parameter) {
  const char* data = static_cast<const char*>(parameter.data);
  if (parameter.length == SQL_NTS) {
    if (data == nullptr) throw Error("HY009", "the parameter is SQL_NTS but has no data");
    return data;
  }
  return {data, given_length(parameter)};
}

std::string wide_data(const Parameter& parameter) {
  std::u16string units;
  if (parameter.length == SQL_NTS) {
    if (parameter.data == nullptr) throw Error("HY009", "the parameter is SQL_NTS but has no data");
    const char* at = static_cast<const char*>(parameter.data);
    for (auto unit = read<char16_t>(at); unit != 0; unit = read<char16_t>(at)) {
      units.push_back(unit);
      at += sizeof unit;
    }
  } else {
    const std::size_t bytes = given_length(parameter);
    if (bytes % sizeof(char16_t) != 0) bad_length();
    units.resize(bytes / sizeof(char16_t));
    if (bytes > 0) std::memcpy(units.data(), parameter.data, bytes);
  }
  if (!well_formed(units))
    throw Error("22021",
                "the parameter's text holds half of a surrogate pair, which is no character");
  return to_utf8(units);
}

std::string without_carriage_returns(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') result.push_back(text[i]);
  return result;
}

std::string from_text(std::string_view text, const Parameter& parameter) {
  // No text of PostgreSQL's holds a zero: at its end it is a terminator that the length counts, as
  // Qt 6.4 does.
  while (text.ends_with('\0')) text.remove_suffix(1);
  if (parameter.sql_type == SQL_BIT && parameter.true_is_minus_one && text == "-1") return "1";
  if (!is_text_type(parameter.sql_type)) return text_as(text, parameter.sql_type);
  std::string value = parameter.lf_conversion ? without_carriage_returns(text) : std::string(text);
  check_column_size(value, parameter.column_size);
  return value;
}

// A number's text as what the parameter is declared to be. Only exact numbers are intervals.
std::string from_number(std::string text, const Parameter& parameter, bool exact = true) {
  const SQLSMALLINT sql_type = parameter.sql_type;
  if (is_interval_type(sql_type) && (!exact || !is_single_field(code_of_interval(sql_type))))
    incompatible(parameter.c_type, sql_type);
  if (sql_type == SQL_BIT && parameter.true_is_minus_one && text == "-1") return "1";
  if (is_integer_type(sql_type)) {
    const std::optional<Decimal> number = Decimal::parse(text);
    return number ? whole_number(*number).value_or(text) : text;
  }
  if (is_number_type(sql_type) || sql_type == SQL_BIT) return text;
  if (is_interval_type(sql_type)) return number_as_interval(text, sql_type);
  if (!is_text_type(sql_type)) incompatible(parameter.c_type, sql_type);
  check_column_size(text, parameter.column_size);
  return text;
}

template <typename T>
std::string from_integer(const Parameter& parameter) {
  const T value = read<T>(parameter.data);
  if (is_binary_type(parameter.sql_type)) {
    return "\\x" + hex_of({static_cast<const char*>(parameter.data), sizeof value});
  }
  return from_number(std::to_string(value), parameter);
}

template <typename T>
std::string from_floating(const Parameter& parameter) {
  const T value = read<T>(parameter.data);
  if (is_binary_type(parameter.sql_type)) {
    return "\\x" + hex_of({static_cast<const char*>(parameter.data), sizeof value});
  }
  if (std::isnan(value)) return from_number("NaN", parameter, false);
  if (std::isinf(value)) return from_number(value > 0 ? "Infinity" : "-Infinity", parameter, false);
  char buffer[64];
  char* const end = buffer + sizeof buffer;
  // The shortest that is exact; whole numbers as an integer's column reads them, not 1e+05.
  constexpr T whole_below = std::is_same_v<T, SQLREAL> ? T{1e7F} : T(1e15);
  const bool whole = is_approximate_type(parameter.sql_type) && std::abs(value) < whole_below &&
                     std::trunc(value) == value;
  const auto written = whole ? std::to_chars(buffer, end, value, std::chars_format::fixed)
                             : std::to_chars(buffer, end, value);
  return from_number({buffer, written.ptr}, parameter, false);
}

// Before Christ the years of a structure count backwards from -1, as psqlodbc has them; 1 BC is the
// year 0 to astronomers.
long year_of(SQLSMALLINT year) {
  if (year == 0) throw Error("22008", "there is no year 0: the year before 1 is -1, which is 1 BC");
  return year < 0 ? year + 1L : year;
}

void check_date(const SQL_DATE_STRUCT& date) {
  if (!is_date(year_of(date.year), date.month, date.day))
    throw Error("22007", "the parameter is not a valid date");
}

void check_time(const SQL_TIME_STRUCT& time) {
  if (time.hour > 23 || time.minute > 59 || time.second > 61) {
    throw Error("22007", "the parameter is not a valid time");
  }
}

std::string sized(const std::string& text, const Parameter& parameter) {
  if (!is_text_type(parameter.sql_type)) incompatible(parameter.c_type, parameter.sql_type);
  check_column_size(text, parameter.column_size);
  return text;
}

// The era comes last: "0044-03-15 10:00:00 BC".
std::string moment_text(const std::string& date, const std::string& time) {
  const bool before_christ = date.ends_with(" BC");
  return before_christ ? date.substr(0, date.size() - 3) + " " + time + " BC" : date + " " + time;
}

std::string from_date(const Parameter& parameter) {
  const auto date = read<SQL_DATE_STRUCT>(parameter.data);
  check_date(date);
  std::string text = date_text(year_of(date.year), date.month, date.day);
  if (parameter.sql_type == SQL_TIMESTAMP || parameter.sql_type == SQL_TYPE_TIMESTAMP)
    return moment_text(text, time_text(0, 0, 0, 0));
  if (is_datetime_type(parameter.sql_type)) {
    if (parameter.sql_type == SQL_TYPE_TIME || parameter.sql_type == SQL_TIME) {
      incompatible(parameter.c_type, parameter.sql_type);
    }
    return text;
  }
  return sized(text, parameter);
}

std::string from_time(const Parameter& parameter) {
  const auto time = read<SQL_TIME_STRUCT>(parameter.data);
  check_time(time);
  std::string text = time_text(time.hour, time.minute, time.second, 0);
  switch (parameter.sql_type) {
    case SQL_TIME:
    case SQL_TYPE_TIME:
      return text;
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP: {
      const Moment day = today();
      return date_text(day.year, day.month, day.day) + " " + text;
    }
    default:
      return sized(text, parameter);
  }
}

std::string from_timestamp(const Parameter& parameter) {
  const auto value = read<SQL_TIMESTAMP_STRUCT>(parameter.data);
  check_date({value.year, value.month, value.day});
  check_time({value.hour, value.minute, value.second});
  constexpr SQLUINTEGER billion = 1000000000;
  if (value.fraction >= billion)
    throw Error("22007", "the parameter's fraction is a second or more");
  std::string date = date_text(year_of(value.year), value.month, value.day);
  std::string time = time_text(value.hour, value.minute, value.second, value.fraction);
  switch (parameter.sql_type) {
    case SQL_DATE:
    case SQL_TYPE_DATE:
      if (value.hour != 0 || value.minute != 0 || value.second != 0 || value.fraction != 0) {
        throw Error("22008", "the parameter has a time of day, which SQL_TYPE_DATE would lose");
      }
      return date;
    case SQL_TIME:
    case SQL_TYPE_TIME:
      return time;
    default:
      break;
  }
  std::string text = moment_text(date, time);
  return is_datetime_type(parameter.sql_type) ? text : sized(text, parameter);
}

std::string from_guid(const Parameter& parameter) {
  std::string text = guid_text(read<SQLGUID>(parameter.data));
  return parameter.sql_type == SQL_GUID ? text : sized(text, parameter);
}

std::string from_interval(SQLSMALLINT c_type, const Parameter& parameter) {
  const SQLSMALLINT sql_type = parameter.sql_type;
  const SQLSMALLINT code = code_of_interval(c_type);
  const Interval interval =
      from_interval_struct(read<SQL_INTERVAL_STRUCT>(parameter.data), code, parameter.c_precision);
  if (is_interval_type(sql_type)) {
    const SQLSMALLINT wanted = code_of_interval(sql_type);
    if (is_year_month(code) != is_year_month(wanted)) incompatible(parameter.c_type, sql_type);
    return interval_as(interval, sql_type);
  }
  if (is_number_type(sql_type) && is_single_field(code) && !is_approximate_type(sql_type))
    return from_number(interval_number(interval, code), parameter);
  return sized(interval_text(interval), parameter);
}

std::string from_numeric(const Parameter& parameter) {
  auto value = read<SQL_NUMERIC_STRUCT>(parameter.data);
  if (parameter.c_scale != 0) value.scale = static_cast<SQLSCHAR>(parameter.c_scale);
  return from_number(numeric_text(value), parameter);
}

std::string from_fixed(SQLSMALLINT c_type, const Parameter& parameter);

// Bytes are bytea, text, or the very bytes of what the SQL type is in C.
std::string from_binary(const Parameter& parameter) {
  const std::string_view bytes = narrow_data(parameter);
  if (is_binary_type(parameter.sql_type)) {
    check_byte_size(bytes.size(), parameter.column_size);
    return "\\x" + hex_of(bytes);
  }
  if (is_text_type(parameter.sql_type)) {
    check_column_size(bytes, parameter.column_size);
    return std::string(bytes);
  }
  const SQLSMALLINT c_type = default_c_type(parameter.sql_type);
  if (c_type == SQL_C_CHAR) {  // decimal and numeric
    if (!Decimal::parse(bytes)) throw Error("22018", "the parameter's bytes are not a number");
    return from_text(bytes, parameter);
  }
  const std::size_t size = c_type_size(c_type);
  if (bytes.size() != size)
    throw Error("22003", "the parameter's bytes are not as many as its SQL type has in C");
  return from_fixed(c_type, parameter);
}

std::string from_fixed(SQLSMALLINT c_type, const Parameter& parameter) {
  if (parameter.data == nullptr) throw Error("HY009", "the parameter has no data");
  switch (c_type) {
    case SQL_C_BIT:
      return from_number(read<SQLCHAR>(parameter.data) != 0 ? "1" : "0", parameter, false);
    case SQL_C_TINYINT:
    case SQL_C_STINYINT:
      return from_integer<SQLSCHAR>(parameter);
    case SQL_C_UTINYINT:
      return from_integer<SQLCHAR>(parameter);
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
      return from_integer<SQLSMALLINT>(parameter);
    case SQL_C_USHORT:
      return from_integer<SQLUSMALLINT>(parameter);
    case SQL_C_LONG:
    case SQL_C_SLONG:
      return from_integer<SQLINTEGER>(parameter);
    case SQL_C_ULONG:
      return from_integer<SQLUINTEGER>(parameter);
    case SQL_C_SBIGINT:
      return from_integer<SQLBIGINT>(parameter);
    case SQL_C_UBIGINT:
      return from_integer<SQLUBIGINT>(parameter);
    case SQL_C_FLOAT:
      return from_floating<SQLREAL>(parameter);
    case SQL_C_DOUBLE:
      return from_floating<SQLDOUBLE>(parameter);
    case SQL_C_NUMERIC:
      return from_numeric(parameter);
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE:
      return from_date(parameter);
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME:
      return from_time(parameter);
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP:
      return from_timestamp(parameter);
    case SQL_C_GUID:
      return from_guid(parameter);
    default:
      break;
  }
  if (is_interval_type(c_type)) return from_interval(c_type, parameter);
  throw Error("HY003", "C type " + std::to_string(c_type) + " is not known");
}

}  // namespace

std::optional<std::string> encode_parameter(const Parameter& parameter) {
  if (parameter.length == SQL_NULL_DATA) return std::nullopt;
  if (parameter.length == SQL_DEFAULT_PARAM) {
    throw Error(
        "07S01",
        "SQL_DEFAULT_PARAM stands for a procedure's default, which PostgreSQL does not take so");
  }
  const SQLSMALLINT c_type =
      parameter.c_type == SQL_C_DEFAULT ? default_c_type(parameter.sql_type) : parameter.c_type;
  switch (c_type) {
    case SQL_C_CHAR:
      return from_text(narrow_data(parameter), parameter);
    case SQL_C_WCHAR:
      return from_text(wide_data(parameter), parameter);
    case SQL_C_BINARY:
      return from_binary(parameter);
    default:
      return from_fixed(c_type, parameter);
  }
}

}  // namespace negodbc::types
