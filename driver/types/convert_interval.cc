#include "driver/types/convert_interval.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "driver/base/error.h"
#include "driver/types/convert_decimal.h"
#include "driver/types/convert_number.h"

namespace negodbc::types {
namespace {

constexpr std::int64_t second = 1000000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t months_a_year = 12;

// Which fields an ODBC interval has. `leading` and `trailing` are those of `units`.
struct Shape {
  int leading, trailing;
};
constexpr std::int64_t units[] = {months_a_year, 1, day, hour, minute, second};
enum Unit { u_year, u_month, u_day, u_hour, u_minute, u_second };
constexpr Shape shapes[] = {
    {},                    // codes begin with 1
    {u_year, u_year},      // YEAR
    {u_month, u_month},    // MONTH
    {u_day, u_day},        // DAY
    {u_hour, u_hour},      // HOUR
    {u_minute, u_minute},  // MINUTE
    {u_second, u_second},  // SECOND
    {u_year, u_month},     // YEAR TO MONTH
    {u_day, u_hour},       // DAY TO HOUR
    {u_day, u_minute},     // DAY TO MINUTE
    {u_day, u_second},     // DAY TO SECOND
    {u_hour, u_minute},    // HOUR TO MINUTE
    {u_hour, u_second},    // HOUR TO SECOND
    {u_minute, u_second},  // MINUTE TO SECOND
};
static_assert(std::size(shapes) == SQL_CODE_MINUTE_TO_SECOND + 1);

const Shape& shape_of(SQLSMALLINT code) {
  return shapes[code];
}

[[noreturn]] void overflow(const char* why) {
  throw Error("22015", why);
}

constexpr const char* too_large = "the interval is larger than its type can hold";

// sum + count * unit.
std::int64_t added(std::int64_t sum, std::int64_t count, std::int64_t unit) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count, unit, &product) || __builtin_add_overflow(sum, product, &sum))
    overflow(too_large);
  return sum;
}

std::uint64_t magnitude_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

// Whole days and what is less than a day, neither below zero: microseconds alone would be more than
// 64 bits.
struct DaysAndRest {
  bool negative;
  std::uint64_t days, microseconds;
};
DaysAndRest days_and_rest(const Interval& interval) {
  std::int64_t days = added(interval.days, interval.microseconds / day, 1);
  std::int64_t rest = interval.microseconds % day;
  if (days > 0 && rest < 0) {
    --days;
    rest += day;
  } else if (days < 0 && rest > 0) {
    ++days;
    rest -= day;
  }
  return {days < 0 || rest < 0, magnitude_of(days), magnitude_of(rest)};
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (; exponent > 0; --exponent) value *= 10;
  return value;
}

// Digits of a microsecond that a fraction of this precision has not; negative: that it has beyond.
int digits_above(SQLSMALLINT seconds_precision) {
  constexpr int nanoseconds = 9;  // what the structure's field holds
  return default_seconds_precision - std::clamp<int>(seconds_precision, 0, nanoseconds);
}

Interval of_unit(int unit, std::int64_t count, std::int64_t fraction) {
  Interval interval;
  if (unit == u_year || unit == u_month) {
    interval.months = added(0, count, units[unit]);
  } else if (unit == u_day) {
    interval.days = count;
  } else {
    interval.microseconds = added(fraction, count, units[unit]);
  }
  return interval;
}

}  // namespace

bool is_year_month(SQLSMALLINT code) {
  return shape_of(code).leading <= u_month;
}

bool is_single_field(SQLSMALLINT code) {
  return shape_of(code).leading == shape_of(code).trailing;
}

bool ends_with_seconds(SQLSMALLINT code) {
  return shape_of(code).trailing == u_second;
}

SQLSMALLINT interval_code(std::int32_t type_modifier) {
  if (type_modifier < 0) return 0;
  // Bits of pg_type.h's numbers of fields (src/include/utils/datetime.h).
  constexpr unsigned year = 1U << 2U;
  constexpr unsigned month = 1U << 1U;
  constexpr unsigned days = 1U << 3U;
  constexpr unsigned hours = 1U << 10U;
  constexpr unsigned minutes = 1U << 11U;
  constexpr unsigned seconds = 1U << 12U;
  switch ((static_cast<unsigned>(type_modifier) >> 16U) & 0x7FFFU) {
    case year:
      return SQL_CODE_YEAR;
    case month:
      return SQL_CODE_MONTH;
    case days:
      return SQL_CODE_DAY;
    case hours:
      return SQL_CODE_HOUR;
    case minutes:
      return SQL_CODE_MINUTE;
    case seconds:
      return SQL_CODE_SECOND;
    case year | month:
      return SQL_CODE_YEAR_TO_MONTH;
    case days | hours:
      return SQL_CODE_DAY_TO_HOUR;
    case days | hours | minutes:
      return SQL_CODE_DAY_TO_MINUTE;
    case days | hours | minutes | seconds:
      return SQL_CODE_DAY_TO_SECOND;
    case hours | minutes:
      return SQL_CODE_HOUR_TO_MINUTE;
    case hours | minutes | seconds:
      return SQL_CODE_HOUR_TO_SECOND;
    case minutes | seconds:
      return SQL_CODE_MINUTE_TO_SECOND;
    default:
      return 0;
  }
}

