#include "driver/types/convert_money.h"

#include <gtest/gtest.h>

#include "driver/types/convert_testing.h"

namespace negodbc::types::testing {
namespace {

struct Written {
  const char* text;
  int scale;
  const char* number;
};

TEST(Money, IsANumberInEveryCountry) {
  for (const Written& money : {Written{"$12.50", 2, "12.50"},
                               {"-$92,233,720,368,547,758.08", 2, "-92233720368547758.08"},
                               {"1.234,56 \xe2\x82\xac", 2, "1234.56"},
                               {"($0.05)", 2, "-0.05"},
                               {"\xef\xbf\xa5"
                                "1,234",
                                0, "1234"},
                               {"12", 0, "12"},
                               {"kr 1 234,50", 2, "1234.50"},
                               {"1,234.567", 3, "1234.567"}})
    EXPECT_EQ(money_number(money.text, money.scale), money.number) << money.text;
}

// A point in the wrong place would be another amount.
TEST(Money, OfAnotherScaleIsNoNumber) {
  for (const Written& money : {Written{"$12.50", 0, ""},
                               {"\xc2\xa5"
                                "1,234",
                                2, ""},
                               {"\xc2\xa5"
                                "12",
                                2, ""},
                               {"", 2, ""},
                               {"$12.50", 3, ""}})
    EXPECT_EQ(state([&] { (void)money_number(money.text, money.scale); }), "22018") << money.text;
}

TEST(Money, AsNumbersAndAsTheServersWords) {
  const Source source = field(oid_money, "$1,234.50");
  EXPECT_EQ(to_fixed<SQLDOUBLE>(SQL_C_DOUBLE, source).value, 1234.5);
  const auto whole = to_fixed<SQLINTEGER>(SQL_C_SLONG, source);
  EXPECT_EQ(whole.value, 1234);
  EXPECT_EQ(whole.outcome, Outcome::fraction_truncated);
  EXPECT_EQ(to_fixed<SQL_NUMERIC_STRUCT>(SQL_C_NUMERIC, source, 10, 2).value.val[0], 123450 & 0xff);
  char text[16] = {};
  SQLLEN length = 0;
  PartState state;
  convert(source, {SQL_C_CHAR, text, sizeof text, &length, &length}, state);
  EXPECT_STREQ(text, "$1,234.50");
  const SqlType type = describe_type(oid_money, -1, default_type_options);
  EXPECT_EQ(type.concise_type, SQL_NUMERIC);
  EXPECT_EQ(type.decimal_digits, 2);
}

}  // namespace
}  // namespace negodbc::types::testing
