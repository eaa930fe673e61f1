#include "driver/types/parameter_text.h"

#include <optional>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/types/convert_datetime.h"
#include "driver/types/convert_guid.h"
#include "driver/types/type_info.h"

namespace negodbc::types {
namespace {

std::string digits_of(Uint128 magnitude) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  return digits;
}

// What is no number of its type is for the server to read: the column may be of another type.
std::string number_text(std::string_view text, SQLSMALLINT sql_type) {
  const std::string_view number = trimmed(text);
  const std::optional<Decimal> decimal = Decimal::parse(number);
  std::optional<std::string> whole;
  if (decimal && is_integer_type(sql_type) && !decimal->has_digits_below(0))
    whole = whole_number(*decimal);
  return whole ? *whole : std::string(decimal ? number : text);
}

// {d '...'}, {t '...'}, {ts '...'} hold a literal; other text stays as it is.
std::string_view without_escape(std::string_view text) {
  const std::string_view clause = trimmed(text);
  if (clause.size() < 2 || clause.front() != '{' || clause.back() != '}') return text;
  const std::size_t first = clause.find('\'');
  const std::size_t last = clause.rfind('\'');
  if (first == std::string_view::npos || last == first) return text;
  const std::string_view word = trimmed(clause.substr(1, first - 1));
  if (!iequals(word, "d") && !iequals(word, "t") && !iequals(word, "ts")) return text;
  return clause.substr(first + 1, last - first - 1);
}

std::string datetime_text(std::string_view text, SQLSMALLINT sql_type) {
  const std::string_view value = without_escape(text);
  const std::optional<Moment> moment = parse_moment(value);
  // PostgreSQL reads more than ODBC's literals ("infinity", "2026-11-22T10:11Z"): the server
  // judges.
  if (!moment) return std::string(value);
  const bool date = sql_type == SQL_TYPE_DATE || sql_type == SQL_DATE;
  const bool time = sql_type == SQL_TYPE_TIME || sql_type == SQL_TIME;
  if ((date && !moment->has_date) || (time && !moment->has_time)) {
    throw Error(
        "22018",
        "the parameter's text is not of its SQL type: a date without a time, or the reverse");
  }
  if (date && !moment->is_midnight()) {
    throw Error("22008", "the parameter's text has a time of day, which SQL_TYPE_DATE would lose");
  }
  if (!date && !time && !moment->has_date) {
    const Moment day = today();
    return date_text(day.year, day.month, day.day) + " " + std::string(trimmed(value));
  }
  return std::string(value);
}

std::string hex_text(std::string_view text) {
  if (text.starts_with("\\x")) text.remove_prefix(2);
  for (const char c : text) {
    if (hex_digit(c) < 0)
      throw Error("22018", "character data for a binary type must be hexadecimal digits");
  }
  if (text.size() % 2 != 0)
    throw Error("22018", "character data for a binary type must be pairs of digits");
  return "\\x" + std::string(text);
}

bool is_limit(SQLULEN column_size) {
  return column_size != 0 && column_size < unbounded_text_size;
}

[[noreturn]] void too_long(const char* unit, SQLULEN column_size) {
  throw Error("22001", std::string("the parameter has more ") + unit + " than the " +
                           std::to_string(column_size) + " it was declared with");
}

}  // namespace

bool is_integer_type(SQLSMALLINT sql_type) {
  return sql_type == SQL_TINYINT || sql_type == SQL_SMALLINT || sql_type == SQL_INTEGER ||
         sql_type == SQL_BIGINT;
}

bool is_approximate_type(SQLSMALLINT sql_type) {
  return sql_type == SQL_REAL || sql_type == SQL_FLOAT || sql_type == SQL_DOUBLE;
}

bool is_number_type(SQLSMALLINT sql_type) {
  return is_integer_type(sql_type) || sql_type == SQL_DECIMAL || sql_type == SQL_NUMERIC ||
         is_approximate_type(sql_type);
}

bool is_binary_type(SQLSMALLINT sql_type) {
  return sql_type == SQL_BINARY || sql_type == SQL_VARBINARY || sql_type == SQL_LONGVARBINARY;
}

bool is_datetime_type(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_DATE:
    case SQL_TYPE_DATE:
    case SQL_TIME:
    case SQL_TYPE_TIME:
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> whole_number(const Decimal& number) {
  const std::optional<Uint128> magnitude = number.scaled(0);
  if (!magnitude) return std::nullopt;
  const bool negative = number.negative() && *magnitude != Uint128{0};
  return (negative ? "-" : "") + digits_of(*magnitude);
}

// PostgreSQL's fields have no leading precision: all that the structure can hold is sent.
std::string interval_as(const Interval& interval, SQLSMALLINT sql_type) {
  bool lost = false;
  to_interval_struct(interval, code_of_interval(sql_type), longest_leading_precision,
                     default_seconds_precision, lost);
  if (lost)
    throw Error("22015", "the parameter's interval has fields that its SQL type would lose");
  return interval_text(interval);
}

std::string number_as_interval(std::string_view number, SQLSMALLINT sql_type) {
  bool lost = false;
  const Interval interval = interval_of_number(number, code_of_interval(sql_type), lost);
  if (lost) throw Error("22015", "the parameter's fraction would be lost in its interval type");
  return interval_as(interval, sql_type);
}

std::string text_as(std::string_view text, SQLSMALLINT sql_type) {
  if (is_number_type(sql_type)) return number_text(text, sql_type);
  if (is_datetime_type(sql_type)) return datetime_text(text, sql_type);
  if (is_binary_type(sql_type)) return hex_text(text);
  if (is_interval_type(sql_type))
    return interval_as(parse_interval(text, code_of_interval(sql_type)), sql_type);
  if (sql_type == SQL_GUID) {
    const std::optional<SQLGUID> guid = parse_guid(text);
    return guid ? guid_text(*guid) : std::string(text);
  }
  return std::string(text);
}

void check_column_size(std::string_view text, SQLULEN column_size) {
  if (!is_limit(column_size)) return;
  // No more bytes than characters allowed: not to be counted.
  if (text.size() <= column_size || utf8_length(text) <= column_size) return;
  too_long("characters", column_size);
}

void check_byte_size(std::size_t bytes, SQLULEN column_size) {
  if (is_limit(column_size) && bytes > column_size) too_long("bytes", column_size);
}

}  // namespace negodbc::types
