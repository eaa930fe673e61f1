#include "driver/types/convert_interval.h"

#include <gtest/gtest.h>

#include "driver/types/convert_testing.h"
#include "driver/types/parameter.h"
#include "driver/types/parameter_type.h"

namespace negodbc::types::testing {
namespace {

// The modifier of a column that was declared with fields, as the server sends it.
constexpr std::int32_t modifier(unsigned fields, unsigned digits = 0xFFFF) {
  return static_cast<std::int32_t>(fields << 16U | digits);
}
constexpr std::int32_t year_to_month = modifier(1U << 2U | 1U << 1U);
constexpr std::int32_t month_only = modifier(1U << 1U);
constexpr std::int32_t day_only = modifier(1U << 3U);
constexpr std::int32_t second_only = modifier(1U << 12U, 3);
constexpr std::int32_t day_to_second = modifier(1U << 3U | 1U << 10U | 1U << 11U | 1U << 12U);

Source interval(std::string_view text, std::int32_t type_modifier = -1) {
  return {text, oid_interval, type_modifier};
}

struct Fetched {
  SQL_INTERVAL_STRUCT value{};
  Outcome outcome = Outcome::no_data;
};

Fetched fetch(SQLSMALLINT c_type, const Source& source, SQLINTEGER leading = 0,
              SQLSMALLINT digits = 6) {
  Fetched fetched;
  SQLLEN length = 0;
  Target target{c_type, &fetched.value, 0, &length, &length};
  target.leading_precision = leading;
  target.precision = digits;
  PartState state;
  fetched.outcome = convert(source, target, state);
  EXPECT_EQ(length, static_cast<SQLLEN>(sizeof(SQL_INTERVAL_STRUCT)));
  return fetched;
}

// "sign type: fields".
std::string words(const Fetched& fetched) {
  const SQL_INTERVAL_STRUCT& v = fetched.value;
  std::string text = v.interval_sign == SQL_TRUE ? "-" : "";
  if (v.interval_type == SQL_IS_YEAR || v.interval_type == SQL_IS_MONTH ||
      v.interval_type == SQL_IS_YEAR_TO_MONTH) {
    text +=
        std::to_string(v.intval.year_month.year) + "-" + std::to_string(v.intval.year_month.month);
  } else {
    const SQL_DAY_SECOND_STRUCT& d = v.intval.day_second;
    text += std::to_string(d.day) + " " + std::to_string(d.hour) + ":" + std::to_string(d.minute) +
            ":" + std::to_string(d.second) + "." + std::to_string(d.fraction);
  }
  return text + (fetched.outcome == Outcome::fraction_truncated ? " cut" : "");
}

std::string fetched(SQLSMALLINT c_type, std::string_view text, SQLINTEGER leading = 9) {
  return words(fetch(c_type, interval(text), leading));
}

std::string fetch_state(SQLSMALLINT c_type, const Source& source, SQLINTEGER leading = 0) {
  return state([&] { fetch(c_type, source, leading); });
}

TEST(Interval, EveryStructureOfOneValue) {
  const std::string_view text = "-3 days -04:05:06.789";
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY, text), "-3 0:0:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR, text), "-0 76:0:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MINUTE, text), "-0 0:4565:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_SECOND, text), "-0 0:0:273906.789000");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_HOUR, text), "-3 4:0:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_MINUTE, text), "-3 4:5:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, text), "-3 4:5:6.789000");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR_TO_MINUTE, text), "-0 76:5:0.0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR_TO_SECOND, text), "-0 76:5:6.789000");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MINUTE_TO_SECOND, text), "-0 0:4565:6.789000");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_YEAR, "2 years 7 mons"), "2-0 cut");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MONTH, "2 years 7 mons"), "0-31");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_YEAR_TO_MONTH, "2 years 7 mons"), "2-7");
  EXPECT_EQ(fetch(SQL_C_INTERVAL_HOUR_TO_SECOND, interval("1:00:00")).value.interval_type,
            SQL_IS_HOUR_TO_SECOND);
}