SQLSMALLINT interval_fraction_digits(std::int32_t type_modifier) {
  const SQLSMALLINT code = interval_code(type_modifier);
  if (code == 0 || !ends_with_seconds(code)) return 0;
  const unsigned digits = static_cast<unsigned>(type_modifier) & 0xFFFFU;
  return digits > static_cast<unsigned>(default_seconds_precision)
             ? default_seconds_precision
             : static_cast<SQLSMALLINT>(digits);
}

SQL_INTERVAL_STRUCT to_interval_struct(const Interval& interval, SQLSMALLINT code,
                                       SQLINTEGER leading_precision, SQLSMALLINT seconds_precision,
                                       bool& lost) {
  const Shape& shape = shape_of(code);
  const bool months = is_year_month(code);
  if (!months && interval.months != 0)
    overflow("the interval has months, which an interval of days and seconds cannot hold");
  const DaysAndRest total = months
                                ? DaysAndRest{interval.months < 0, 0, magnitude_of(interval.months)}
                                : days_and_rest(interval);
  // Larger than a field can hold: however many of the leading unit a day has.
  const bool beyond = total.days > std::numeric_limits<SQLUINTEGER>::max();
  std::uint64_t whole_days = beyond ? 0 : total.days;
  std::uint64_t rest = total.microseconds;
  lost = interval.digits_lost || (months && (interval.days != 0 || interval.microseconds != 0));
  std::array<SQLUINTEGER, std::size(units)> fields{};
  for (int unit = shape.leading; unit <= shape.trailing; ++unit) {
    const auto size = static_cast<std::uint64_t>(units[unit]);
    std::uint64_t value = rest / size;
    if (unit == shape.leading) {
      if (!months)
        value += whole_days * (unit == u_day ? 1 : static_cast<std::uint64_t>(day) / size);
      const SQLINTEGER digits = std::min(leading_precision, longest_leading_precision);
      if (beyond || value >= static_cast<std::uint64_t>(power_of_ten(digits)) ||
          value > std::numeric_limits<SQLUINTEGER>::max())
        throw Error("22015", "the interval's first field has more than " +
                                 std::to_string(leading_precision) +
                                 " digits (SQL_DESC_DATETIME_INTERVAL_PRECISION)");
    }
    fields[static_cast<std::size_t>(unit)] = static_cast<SQLUINTEGER>(value);
    rest %= size;
  }
  SQL_INTERVAL_STRUCT result{};
  result.interval_type = static_cast<SQLINTERVAL>(code);
  if (months) {
    result.intval.year_month.year = fields[u_year];
    result.intval.year_month.month = fields[u_month];
  } else {
    result.intval.day_second.day = fields[u_day];
    result.intval.day_second.hour = fields[u_hour];
    result.intval.day_second.minute = fields[u_minute];
    result.intval.day_second.second = fields[u_second];
  }
  if (ends_with_seconds(code)) {
    const int above = digits_above(seconds_precision);
    const auto fraction = static_cast<std::int64_t>(rest);
    const std::int64_t scaled =
        above >= 0 ? fraction / power_of_ten(above) : fraction * power_of_ten(-above);
    result.intval.day_second.fraction = static_cast<SQLUINTEGER>(scaled);
    rest = above > 0 ? rest % static_cast<std::uint64_t>(power_of_ten(above)) : 0;
  }
  lost = lost || rest != 0;
  result.interval_sign = total.negative ? SQL_TRUE : SQL_FALSE;
  return result;
}

Interval from_interval_struct(const SQL_INTERVAL_STRUCT& value, SQLSMALLINT code,
                              SQLSMALLINT seconds_precision) {
  const Shape& shape = shape_of(code);
  const auto has = [&](int unit) { return unit >= shape.leading && unit <= shape.trailing; };
  const std::int64_t sign = value.interval_sign == SQL_FALSE ? 1 : -1;
  Interval interval;
  if (is_year_month(code)) {
    const SQL_YEAR_MONTH_STRUCT& fields = value.intval.year_month;
    if (has(u_year)) interval.months += std::int64_t{fields.year} * months_a_year;
    if (has(u_month)) interval.months += fields.month;
    interval.months *= sign;
    return interval;
  }
  const SQL_DAY_SECOND_STRUCT& fields = value.intval.day_second;
  if (has(u_day)) interval.days = sign * std::int64_t{fields.day};
  std::int64_t& microseconds = interval.microseconds;
  if (has(u_hour)) microseconds = added(microseconds, sign * std::int64_t{fields.hour}, hour);
  if (has(u_minute)) microseconds = added(microseconds, sign * std::int64_t{fields.minute}, minute);
  if (has(u_second)) {
    const int above = digits_above(seconds_precision);
    const std::int64_t fraction =
        above >= 0 ? fields.fraction * power_of_ten(above) : fields.fraction / power_of_ten(-above);
    if (fraction >= second) throw Error("22015", "the interval's fraction is a second or more");
    microseconds = added(microseconds, sign * std::int64_t{fields.second}, second);
    microseconds = added(microseconds, sign, fraction);
  }
  return interval;
}

