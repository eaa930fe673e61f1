#include "driver/sql/call.h"

#include <gtest/gtest.h>

#include "driver/sql/markers.h"

namespace negodbc::sql {
namespace {

using Markers = std::vector<std::size_t>;

Call call_of(std::string_view sql) {
  const Translated translated = translate(sql, true, true);
  EXPECT_TRUE(translated.call) << sql;
  return translated.call.value_or(Call());
}

TEST(Call, IsTheWholeStatementOrNone) {
  for (const std::string_view sql :
       {"{call f(?)}", " {? = call f(?)} ; ", "-- why\n{call f(?)} /* so */", "{call f}"})
    EXPECT_TRUE(translate(sql, true, true).call) << sql;
  for (const std::string_view sql : {"select 1", "{call f(?)} union {call g()}", "x {call f(?)}",
                                     "{call f()}; {call g()}", "select {fn abs(1)}"})
    EXPECT_FALSE(translate(sql, true, true).call) << sql;
}

TEST(Call, FunctionsAreCalledWithoutTheirOutputs) {
  const Call call = call_of("{? = call s.f(?, ?, 'a $1', g(?), ?)}");
  EXPECT_EQ(call.name, "s.f");
  const CallText all = call_text(call, {}, Routine::function, true);
  EXPECT_EQ(all.text, "SELECT * FROM s.f($1, $2, 'a $1', g($3), $4)");
  EXPECT_EQ(all.markers, (Markers{1, 2, 3, 4}));
  const CallText some =
      call_text(call, {false, true, false, false, false}, Routine::function, true);
  EXPECT_EQ(some.text, "SELECT * FROM s.f($1, 'a $1', g($2), $3)");
  EXPECT_EQ(some.markers, (Markers{1, 3, 4}));
}

TEST(Call, ProceduresWithNullInTheirPlace) {
  const Call call = call_of("{call p(?, ?, ?)}");
  const CallText text = call_text(call, {true, false, true}, Routine::procedure, true);
  EXPECT_EQ(text.text, "CALL p(NULL, $1, NULL)");
  EXPECT_EQ(text.markers, Markers{2});
}

TEST(Call, ArgumentsByName) {
  Call call = call_of("{call p(?, ?, ?)}");
  call.names = {"", "n", "a \"b\""};
  EXPECT_EQ(call_text(call, {false, false, true}, Routine::procedure, true).text,
            R"(CALL p($1, "n" => $2, "a ""b""" => NULL))");
  EXPECT_EQ(call_text(call, {false, false, true}, Routine::function, true).text,
            R"(SELECT * FROM p($1, "n" => $2))");
}

TEST(Call, WithoutBraces) {
  const auto plain = plain_call("call s.\"P\"($1, f($2, 'a,b)'), array[1, 2]) ;", true);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->name, "s.\"P\"");
  EXPECT_EQ(plain->arguments, (std::vector<std::string>{"$1", "f($2, 'a,b)')", "array[1, 2]"}));
  EXPECT_EQ(plain_call(" CALL p ( )", true)->arguments.size(), 0U);
  EXPECT_EQ(plain_call("CALL p($1 /* out */)", true)->arguments, std::vector<std::string>{"$1"});
  for (const std::string_view none :
       {"select 1", "call", "call p", "call p($1", "call p($1); select 1", "call p($1) x", ""})
    EXPECT_FALSE(plain_call(none, true)) << none;
}

TEST(Call, Markers) {
  EXPECT_EQ(only_marker("$12"), 12U);
  for (const std::string_view none : {"", "$", "$1 ", "12", "$x", "$1+1"})
    EXPECT_FALSE(only_marker(none)) << none;
}

TEST(Call, Names) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(name_parts("Do_It"), Parts{"do_it"});
  EXPECT_EQ(name_parts("S.\"Do \"\".It\""), (Parts{"s", "Do \".It"}));
}

}  // namespace
}  // namespace negodbc::sql
