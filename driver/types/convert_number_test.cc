#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "driver/types/convert_decimal.h"
#include "driver/types/convert_testing.h"

namespace negodbc::types::testing {
namespace {

template <typename T>
void expect_integer(SQLSMALLINT c_type) {
  const std::string lowest = std::to_string(std::numeric_limits<T>::min());
  const std::string highest = std::to_string(std::numeric_limits<T>::max());
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
           oid_int8, oid_numeric, oid_text, oid_varchar, oid_float8}) {
    EXPECT_EQ(to_fixed<T>(c_type, field(oid, "42")).value, T{42}) << oid;
    EXPECT_EQ(to_fixed<T>(c_type, field(oid, lowest)).value, std::numeric_limits<T>::min()) << oid;
    EXPECT_EQ(to_fixed<T>(c_type, field(oid, highest)).value, std::numeric_limits<T>::max()) << oid;
    for (const std::string beyond : {"99999999999999999999", "-99999999999999999999", "1e30"}) {
      EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid, beyond)); }), "22003") << oid;
    }
  }
  const std::string above =
      std::is_same_v<T, SQLUBIGINT> ? "18446744073709551616"
      : std::is_same_v<T, SQLBIGINT>
          ? "9223372036854775808"
          : std::to_string(static_cast<long long>(std::numeric_limits<T>::max()) + 1);
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_int8, above)); }), "22003");
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_numeric, above + ".5")); }), "22003");
  if (std::is_unsigned_v<T>) {
    EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_int4, "-1")); }), "22003");
    EXPECT_EQ(to_fixed<T>(c_type, field(oid_numeric, "-0.5")).value, T{0});
  }
  const auto cut = to_fixed<T>(c_type, field(oid_numeric, "12.50"));
  EXPECT_EQ(cut.value, T{12});
  EXPECT_EQ(cut.outcome, Outcome::fraction_truncated);
  EXPECT_EQ(to_fixed<T>(c_type, field(oid_numeric, "12.00")).outcome, Outcome::ok);
  EXPECT_EQ(to_fixed<T>(c_type, field(oid_text, " 1.2e1 ")).value, T{12});
  EXPECT_EQ(to_fixed<T>(c_type, field(oid_bool, "t")).value, T{1});
  EXPECT_EQ(to_fixed<T>(c_type, field(oid_bool, "f")).value, T{0});
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_text, "x")); }), "22018");
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_text, "")); }), "22018");
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_float8, "NaN")); }), "22003");
  EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid_numeric, "Infinity")); }), "22003");
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
           oid_bytea, oid_date, oid_time, oid_timestamp, oid_timestamptz, oid_uuid}) {
    EXPECT_EQ(state([&] { to_fixed<T>(c_type, field(oid, "1")); }), "07006") << oid;
  }
}

TEST(ConvertNumber, EveryInteger) {
  expect_integer<SQLSCHAR>(SQL_C_TINYINT);
  expect_integer<SQLSCHAR>(SQL_C_STINYINT);
  expect_integer<SQLCHAR>(SQL_C_UTINYINT);
  expect_integer<SQLSMALLINT>(SQL_C_SHORT);
  expect_integer<SQLSMALLINT>(SQL_C_SSHORT);
  expect_integer<SQLUSMALLINT>(SQL_C_USHORT);
  expect_integer<SQLINTEGER>(SQL_C_LONG);
  expect_integer<SQLINTEGER>(SQL_C_SLONG);
  expect_integer<SQLUINTEGER>(SQL_C_ULONG);
  expect_integer<SQLBIGINT>(SQL_C_SBIGINT);
  expect_integer<SQLUBIGINT>(SQL_C_UBIGINT);
}

TEST(ConvertNumber, NegativeFractionsLoseTheirFraction) {
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_SLONG, field(oid_numeric, "-12.9")).value, -12);
  EXPECT_EQ(to_fixed<SQLINTEGER>(SQL_C_SLONG, field(oid_float8, "-1.5e2")).value, -150);
}

TEST(ConvertNumber, OidsAreUnsigned) {
  EXPECT_EQ(to_fixed<SQLUINTEGER>(SQL_C_ULONG, field(oid_oid, "4294967295")).value, 4294967295U);
  EXPECT_EQ(to_fixed<SQLUBIGINT>(SQL_C_DEFAULT, field(oid_oid, "4294967295")).value, 4294967295U);
}

TEST(ConvertNumber, Bits) {
  for (const std::uint32_t oid :
       std::initializer_list<std::uint32_t>{oid_int4, oid_numeric, oid_text, oid_float8}) {
    EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, field(oid, "0")).value, 0);
    EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, field(oid, "1")).value, 1);
    EXPECT_EQ(state([&] { to_fixed<SQLCHAR>(SQL_C_BIT, field(oid, "2")); }), "22003");
    EXPECT_EQ(state([&] { to_fixed<SQLCHAR>(SQL_C_BIT, field(oid, "-1")); }), "22003");
  }
  EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_bool, "t")).value, 1);
  EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_bool, "f")).value, 0);
  const auto cut = to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_numeric, "1.5"));
  EXPECT_EQ(cut.value, 1);
  EXPECT_EQ(cut.outcome, Outcome::fraction_truncated);
  EXPECT_EQ(to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_numeric, "0.5")).value, 0);
  EXPECT_EQ(state([&] { to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_numeric, "-0.5")); }), "22003");
  EXPECT_EQ(state([&] { to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_text, "true")); }), "22018");
  EXPECT_EQ(state([&] { to_fixed<SQLCHAR>(SQL_C_BIT, field(oid_date, "2026-01-01")); }), "07006");
}

