#include "driver/types/convert_decimal.h"

#include <gtest/gtest.h>

namespace negodbc::types {
namespace {

constexpr std::string_view largest = "340282366920938463463374607431768211455";  // 2^128 - 1

std::optional<long> whole(std::string_view text, long scale = 0) {
  const auto magnitude = Decimal::parse(text)->scaled(scale);
  if (!magnitude) return std::nullopt;
  return static_cast<long>(*magnitude) * (Decimal::parse(text)->negative() ? -1 : 1);
}

TEST(Decimal, ReadsEveryForm) {
  EXPECT_EQ(whole("0"), 0);
  EXPECT_EQ(whole("-12"), -12);
  EXPECT_EQ(whole(" +7 "), 7);
  EXPECT_EQ(whole("12.75"), 12);
  EXPECT_EQ(whole(".5"), 0);
  EXPECT_EQ(whole("5."), 5);
  EXPECT_EQ(whole("1e3"), 1000);
  EXPECT_EQ(whole("1.25E+2"), 125);
  EXPECT_EQ(whole("1250e-2"), 12);
  EXPECT_EQ(whole("0.00001e5"), 1);
  EXPECT_EQ(whole("000012"), 12);
  EXPECT_EQ(whole("1e-400"), 0);
  EXPECT_EQ(whole("0e999999999999999999999"), 0);
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const std::string_view text : {"", " ", "-", ".", "e5", "1e", "1e+", "1 2", "1x", "--1",
                                      "NaN", "Infinity", "0x10", "1.2.3", "1,5", "+-1"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(Decimal, ScalesExactly) {
  EXPECT_EQ(whole("12.345", 2), 1234);
  EXPECT_EQ(whole("12.345", 4), 123450);
  EXPECT_EQ(whole("12345", -2), 123);
  EXPECT_TRUE(Decimal::parse("12.345")->has_digits_below(2));
  EXPECT_FALSE(Decimal::parse("12.340")->has_digits_below(2));
  EXPECT_TRUE(Decimal::parse("12345")->has_digits_below(-2));
  EXPECT_FALSE(Decimal::parse("12300")->has_digits_below(-2));
  EXPECT_TRUE(Decimal::parse("1e-400")->has_digits_below(0));
  EXPECT_FALSE(Decimal::parse("0.000")->has_digits_below(0));
}

TEST(Decimal, EndsAt128Bits) {
  EXPECT_EQ(Decimal::parse(largest)->scaled(0), ~Uint128{0});
  EXPECT_FALSE(Decimal::parse("340282366920938463463374607431768211456")->scaled(0));
  EXPECT_FALSE(Decimal::parse("1e39")->scaled(0));
  EXPECT_FALSE(Decimal::parse("1e999999999999")->scaled(0));
  EXPECT_FALSE(Decimal::parse(largest)->scaled(1));
}

TEST(Decimal, CountsWholeDigits) {
  EXPECT_EQ(Decimal::parse("0.5")->whole_digits(), 0U);
  EXPECT_EQ(Decimal::parse("00123.5")->whole_digits(), 3U);
  EXPECT_EQ(Decimal::parse("1e5")->whole_digits(), 6U);
  EXPECT_EQ(Decimal::parse("123e-5")->whole_digits(), 0U);
  EXPECT_EQ(Decimal::parse("-0.0")->whole_digits(), 0U);
}

TEST(Decimal, HugeTextTakesLinearTime) {
  const std::string zeros(1U << 20U, '0');
  EXPECT_EQ(whole(zeros + "12." + zeros), 12);
  EXPECT_FALSE(Decimal::parse("1" + zeros)->scaled(0));
}

TEST(NumericStruct, IsLittleEndianWithASign) {
  const SQL_NUMERIC_STRUCT value = to_numeric_struct(0x010203, true, 38, 2);
  EXPECT_EQ(value.val[0], 3);
  EXPECT_EQ(value.val[1], 2);
  EXPECT_EQ(value.val[2], 1);
  EXPECT_EQ(value.val[3], 0);
  EXPECT_EQ(value.sign, 0);
  EXPECT_EQ(value.precision, 38);
  EXPECT_EQ(value.scale, 2);
}

TEST(NumericStruct, BecomesText) {
  EXPECT_EQ(numeric_text(to_numeric_struct(0, false, 38, 2)), "0");
  EXPECT_EQ(numeric_text(to_numeric_struct(12345, false, 38, 2)), "123.45");
  EXPECT_EQ(numeric_text(to_numeric_struct(12345, true, 38, 5)), "-0.12345");
  EXPECT_EQ(numeric_text(to_numeric_struct(5, true, 38, 3)), "-0.005");
  EXPECT_EQ(numeric_text(to_numeric_struct(5, false, 38, 0)), "5");
  EXPECT_EQ(numeric_text(to_numeric_struct(5, false, 38, -3)), "5000");
  EXPECT_EQ(numeric_text(to_numeric_struct(~Uint128{0}, false, 38, 0)), largest);
}

TEST(NumericStruct, Precision) {
  EXPECT_FALSE(exceeds_precision(999, 3));
  EXPECT_TRUE(exceeds_precision(1000, 3));
  EXPECT_FALSE(exceeds_precision(0, 1));
}

}  // namespace
}  // namespace negodbc::types
