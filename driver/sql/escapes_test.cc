#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "driver/base/error.h"
#include "driver/sql/markers.h"
#include "tests/support/repetition.h"

namespace negodbc::sql {
namespace {

using testing::HasSubstr;

std::string text(std::string_view sql) {
  return translate(sql, true, true).text;
}

std::string refusal(std::string_view sql) {
  try {
    translate(sql, true, true);
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "42000");
    return error.what();
  }
  return "no error";
}

TEST(Escapes, DatesTimesAndGuids) {
  EXPECT_EQ(text("select {d '2026-11-22'}"), "select DATE '2026-11-22'");
  EXPECT_EQ(text("select {t'10:11:12'}"), "select TIME '10:11:12'");
  EXPECT_EQ(text("select { TS '2026-11-22 10:11:12.5' } x"),
            "select TIMESTAMP '2026-11-22 10:11:12.5' x");
  EXPECT_EQ(text("{guid '6F9619FF-8B86-D011-B42D-00C04FC964FF'}"),
            "UUID '6F9619FF-8B86-D011-B42D-00C04FC964FF'");
  EXPECT_EQ(text("a={d ?}"), "a=CAST($1 AS DATE)");
}

TEST(Escapes, DoNotJoinWhatIsBesideThem) {
  EXPECT_EQ(text("select{d '2026-11-22'}from t"), "select DATE '2026-11-22' from t");
  EXPECT_EQ(text("select{fn now()}from t"), "select LOCALTIMESTAMP from t");
}

TEST(Escapes, Intervals) {
  EXPECT_EQ(text("{interval '3' DAY}"), "INTERVAL '3' DAY");
  EXPECT_EQ(text("{INTERVAL -'3-2' YEAR(3) TO MONTH}"), "(- INTERVAL '3-2' YEAR TO MONTH)");
  EXPECT_EQ(text("{interval +'10:11.5' MINUTE TO SECOND(3)}"),
            "INTERVAL '10:11.5' MINUTE TO SECOND(3)");
  EXPECT_EQ(text("{interval '11.5' SECOND(2, 3)}"), "INTERVAL '11.5' SECOND(3)");
  EXPECT_EQ(text("{interval '11' SECOND(2)}"), "INTERVAL '11' SECOND");
}

TEST(Escapes, LikeAndOuterJoins) {
  EXPECT_EQ(text("a like 'x\\_' {escape '\\'}"), "a like 'x\\_' ESCAPE '\\'");
  EXPECT_EQ(text("a like ? {escape ?}"), "a like $1 ESCAPE $2");
  EXPECT_EQ(text("from {oj a left outer join b on a.x = b.x and b.y = ?} where z = ?"),
            "from  a left outer join b on a.x = b.x and b.y = $1 where z = $2");
  EXPECT_EQ(text("from {oj a left join {oj b left join c on true} on true}"),
            "from  a left join  b left join c on true on true");
}

TEST(Escapes, Calls) {
  EXPECT_EQ(text("{call f(?, 'a, b', (1), g(2,3))}"), "SELECT * FROM f($1, 'a, b', (1), g(2,3))");
  EXPECT_EQ(text("{call s.\"F x\"}"), "SELECT * FROM s.\"F x\"()");
  EXPECT_EQ(text("{CALL f ()}"), "SELECT * FROM f()");
  const Translated translated = translate(" { ? = call f ( ?, ? ) }", true, true);
  EXPECT_EQ(translated.text, " SELECT * FROM f($1, $2)");
  EXPECT_EQ(translated.parameter_count, 3U);
  EXPECT_TRUE(translated.returns_value);
  EXPECT_EQ(text("{?=call f}"), "SELECT * FROM f()");
}

TEST(Escapes, Nest) {
  EXPECT_EQ(text("{fn concat({fn ucase(?)}, {fn ltrim( 'x ' )})}"),
            "((upper($1)) || (ltrim('x ')))");
  EXPECT_EQ(text("{call f({d '2026-01-02'}, {fn lcase('A')})}"),
            "SELECT * FROM f(DATE '2026-01-02', lower('A'))");
}

TEST(Escapes, ACommentWithinDoesNotSwallowWhatFollows) {
  EXPECT_EQ(text("{fn ucase(a -- why?\n)}"), "upper(a)");
  EXPECT_EQ(text("{fn /* } */ ucase( /* ) */ a)}"), "upper(a)");
}

TEST(Escapes, JsonAndArraysWithinQuotesAreData) {
  for (const std::string sql :
       {"select '{\"fn\": \"now()\"}'::json ?? 'fn'", "select \"{d\"", "select $${call x}$$"}) {
    EXPECT_EQ(translate(sql, true, true).parameter_count, 0U);
    EXPECT_THAT(text(sql), HasSubstr("{"));
  }
}

TEST(Escapes, MalformedOnesAreRefused) {
  EXPECT_THAT(refusal("select {foo 'x'}"), HasSubstr("{foo ...} is not known"));
  EXPECT_THAT(refusal("select {1,2}"), HasSubstr("{1 ...}"));
  for (const std::string sql : {"{",
                                "{}",
                                "{d",
                                "{d}",
                                "{d '2026-01-01'",
                                "{d 5}",
                                "{d '2026-01-01' x}",
                                "{fn",
                                "{fn}",
                                "{fn ucase(",
                                "{fn ucase('a'",
                                "{fn ucase('a')",
                                "{fn ucase('a'))}",
                                "{fn ucase('a'}",
                                "{fn 'x'}",
                                "{call",
                                "{call}",
                                "{call (1)}",
                                "{call f(1}",
                                "{call f(1)",
                                "{? call f()}",
                                "{? = fn f()}",
                                "{?",
                                "{escape}",
                                "{escape x}",
                                "{interval}",
                                "{interval 3 DAY}",
                                "{interval '3'}",
                                "{interval '3' DAY TO}",
                                "{interval '3' DAY(}",
                                "{interval '3' DAY('x')}",
                                "{oj a",
                                "{oj a {d}}",
                                "{'x'}",
                                "{{d '2026-01-01'}}",
                                "select 1 where ? = {? = call f()}",
                                "{fn ucase(a)} || {"}) {
    EXPECT_NE(refusal(sql), "no error") << sql;
  }
}

TEST(Escapes, DepthAndSizeAreBounded) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "{fn ucase(";
  EXPECT_THAT(refusal(deep), HasSubstr("deep"));
  deep = std::string();
  for (int i = 0; i < 30; ++i) deep += "{fn ucase(";
  deep += "?";
  for (int i = 0; i < 30; ++i) deep += ")}";
  EXPECT_NE(text(deep).find("$1"), std::string::npos);
  // Every level names its argument twice.
  std::string doubling = "1";
  for (int i = 0; i < 30; ++i)
    doubling = std::string("{fn locate('a', 'b', ").append(doubling).append(")}");
  EXPECT_THAT(refusal(doubling), HasSubstr("too large"));
}

TEST(Escapes, ManyInOneStatementAreFine) {
  const std::string one = ",{fn timestampdiff(SQL_TSI_MONTH, a, b)}";
  const std::string translated = text(one);
  std::string sql = "select 1";
  std::string expected = sql;
  for (int i = 0; i < test::repeated_by_one_thread(20000); ++i) {
    sql += one;
    expected += translated;
  }
  EXPECT_TRUE(text(sql) == expected);
}

}  // namespace
}  // namespace negodbc::sql