TEST(ConvertNumber, FloatingPoint) {
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
           oid_float8, oid_numeric, oid_text, oid_int4, oid_float4}) {
    EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid, "-12")).value, -12.0);
  }
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_float8, "1.7976931348623157e+308")).value,
            std::numeric_limits<double>::max());
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_float8, "0.1")).value, 0.1);
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_bool, "t")).value, 1.0);
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_text, " +1.5 ")).value, 1.5);
  EXPECT_TRUE(std::isnan(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_float8, "NaN")).value));
  EXPECT_TRUE(std::isinf(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_float8, "Infinity")).value));
  EXPECT_LT(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_numeric, "-Infinity")).value, 0);
  EXPECT_EQ(state([] {
              to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_numeric, "1" + std::string(400, '0')));
            }),
            "22003");
  EXPECT_EQ(
      to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_numeric, "0." + std::string(400, '0') + "1"))
          .value,
      0.0);
  EXPECT_EQ(state([] { to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_text, "1.5x")); }), "22018");
  EXPECT_EQ(state([] { to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_text, "+-1")); }), "22018");
  EXPECT_EQ(state([] { to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_text, "")); }), "22018");
  EXPECT_EQ(state([] { to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, field(oid_uuid, "1")); }), "07006");
  EXPECT_EQ(to_fixed<SQLREAL>(SQL_C_FLOAT, field(oid_float4, "3.4028235e+38")).value,
            std::numeric_limits<float>::max());
  EXPECT_EQ(state([] { to_fixed<SQLREAL>(SQL_C_FLOAT, field(oid_float8, "1e39")); }), "22003");
  EXPECT_EQ(to_fixed<SQLREAL>(SQL_C_FLOAT, field(oid_float8, "1e-60")).value, 0.0F);
}

// Where nobody has said which, a value has its own scale: no digit is lost.
TEST(ConvertNumber, NumericStructsWithTheirOwnScale) {
  const auto given = [](std::uint32_t oid, const char* text) {
    const auto fixed =
        to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid, text), 0, Target::own_scale);
    return numeric_text(fixed.value) + (fixed.outcome == Outcome::ok ? "" : " cut");
  };
  EXPECT_EQ(given(oid_numeric, "12.345"), "12.345");
  EXPECT_EQ(given(oid_numeric, "-12.50"), "-12.50");
  EXPECT_EQ(given(oid_numeric, "100"), "100");
  EXPECT_EQ(given(oid_float8, "1.5e+2"), "150");
  EXPECT_EQ(given(oid_float8, "1.5e-3"), "0.0015");
  EXPECT_EQ(given(oid_int4, "7"), "7");
  EXPECT_EQ(given(oid_numeric, "1.00000000000000000000000000000000000001"),
            "1.0000000000000000000000000000000000000 cut");
  EXPECT_EQ(given(oid_numeric, "99999999999999999999999999999999999999.4"),
            "99999999999999999999999999999999999999 cut");
}

TEST(ConvertNumber, NumericStructs) {
  const auto plain =
      to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "-123.45"), 10, 2);
  EXPECT_EQ(plain.outcome, Outcome::ok);
  EXPECT_EQ(plain.value.precision, 10);
  EXPECT_EQ(plain.value.scale, 2);
  EXPECT_EQ(plain.value.sign, 0);
  EXPECT_EQ(plain.value.val[0] + plain.value.val[1] * 256, 12345);
  const auto cut = to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "123.45"));
  EXPECT_EQ(cut.outcome, Outcome::fraction_truncated);
  EXPECT_EQ(cut.value.precision, 38);
  EXPECT_EQ(cut.value.val[0], 123);
  EXPECT_EQ(cut.value.scale, 0);
  EXPECT_EQ(
      to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "-0.001"), 5, 2).value.sign,
      1);
  EXPECT_EQ(
      to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_float8, "1.5e+2"), 5, 1).value.val[0],
      1500 % 256);
  EXPECT_EQ(to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_bool, "t")).value.val[0], 1);
  EXPECT_EQ(state([] {
              to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "1000.0"), 3, 0);
            }),
            "22003");
  EXPECT_EQ(state([] { to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "1e40")); }),
            "22003");
  EXPECT_EQ(
      state([] { to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "1"), 38, 300); }),
      "22003");
  EXPECT_EQ(state([] { to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_numeric, "NaN")); }),
            "22003");
  EXPECT_EQ(state([] { to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, field(oid_text, "a")); }),
            "22018");
}

}  // namespace
}  // namespace negodbc::types::testing
