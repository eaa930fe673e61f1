#include "driver/sql/statements.h"

#include <gtest/gtest.h>

#include <string>

namespace negodbc::sql {
namespace {

TEST(SeveralStatements, AreTold) {
  for (const std::string sql :
       {"select 1; select 2", ";;select 1;;x", "select ';'; select 1", "begin; select 1",
        "select 1;--x\n select 2",
        "create function f() returns int begin atomic select 1; end; select 2"}) {
    EXPECT_TRUE(has_several_statements(sql, true)) << sql;
  }
  for (const std::string sql :
       {"select 1", "select 1;", "select 1; -- done;\n /* ; */ ;", "select ';x'",
        "select \";\" from t", "select $$a;b$$", "", ";",
        "create rule r as on insert to t do (select 1; select 2)", R"(select E'\';x')",
        "create function f() returns int begin atomic select case 1 when 1 then 2 end; select 2; "
        "end"}) {
    EXPECT_FALSE(has_several_statements(sql, true)) << sql;
  }
}

TEST(SeveralStatements, UnbalancedTextIsHarmless) {
  EXPECT_TRUE(has_several_statements("); x", true));
  EXPECT_FALSE(has_several_statements("(; x", true));
  EXPECT_TRUE(has_several_statements("end; x", true));
}

// Each statement's text with the numbers that its parameters had.
std::string shown(std::string_view sql, std::size_t parameters) {
  std::string out;
  for (const StatementPart& part : split_statements(sql, parameters, true)) {
    out += '[' + part.text + '|';
    for (const std::size_t number : part.parameters) out += ' ' + std::to_string(number);
    out += ']';
  }
  return out;
}

TEST(SplitStatements, NumberTheirParametersThemselves) {
  EXPECT_EQ(shown("insert into t values($1,$2); select currval('s')", 2),
            "[insert into t values($1,$2)| 1 2][ select currval('s')|]");
  EXPECT_EQ(shown("select $1; select $2, $3; select $4", 4),
            "[select $1| 1][ select $1, $2| 2 3][ select $1| 4]");
  // An escape clause may have named one twice, or out of order.
  EXPECT_EQ(shown("select $1; select f($3, $2, $3)", 3),
            "[select $1| 1][ select f($2, $1, $2)| 2 3]");
}

TEST(SplitStatements, WhatIsNoStatementIsLeftOut) {
  EXPECT_EQ(shown(";; select $1 ; /* ; */ ;", 1), "[ select $1 | 1]");
  EXPECT_EQ(shown("; -- nothing", 0), "[; -- nothing|]");
  EXPECT_EQ(shown("", 0), "[|]");
}

TEST(SplitStatements, SemicolonsWithinStatements) {
  EXPECT_EQ(
      shown("select ';$1', $1; create rule r as on insert to t do (select 1; select 2); x", 1),
      "[select ';$1', $1| 1][ create rule r as on insert to t do (select 1; select 2)|][ x|]");
}

// No marker of the translation's: a text may hold them where no parameter is bound.
TEST(SplitStatements, OtherNumbersStay) {
  EXPECT_EQ(shown("select $1; select $7", 1), "[select $1| 1][ select $7|]");
}

}  // namespace
}  // namespace negodbc::sql