TEST(Interval, EveryFormOfText) {
  const SQLSMALLINT type = SQL_C_INTERVAL_DAY_TO_SECOND;
  for (const std::string_view text :
       {"-1 days -02:03:04.5", "@ 1 day 2 hours 3 mins 4.5 secs ago", "-1 2:03:04.5",
        "P-1DT-2H-3M-4.5S", "  -1 days -2 hours -3 minutes -4.5 seconds ",
        "INTERVAL -'1 2:03:04.5' DAY TO SECOND", "{INTERVAL '-1 2:03:04.5' DAY(2) TO SECOND(6)}"}) {
    EXPECT_EQ(fetched(type, text), "-1 2:3:4.500000") << text;
  }
  EXPECT_EQ(fetched(type, "1 day -00:00:01"), "0 23:59:59.0");
  EXPECT_EQ(fetched(type, "-1 days +00:00:01"), "-0 23:59:59.0");
  EXPECT_EQ(fetched(type, "00:00:00"), "0 0:0:0.0");
  EXPECT_EQ(fetched(type, "2 weeks"), "14 0:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_YEAR_TO_MONTH, "-1-2"), "-1-2");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_YEAR_TO_MONTH, "interval '1-2' year to month"), "1-2");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_YEAR_TO_MONTH, "P1Y2M"), "1-2");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MONTH, "INTERVAL '14' MONTH"), "0-14");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY, "14"), "14 0:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_SECOND, "1.5"), "0 0:0:1.500000");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_HOUR, "3 4"), "3 4:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_HOUR, "-3 4"), "-3 4:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MINUTE_TO_SECOND, "10:20"), "0 0:10:20.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR_TO_MINUTE, "10:20"), "0 10:20:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_SECOND, "0.1234567"), "0 0:0:0.123456 cut");
}

TEST(Interval, WhatIsNone) {
  for (const std::string_view text : {"",
                                      " ",
                                      "x",
                                      "1 dog",
                                      "P",
                                      "PT",
                                      "1 day ago x",
                                      "ago",
                                      "1:",
                                      "1:2:3:4",
                                      "1-",
                                      "1-12",
                                      "1.5 days",
                                      "INTERVAL 1 DAY",
                                      "INTERVAL '1' DAY TO YEAR",
                                      "INTERVAL '1' DAY TO",
                                      "INTERVAL '",
                                      "INTERVAL",
                                      "{INTERVAL '1' DAY(2}",
                                      "1 day x",
                                      "12:99:00",
                                      "1,5",
                                      "--1 day",
                                      "1 days2 hours"}) {
    EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY_TO_SECOND, interval(text)), "22018") << text;
  }
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_YEAR_TO_MONTH, field(oid_text, "1-12")), "22018");
}

TEST(Interval, LeadingPrecision) {
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_DAY, interval("99 days"))), "99 0:0:0.0");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("100 days")), "22015");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_DAY, interval("100 days"), 3)), "100 0:0:0.0");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("1000 days"), 3), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_SECOND, interval("2147483647 days"), 10), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_SECOND, interval("99999999999999999999 days"), 10), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_YEAR, interval("9223372036854775807 years"), 10), "22015");
  // Months have no fixed number of days.
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("1 mon"), 9), "22015");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_MONTH, "1 mon 3 days"), "0-1 cut");
}

TEST(Interval, DaysAndTimeOfBothSigns) {
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, "1 day -01:00:00"), "0 23:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, "-1 days +01:00:00"), "-0 23:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, "-1 days -01:00:00"), "-1 1:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, "2 days -48:00:01"), "-0 0:0:1.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY_TO_SECOND, "1 day -24:00:00"), "0 0:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_SECOND, "3 days -00:00:01"), "0 0:0:259199.0");
}