std::string interval_text(const Interval& interval) {
  std::string text;
  bool negative = false;
  // After a negative field a positive one says so: in one IntervalStyle a minus is everybody's.
  const auto begin = [&](bool minus) {
    if (!text.empty()) text += ' ';
    if (minus || negative) text += minus ? '-' : '+';
    negative = negative || minus;
  };
  const auto add = [&](std::int64_t count, const char* name) {
    if (count == 0) return;
    begin(count < 0);
    text += std::to_string(count < 0 ? -count : count) + name;
  };
  add(interval.months / months_a_year, " years");
  add(interval.months % months_a_year, " mons");
  add(interval.days, " days");
  add(interval.microseconds / hour, " hours");
  add(interval.microseconds % hour / minute, " mins");
  const std::int64_t rest = interval.microseconds % minute;
  if (rest != 0) {
    const std::string digits = std::to_string(std::llabs(rest % second));
    begin(rest < 0);
    text += std::to_string(std::llabs(rest / second));
    if (rest % second != 0) {
      text += "." + std::string(6 - digits.size(), '0') + digits;
      while (text.back() == '0') text.pop_back();
    }
    text += " secs";
  }
  return text.empty() ? "0 secs" : text;
}

std::string interval_number(const Interval& interval, SQLSMALLINT code) {
  bool lost = false;
  const SQL_INTERVAL_STRUCT value = to_interval_struct(interval, code, longest_leading_precision,
                                                       default_seconds_precision, lost);
  const SQL_DAY_SECOND_STRUCT& fields = value.intval.day_second;
  std::string text = value.interval_sign == SQL_FALSE ? "" : "-";
  switch (code) {
    case SQL_CODE_YEAR:
      return text + std::to_string(value.intval.year_month.year);
    case SQL_CODE_MONTH:
      return text + std::to_string(value.intval.year_month.month);
    case SQL_CODE_DAY:
      return text + std::to_string(fields.day);
    case SQL_CODE_HOUR:
      return text + std::to_string(fields.hour);
    case SQL_CODE_MINUTE:
      return text + std::to_string(fields.minute);
    default:
      break;
  }
  text += std::to_string(fields.second);
  if (fields.fraction == 0) return text;
  const std::string digits = std::to_string(fields.fraction);
  return text + "." + std::string(6 - digits.size(), '0') + digits;
}

Interval interval_of_number(std::string_view decimal, SQLSMALLINT code, bool& lost) {
  const std::optional<Decimal> number = Decimal::parse(decimal);
  if (!number) throw Error("22018", "the text is not a number, as an interval of one field is");
  const bool seconds = code == SQL_CODE_SECOND;
  const long scale = seconds ? default_seconds_precision : 0;
  const std::optional<Uint128> magnitude = number->scaled(scale);
  lost = number->has_digits_below(scale);
  if (!magnitude || *magnitude > Uint128{std::numeric_limits<std::int64_t>::max()})
    overflow(too_large);
  auto value = static_cast<std::int64_t>(*magnitude);
  if (number->negative()) value = -value;
  return seconds ? of_unit(u_second, 0, value) : of_unit(shape_of(code).leading, value, 0);
}

Outcome put_interval(const Source& source, FieldKind kind, SQLSMALLINT code, const Target& target,
                     PartState& state) {
  constexpr const char* name = "an interval structure of this kind";
  const bool exact = kind == FieldKind::integer || kind == FieldKind::numeric;
  Interval interval;
  bool lost = false;
  if (kind == FieldKind::interval) {
    const SQLSMALLINT column = interval_code(source.type_modifier);
    if (is_year_month(column) != is_year_month(code)) incompatible(kind, name);
    interval = parse_interval(source.bytes, column);
  } else if (exact && is_single_field(code)) {
    if (!Decimal::parse(source.bytes)) overflow(too_large);  // NaN, Infinity
    interval = interval_of_number(source.bytes, code, lost);
  } else if (kind == FieldKind::text) {
    interval = parse_interval(source.bytes, code);
  } else {
    incompatible(kind, name);
  }
  const bool defaults = target.leading_precision <= 0;
  bool fields_lost = false;
  put_fixed(to_interval_struct(
                interval, code, defaults ? default_leading_precision : target.leading_precision,
                defaults ? default_seconds_precision : target.precision, fields_lost),
            target, state);
  return lost || fields_lost ? Outcome::fraction_truncated : Outcome::ok;
}

}  // namespace negodbc::types
