#include "driver/sql/scalar_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"
#include "driver/sql/markers.h"

namespace negodbc::sql {
namespace {

using testing::HasSubstr;

std::string fn(const std::string& call) {
  return translate("{fn " + call + "}", true, true).text;
}

TEST(ScalarFunctions, Strings) {
  EXPECT_EQ(fn("ASCII('a')"), "ASCII('a')");
  EXPECT_EQ(fn("CHAR(?)"), "chr(CAST($1 AS integer))");
  EXPECT_EQ(fn("CONCAT(a, b)"), "((a) || (b))");
  EXPECT_EQ(fn("INSERT(s, 2, 3, 'x')"), "overlay(s PLACING 'x' FROM 2 FOR 3)");
  EXPECT_EQ(fn("LCASE(s)"), "lower(s)");
  EXPECT_EQ(fn("LENGTH(s)"), "char_length(rtrim(s))");
  EXPECT_EQ(fn("LOCATE(?, ?)"), "position($1 IN $2)");
  EXPECT_EQ(fn("LOCATE('a', s, 3)"),
            "position('a' IN overlay(s PLACING repeat(chr(1), (3) - 1) FROM 1 FOR (3) - 1))");
  EXPECT_EQ(fn("POSITION('a' IN s)"), "POSITION('a' IN s)");
  EXPECT_EQ(fn("SPACE(3)"), "repeat(' ', 3)");
  EXPECT_EQ(fn("SUBSTRING(s, 1, 2)"), "SUBSTRING(s, 1, 2)");
  EXPECT_EQ(fn("UCASE(s)"), "upper(s)");
}

TEST(ScalarFunctions, Numbers) {
  EXPECT_EQ(fn("LOG(x)"), "ln(x)");
  EXPECT_EQ(fn("LOG10(x)"), "log(x)");
  EXPECT_EQ(fn("RAND()"), "random()");
  EXPECT_THAT(fn("RAND(5)"), HasSubstr("setseed(((5) % 1000) / 1000.0)"));
  EXPECT_EQ(fn("ROUND(x, 2)"), "round(CAST(x AS numeric), 2)");
  EXPECT_EQ(fn("ROUND(x)"), "ROUND(x)");
  EXPECT_EQ(fn("TRUNCATE(x, 2)"), "trunc(CAST(x AS numeric), 2)");
  EXPECT_EQ(fn("MOD(a, b)"), "MOD(a, b)");
}

TEST(ScalarFunctions, DatesAndTimes) {
  EXPECT_EQ(fn("CURDATE()"), "CURRENT_DATE");
  EXPECT_EQ(fn("CURRENT_DATE"), "CURRENT_DATE");
  EXPECT_EQ(fn("CURRENT_TIMESTAMP(3)"), "LOCALTIMESTAMP(3)");
  EXPECT_EQ(fn("now()"), "LOCALTIMESTAMP");
  EXPECT_EQ(fn("DAYOFWEEK(?)"), "(CAST(extract(DOW FROM CAST($1 AS timestamp)) AS integer) + 1)");
  EXPECT_EQ(fn("HOUR(x)"), "CAST(extract(HOUR FROM CAST(x AS time)) AS integer)");
  EXPECT_EQ(fn("EXTRACT(YEAR FROM x)"), "EXTRACT(YEAR FROM x)");
}

TEST(ScalarFunctions, EveryIntervalCanBeAddedAndCounted) {
  for (const std::string interval :
       {"FRAC_SECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}) {
    EXPECT_THAT(fn("TIMESTAMPADD(SQL_TSI_" + interval + ", ?, x)"), HasSubstr("($1) * INTERVAL '"));
    EXPECT_THAT(fn("TIMESTAMPDIFF(sql_tsi_" + interval + ", x, y)"),
                HasSubstr("CAST(x AS timestamp)"));
  }
  EXPECT_EQ(fn("TIMESTAMPDIFF(SQL_TSI_DAY, x, y)"),
            "CAST(trunc(extract(EPOCH FROM CAST(y AS timestamp) - CAST(x AS timestamp)) / 86400) "
            "AS integer)");
}

TEST(ScalarFunctions, SystemAndConversion) {
  EXPECT_EQ(fn("DATABASE()"), "current_database()");
  EXPECT_EQ(fn("USER()"), "CURRENT_USER");
  EXPECT_EQ(fn("IFNULL(a, 0)"), "coalesce(a, 0)");
  EXPECT_EQ(fn("CONVERT(a, SQL_VARCHAR)"), "CAST(a AS text)");
  EXPECT_EQ(fn("CONVERT(?, sql_double)"), "CAST($1 AS double precision)");
  EXPECT_EQ(fn("CONVERT(a, INTEGER)"), "CAST(a AS integer)");
  EXPECT_EQ(fn("CONVERT(a, SQL_INTERVAL_DAY_TO_SECOND)"), "CAST(a AS interval day to second)");
}

TEST(ScalarFunctions, OthersKeepTheirName) {
  EXPECT_EQ(fn("my.thing(1, ?)"), "my.thing(1, $1)");
  EXPECT_EQ(fn("SOUNDEX(a)"), "SOUNDEX(a)");
}

TEST(ScalarFunctions, WrongUseIsRefused) {
  for (const std::string call :
       {"UCASE()", "UCASE(a, b)", "TIMESTAMPADD(SQL_TSI_DAY, 1)", "TIMESTAMPADD(SQL_TSI_AGE, 1, x)",
        "CONVERT(a)", "CONVERT(a, SQL_THING)", "CURDATE(1)", "TIMESTAMPDIFF(,,)"}) {
    EXPECT_THROW(fn(call), Error) << call;
  }
}

}  // namespace
}  // namespace negodbc::sql