// A field has 32 bits, whatever the days are in microseconds.
TEST(Interval, LargestFields) {
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY, "4294967295 days", 10), "4294967295 0:0:0.0");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_DAY, "-4294967295 days", 10), "-4294967295 0:0:0.0");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("4294967295 days 24:00:00"), 10), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("-4294967296 days"), 10), "22015");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR, "178956970 days 15:00:00", 10), "0 4294967295:0:0.0");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, interval("178956970 days 16:00:00"), 10), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, interval("9223372036854775807 days"), 10), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, interval("9223372036854775807 days 24:00:00"), 10),
            "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, interval("2562047789 hours"), 10), "22015");
  EXPECT_EQ(fetched(SQL_C_INTERVAL_HOUR, "2562047788 hours", 10), "0 2562047788:0:0.0");
}

TEST(Interval, FractionInTheUnitOfItsPrecision) {
  const Source source = interval("00:00:01.234567");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_SECOND, source, 2, 9)), "0 0:0:1.234567000");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_SECOND, source, 2, 3)), "0 0:0:1.234 cut");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_SECOND, source, 2, 0)), "0 0:0:1.0 cut");
}

TEST(Interval, ColumnsWithFieldsHaveAnIntervalType) {
  EXPECT_EQ(describe_type(oid_interval, day_to_second, {}).concise_type,
            SQL_INTERVAL_DAY_TO_SECOND);
  const SqlType seconds = describe_type(oid_interval, second_only, {});
  EXPECT_EQ(seconds.concise_type, SQL_INTERVAL_SECOND);
  EXPECT_EQ(seconds.verbose_type, SQL_INTERVAL);
  EXPECT_EQ(seconds.datetime_code, SQL_CODE_SECOND);
  EXPECT_EQ(seconds.decimal_digits, 3);
  EXPECT_EQ(seconds.column_size, 14U);
  EXPECT_EQ(seconds.type_name, "interval second");
  EXPECT_EQ(describe_type(oid_interval, -1, {}).concise_type, SQL_WVARCHAR);
  EXPECT_EQ(describe_type(oid_interval, modifier(0x7FFF, 3), {}).concise_type, SQL_WVARCHAR);

  const Source days = interval("3 days", day_only);
  EXPECT_EQ(words(fetch(SQL_C_DEFAULT, days)), "3 0:0:0.0");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_MONTH, days), "07006");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, interval("1 year", year_to_month)), "07006");
  EXPECT_EQ(text(days), "3 days");
  PartState bytes;
  EXPECT_EQ(
      part(SQL_C_BINARY, interval("101 days", day_only), sizeof(SQL_INTERVAL_STRUCT), bytes).length,
      static_cast<SQLLEN>(sizeof(SQL_INTERVAL_STRUCT)));
}

TEST(Interval, OneFieldIsANumber) {
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_SLONG, interval("-3 days", day_only)).value, -3);
  EXPECT_EQ(to_fixed<SQLSMALLINT>(SQL_C_SSHORT, interval("2 years", month_only)).value, 24);
  const auto cut = to_fixed<SQLINTEGER>(SQL_C_SLONG, interval("00:01:01.5", second_only));
  EXPECT_EQ(cut.value, 61);
  EXPECT_EQ(cut.outcome, Outcome::fraction_truncated);
  const auto exact =
      to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, interval("00:01:01.05", second_only), 10, 2);
  EXPECT_EQ(exact.value.val[0] + 256 * exact.value.val[1], 6105);
  EXPECT_EQ(fetch_state(SQL_C_UTINYINT, interval("256 days", day_only)), "22003");
  EXPECT_EQ(fetch_state(SQL_C_SLONG, interval("1 day 02:00:00", day_to_second)), "22015");
  EXPECT_EQ(fetch_state(SQL_C_DOUBLE, interval("1 day", day_only)), "07006");
  EXPECT_EQ(fetch_state(SQL_C_SLONG, interval("1 day")), "22018");

  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_DAY, field(oid_int4, "-12"))), "-12 0:0:0.0");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_SECOND, field(oid_numeric, "1.25"))), "0 0:0:1.250000");
  EXPECT_EQ(words(fetch(SQL_C_INTERVAL_HOUR, field(oid_numeric, "1.25"))), "0 1:0:0.0 cut");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, field(oid_numeric, "NaN")), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_HOUR, field(oid_int8, "9223372036854775807")), "22015");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY_TO_HOUR, field(oid_int4, "1")), "07006");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, field(oid_float8, "1")), "07006");
  EXPECT_EQ(fetch_state(SQL_C_INTERVAL_DAY, field(oid_bool, "t")), "07006");
}

