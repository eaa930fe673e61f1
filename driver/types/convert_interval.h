// Intervals: PostgreSQL's, which have months, days and microseconds, and ODBC's, which have years
// and months or days to fractions of a second.
//
// ODBC reference: appendix D "Interval Data Types", "C Interval Structure", "Interval Literals".
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/types/convert.h"
#include "driver/types/type_table.h"

namespace negodbc::types {

// SQL_CODE_YEAR to SQL_CODE_MINUTE_TO_SECOND for an interval column that was declared with fields
// (interval day to second); 0 for one that takes every interval.
SQLSMALLINT interval_code(std::int32_t type_modifier);
// Digits of the seconds' fraction that such a column keeps.
SQLSMALLINT interval_fraction_digits(std::int32_t type_modifier);

constexpr bool is_interval_type(SQLSMALLINT concise) {  // the C types have the same numbers
  return concise >= SQL_INTERVAL_YEAR && concise <= SQL_INTERVAL_MINUTE_TO_SECOND;
}
constexpr SQLSMALLINT code_of_interval(SQLSMALLINT concise) {
  return static_cast<SQLSMALLINT>(concise - SQL_INTERVAL_YEAR + SQL_CODE_YEAR);
}
constexpr SQLSMALLINT type_of_interval(SQLSMALLINT code) {
  return static_cast<SQLSMALLINT>(code - SQL_CODE_YEAR + SQL_INTERVAL_YEAR);
}
bool is_year_month(SQLSMALLINT code);
bool is_single_field(SQLSMALLINT code);
bool ends_with_seconds(SQLSMALLINT code);

inline constexpr SQLINTEGER default_leading_precision = 2;
inline constexpr SQLINTEGER longest_leading_precision = 10;  // digits of the structure's fields
inline constexpr SQLSMALLINT default_seconds_precision = 6;

struct Interval {
  std::int64_t months = 0;
  std::int64_t days = 0;
  std::int64_t microseconds = 0;
  bool digits_lost = false;  // below a microsecond
};

// PostgreSQL's forms in every IntervalStyle, ODBC's literals with or without their clause
// ("INTERVAL -'3 04:05' DAY TO MINUTE", in braces too), and their bare values, which `code` gives
// the meaning of where they have several. Throws Error 22018 for what is no interval, 22015 for one
// beyond all bounds.
Interval parse_interval(std::string_view text, SQLSMALLINT code);

// Throws Error 22015 when leading fields would be lost. `lost`: trailing ones are.
SQL_INTERVAL_STRUCT to_interval_struct(const Interval& interval, SQLSMALLINT code,
                                       SQLINTEGER leading_precision, SQLSMALLINT seconds_precision,
                                       bool& lost);
// `seconds_precision`: the unit of the fraction is 10 to the power of its negative, in seconds.
Interval from_interval_struct(const SQL_INTERVAL_STRUCT& value, SQLSMALLINT code,
                              SQLSMALLINT seconds_precision);
// As PostgreSQL reads it, whatever the session's IntervalStyle is.
std::string interval_text(const Interval& interval);

// The only field of an interval of one field as a decimal number, and back. Throw Error 22015;
// interval_of_number: `lost` when a fraction that the field has not is cut.
std::string interval_number(const Interval& interval, SQLSMALLINT code);
Interval interval_of_number(std::string_view decimal, SQLSMALLINT code, bool& lost);

// A field into an interval structure. Throws Error 07006, 22018, 22015.
Outcome put_interval(const Source& source, FieldKind kind, SQLSMALLINT code, const Target& target,
                     PartState& state);

}  // namespace negodbc::types
