// Every escape clause's form as a real server understands it.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "driver/base/error.h"
#include "driver/login/login.h"
#include "driver/login/testing/realm.h"
#include "driver/session/conversation.h"
#include "driver/sql/markers.h"

namespace negodbc::sql {
namespace {

class Server : public testing::Test {
 protected:
  static Deadline soon() { return Deadline::after(std::chrono::seconds(60)); }

  // The only field of the only row; errors become their SQLSTATE.
  std::string value(const std::string& expression) {
    try {
      const auto stream =
          conversation.simple(translate("select " + expression, true, true).text, {}, soon());
      if (!stream->next_row(soon())) return "no row";
      const auto& field = stream->row().values.at(0);
      std::string text = field.is_null() ? "NULL" : std::string(field.view());
      stream->close(soon());
      return text;
    } catch (const Error& error) {
      return std::string(error.state().view()) + " " + error.what();
    }
  }
  std::string fn(const std::string& call) { return value("{fn " + call + "}"); }

  session::Conversation conversation{login::login(login::testing::trusted_settings(), {})};
};

struct Case {
  const char* call;
  const char* expected;
};

TEST_F(Server, KnowsEveryStringFunction) {
  for (const auto& [call, expected] : {Case{"ASCII('a')", "97"},
                                       {"BIT_LENGTH('abc')", "24"},
                                       {"CHAR(65)", "A"},
                                       {"CHAR_LENGTH('abc')", "3"},
                                       {"CHARACTER_LENGTH('abc')", "3"},
                                       {"CONCAT('a', 'b')", "ab"},
                                       {"CONCAT('a', null)", "NULL"},
                                       {"INSERT('abcdef', 2, 3, 'X')", "aXef"},
                                       {"LCASE('A')", "a"},
                                       {"LEFT('abc', 2)", "ab"},
                                       {"LENGTH('abc  ')", "3"},
                                       {"LOCATE('b', 'abcb')", "2"},
                                       {"LOCATE('b', 'abcb', 3)", "4"},
                                       {"LOCATE('b', 'abcb', 1)", "2"},
                                       {"LOCATE('z', 'abcb', 9)", "0"},
                                       {"LTRIM('  a')", "a"},
                                       {"OCTET_LENGTH('\xC3\xA9')", "2"},
                                       {"POSITION('b' IN 'abc')", "2"},
                                       {"REPEAT('a', 3)", "aaa"},
                                       {"REPLACE('abc', 'b', 'x')", "axc"},
                                       {"RIGHT('abc', 2)", "bc"},
                                       {"RTRIM('a  ')", "a"},
                                       {"SPACE(2)", "  "},
                                       {"SUBSTRING('abc', 2, 1)", "b"},
                                       {"UCASE('a')", "A"}}) {
    EXPECT_EQ(fn(call), expected) << call;
  }
}

TEST_F(Server, KnowsEveryNumericFunction) {
  for (const auto& [call, expected] : {Case{"ABS(-1)", "1"},
                                       {"ACOS(1)", "0"},
                                       {"ASIN(0)", "0"},
                                       {"ATAN(0)", "0"},
                                       {"ATAN2(0, 1)", "0"},
                                       {"CEILING(1.2)", "2"},
                                       {"COS(0)", "1"},
                                       {"FLOOR(1.2)", "1"},
                                       {"LOG(1)", "0"},
                                       {"LOG10(100)", "2"},
                                       {"MOD(7, 3)", "1"},
                                       {"POWER(2, 3)", "8"},
                                       {"ROUND(2.345, 2)", "2.35"},
                                       {"ROUND(2.345e0, 2)", "2.35"},
                                       {"ROUND(2.5)", "3"},
                                       {"SIGN(-2)", "-1"},
                                       {"SIN(0)", "0"},
                                       {"SQRT(4)", "2"},
                                       {"TAN(0)", "0"},
                                       {"TRUNCATE(2.349e0, 2)", "2.34"}}) {
    EXPECT_EQ(fn(call), expected) << call;
  }
  for (const char* call : {"COT(1)", "DEGREES(1)", "EXP(1)", "PI()", "RADIANS(180)"}) {
    EXPECT_GT(std::stod(fn(call)), 0) << call;
  }
  EXPECT_EQ(value("{fn RAND()} between 0 and 1"), "t");
  EXPECT_EQ(fn("RAND(5)"), fn("RAND(5)"));
}

TEST_F(Server, KnowsEveryDateFunction) {
  for (const auto& [call, expected] : {Case{"DAYNAME({d '2026-11-22'})", "Sunday"},
                                       {"MONTHNAME('2026-11-22')", "November"},
                                       {"DAYOFMONTH({d '2026-11-22'})", "22"},
                                       {"DAYOFWEEK({d '2026-11-22'})", "1"},
                                       {"DAYOFYEAR({ts '2026-11-22 10:11:12'})", "326"},
                                       {"MONTH('2026-11-22')", "11"},
                                       {"QUARTER({d '2026-11-22'})", "4"},
                                       {"WEEK({d '2026-01-08'})", "2"},
                                       {"YEAR({d '2026-11-22'})", "2026"},
                                       {"HOUR({ts '2026-11-22 10:11:12.9'})", "10"},
                                       {"MINUTE({t '10:11:12'})", "11"},
                                       {"SECOND('10:11:59.9')", "59"},
                                       {"EXTRACT(YEAR FROM {d '2026-11-22'})", "2026"}}) {
    EXPECT_EQ(fn(call), expected) << call;
  }
  for (const char* condition :
       {"{fn CURRENT_DATE()} = current_date", "{fn CURDATE()} = current_date",
        "{fn CURRENT_TIME} = localtime", "{fn CURTIME()} = localtime",
        "{fn CURRENT_TIMESTAMP()} = localtimestamp", "{fn NOW()} = localtimestamp",
        "{fn CURRENT_TIME(0)} = localtime(0)", "{fn CURRENT_TIMESTAMP(3)} = localtimestamp(3)"}) {
    EXPECT_EQ(value(condition), "t") << condition;
  }
}

TEST_F(Server, AddsAndCountsEveryInterval) {
  struct Interval {
    const char* name;
    const char* plus_one;  // to 2026-11-30 10:11:12
    const char* between;   // 2026-11-30 10:11:12 and 2028-02-29 10:11:11
  };
  for (const Interval& one : {Interval{"FRAC_SECOND", "2026-11-30 10:11:12", "39398399000000000"},
                              {"SECOND", "2026-11-30 10:11:13", "39398399"},
                              {"MINUTE", "2026-11-30 10:12:12", "656639"},
                              {"HOUR", "2026-11-30 11:11:12", "10943"},
                              {"DAY", "2026-12-01 10:11:12", "455"},
                              {"WEEK", "2026-12-07 10:11:12", "65"},
                              {"MONTH", "2026-12-30 10:11:12", "14"},
                              {"QUARTER", "2027-02-28 10:11:12", "4"},
                              {"YEAR", "2027-11-30 10:11:12", "1"}}) {
    const std::string name = std::string("SQL_TSI_") + one.name;
    EXPECT_EQ(fn("TIMESTAMPADD(" + name + ", 1, {ts '2026-11-30 10:11:12'})"), one.plus_one)
        << name;
    EXPECT_EQ(
        fn("TIMESTAMPDIFF(" + name + ", {ts '2026-11-30 10:11:12'}, {ts '2028-02-29 10:11:11'})"),
        one.between)
        << name;
    EXPECT_EQ(
        fn("TIMESTAMPDIFF(" + name + ", {ts '2028-02-29 10:11:11'}, {ts '2026-11-30 10:11:12'})"),
        std::string("-") + one.between)
        << name;
  }
}

TEST_F(Server, KnowsSystemFunctionsAndConversions) {
  EXPECT_EQ(fn("DATABASE()"), login::testing::realm("NEGODBC_PGDATABASE"));
  EXPECT_EQ(fn("USER()"), "trust_user");
  EXPECT_EQ(fn("IFNULL(null, 3)"), "3");
  for (const auto& [call, expected] :
       {Case{"CONVERT('5', SQL_BIGINT)", "5"},
        {"CONVERT('abc', SQL_BINARY)", "\\x616263"},
        {"CONVERT('1', SQL_BIT)", "t"},
        {"CONVERT(5, SQL_CHAR)", "5"},
        {"CONVERT('1.5', SQL_DECIMAL)", "1.5"},
        {"CONVERT(1.5, SQL_DOUBLE)", "1.5"},
        {"CONVERT(1.5, SQL_FLOAT)", "1.5"},
        {"CONVERT('5', SQL_INTEGER)", "5"},
        {"CONVERT(1.5, SQL_REAL)", "1.5"},
        {"CONVERT('5', SQL_SMALLINT)", "5"},
        {"CONVERT('2026-01-01', SQL_TYPE_DATE)", "2026-01-01"},
        {"CONVERT('10:11', SQL_TYPE_TIME)", "10:11:00"},
        {"CONVERT('2026-01-01', SQL_TYPE_TIMESTAMP)", "2026-01-01 00:00:00"},
        {"CONVERT(5, SQL_WVARCHAR)", "5"},
        {"CONVERT('3', SQL_INTERVAL_DAY)", "3 days"},
        {"CONVERT('3-1', SQL_INTERVAL_YEAR_TO_MONTH)", "3 years 1 mon"},
        {"CONVERT('6F9619FF-8B86-D011-B42D-00C04FC964FF', SQL_GUID)",
         "6f9619ff-8b86-d011-b42d-00c04fc964ff"}}) {
    EXPECT_EQ(fn(call), expected) << call;
  }
}

TEST_F(Server, UnderstandsTheOtherClauses) {
  EXPECT_EQ(value("{interval '3' DAY}"), "3 days");
  EXPECT_EQ(value("{interval -'3-2' YEAR(3) TO MONTH}"), "-3 years -2 mons");
  EXPECT_EQ(value("{interval '11.5555' SECOND(2, 3)}"), "00:00:11.556");
  EXPECT_EQ(value("{guid '6F9619FF-8B86-D011-B42D-00C04FC964FF'}"),
            "6f9619ff-8b86-d011-b42d-00c04fc964ff");
  EXPECT_EQ(value("'a_b' like 'a\\_b' {escape '\\'}"), "t");
  EXPECT_EQ(value("'{\"a\": 1}'::jsonb ?? 'a'"), "t");
  EXPECT_EQ(value("y from {oj (values (1)) a(x) left outer join (values (2)) b(y) on x = y}"),
            "NULL");
}

// The server must be able to tell the types of bare markers.
TEST_F(Server, InfersTheTypesOfMarkers) {
  for (const std::string call :
       {"CONCAT(?, ?)", "LOCATE(?, ?, ?)", "UCASE(?)", "CHAR(?)", "SPACE(?)", "LENGTH(?)",
        "INSERT(?, ?, ?, ?)", "ROUND(?, ?)", "TRUNCATE(?, ?)", "LOG(?)", "RAND(?)", "HOUR(?)",
        "DAYNAME(?)", "YEAR(?)", "TIMESTAMPADD(SQL_TSI_DAY, ?, ?)",
        "TIMESTAMPDIFF(SQL_TSI_MONTH, ?, ?)", "CONVERT(?, SQL_INTEGER)", "IFNULL(?, ?)"}) {
    const Translated translated = translate("select {fn " + call + "}", true, true);
    try {
      EXPECT_EQ(conversation.prepare(translated.text, {}, true, {}, soon()).parameter_types.size(),
                translated.parameter_count)
          << call;
    } catch (const Error& error) {
      ADD_FAILURE() << call << ": " << error.what();
    }
  }
}

TEST_F(Server, CallsFunctions) {
  const auto stream =
      conversation.simple(translate("{call generate_series(1, 3)}", true, true).text, {}, soon());
  int rows = 0;
  while (stream->next_row(soon())) ++rows;
  EXPECT_EQ(rows, 3);
}

}  // namespace
}  // namespace negodbc::sql