SQL_INTERVAL_STRUCT days(SQLUINTEGER day, SQLUINTEGER hour, SQLUINTEGER minute, SQLUINTEGER second,
                         SQLUINTEGER fraction, bool negative = false) {
  SQL_INTERVAL_STRUCT value{};
  value.interval_type = SQL_IS_DAY_TO_SECOND;
  value.interval_sign = negative ? SQL_TRUE : SQL_FALSE;
  value.intval.day_second = {day, hour, minute, second, fraction};
  return value;
}

SQL_INTERVAL_STRUCT years(SQLUINTEGER year, SQLUINTEGER month) {
  SQL_INTERVAL_STRUCT value{};
  value.interval_type = SQL_IS_YEAR_TO_MONTH;
  value.intval.year_month = {year, month};
  return value;
}

template <class T>
std::string sent(SQLSMALLINT c_type, const T& value, SQLSMALLINT sql_type, SQLSMALLINT digits = 6) {
  Parameter parameter{c_type, sql_type, 0, 0, &value, sizeof value};
  parameter.c_precision = digits;
  return encode_parameter(parameter).value();
}

std::string sent_text(std::string_view text, SQLSMALLINT sql_type) {
  return encode_parameter(
             {SQL_C_CHAR, sql_type, 0, 0, text.data(), static_cast<SQLLEN>(text.size())})
      .value();
}

TEST(IntervalParameter, Structures) {
  const SQL_INTERVAL_STRUCT value = days(3, 4, 5, 6, 700000, true);
  EXPECT_EQ(sent(SQL_C_INTERVAL_DAY_TO_SECOND, value, SQL_INTERVAL_DAY_TO_SECOND),
            "-3 days -4 hours -5 mins -6.7 secs");
  EXPECT_EQ(sent(SQL_C_INTERVAL_DAY_TO_SECOND, value, SQL_VARCHAR),
            "-3 days -4 hours -5 mins -6.7 secs");
  EXPECT_EQ(sent(SQL_C_INTERVAL_HOUR_TO_MINUTE, value, SQL_INTERVAL_DAY_TO_SECOND),
            "-4 hours -5 mins");
  EXPECT_EQ(sent(SQL_C_INTERVAL_SECOND, days(0, 0, 0, 1, 5), SQL_INTERVAL_SECOND, 1), "1.5 secs");
  EXPECT_EQ(sent(SQL_C_INTERVAL_SECOND, days(0, 0, 0, 1, 5), SQL_INTERVAL_SECOND), "1.000005 secs");
  EXPECT_EQ(sent(SQL_C_INTERVAL_YEAR_TO_MONTH, years(1, 2), SQL_INTERVAL_YEAR_TO_MONTH),
            "1 years 2 mons");
  EXPECT_EQ(sent(SQL_C_INTERVAL_YEAR_TO_MONTH, years(1, 2), SQL_INTERVAL_MONTH), "1 years 2 mons");
  EXPECT_EQ(sent(SQL_C_INTERVAL_DAY, days(0, 0, 0, 0, 0), SQL_INTERVAL_DAY), "0 secs");
  EXPECT_EQ(sent(SQL_C_DEFAULT, days(400, 0, 0, 0, 0), SQL_INTERVAL_DAY), "400 days");
  EXPECT_EQ(sent(SQL_C_BINARY, days(400, 0, 0, 0, 0), SQL_INTERVAL_DAY), "400 days");
  EXPECT_EQ(sent(SQL_C_INTERVAL_DAY, days(5, 0, 0, 0, 0, true), SQL_INTEGER), "-5");
  EXPECT_EQ(sent(SQL_C_INTERVAL_SECOND, days(0, 0, 0, 5, 500000), SQL_NUMERIC), "5.500000");
  EXPECT_EQ(state([&] { sent(SQL_C_INTERVAL_DAY_TO_SECOND, value, SQL_INTERVAL_DAY); }), "22015");
  EXPECT_EQ(state([&] { sent(SQL_C_INTERVAL_DAY, value, SQL_INTERVAL_MONTH); }), "07006");
  EXPECT_EQ(
      state([] { sent(SQL_C_INTERVAL_HOUR, days(0, 0xFFFFFFFF, 0, 0, 0), SQL_INTERVAL_HOUR); }),
      "22015");
  EXPECT_EQ(state([&] { sent(SQL_C_INTERVAL_DAY_TO_HOUR, value, SQL_INTEGER); }), "07006");
  EXPECT_EQ(state([&] { sent(SQL_C_INTERVAL_DAY, value, SQL_DOUBLE); }), "07006");
  EXPECT_EQ(
      state([&] { sent(SQL_C_INTERVAL_SECOND, days(0, 0, 0, 1, 10), SQL_INTERVAL_SECOND, 1); }),
      "22015");
  EXPECT_EQ(sent(SQL_C_INTERVAL_DAY, days(300, 0, 0, 0, 0), SQL_TINYINT), "300");
}

TEST(IntervalParameter, TextAndNumbers) {
  EXPECT_EQ(sent_text("3 04:05:06", SQL_INTERVAL_DAY_TO_SECOND), "3 days 4 hours 5 mins 6 secs");
  EXPECT_EQ(sent_text("{INTERVAL '7' DAY}", SQL_INTERVAL_DAY), "7 days");
  EXPECT_EQ(sent_text("1-2", SQL_INTERVAL_YEAR_TO_MONTH), "1 years 2 mons");
  EXPECT_EQ(state([] { sent_text("soon", SQL_INTERVAL_DAY); }), "22018");
  EXPECT_EQ(state([] { sent_text("1 day 02:00", SQL_INTERVAL_DAY); }), "22015");
  EXPECT_EQ(sent(SQL_C_SLONG, SQLINTEGER{-5}, SQL_INTERVAL_DAY), "-5 days");
  EXPECT_EQ(state([] { sent(SQL_C_SLONG, SQLINTEGER{5}, SQL_INTERVAL_DAY_TO_HOUR); }), "07006");
  EXPECT_EQ(state([] { sent(SQL_C_DOUBLE, 5.0, SQL_INTERVAL_DAY); }), "07006");
  EXPECT_EQ(state([] { sent(SQL_C_BIT, SQLCHAR{1}, SQL_INTERVAL_DAY); }), "07006");
  EXPECT_EQ(parameter_oid(SQL_INTERVAL_DAY), oid_interval);
}

TEST(IntervalParameter, MixedSigns) {
  EXPECT_EQ(interval_text({-14, 3, -1, false}), "-1 years -2 mons +3 days -0.000001 secs");
}

TEST(NumericParameter, TheDescriptorsScaleCounts) {
  SQL_NUMERIC_STRUCT value{};
  value.precision = 10;
  value.sign = 1;
  value.val[0] = 123;
  Parameter parameter{SQL_C_NUMERIC, SQL_NUMERIC, 0, 0, &value, sizeof value};
  EXPECT_EQ(encode_parameter(parameter), "123");
  value.scale = 1;
  EXPECT_EQ(encode_parameter(parameter), "12.3");
  parameter.c_scale = 2;
  EXPECT_EQ(encode_parameter(parameter), "1.23");
}

}  // namespace
}  // namespace negodbc::types::testing
