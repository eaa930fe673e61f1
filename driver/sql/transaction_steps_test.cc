#include "driver/sql/transaction_steps.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

std::string steps(std::string_view sql) {
  constexpr std::string_view kinds[] = {"set", "release", "to", "end"};
  std::string out;
  for (const TransactionStep& step : transaction_steps(sql, 0, true)) {
    out += out.empty() ? "" : ", ";
    out += kinds[static_cast<std::size_t>(step.kind)];
    if (!step.name.empty()) out += ' ' + step.name;
  }
  return out;
}

TEST(TransactionSteps, TellsWhichSavepointIsMeant) {
  EXPECT_EQ(steps("SAVEPOINT S1"), "set s1");
  EXPECT_EQ(steps("savepoint \"S \"\"1\""), "set S \"1");
  EXPECT_EQ(steps("release s"), "release s");
  EXPECT_EQ(steps("RELEASE /* it */ SAVEPOINT s;"), "release s");
  EXPECT_EQ(steps("rollback to s"), "to s");
  EXPECT_EQ(steps("ROLLBACK WORK TO SAVEPOINT S"), "to s");
  EXPECT_EQ(steps("rollback transaction to \"s\""), "to s");
  EXPECT_EQ(steps("savepoint " + std::string(70, 'x')), "set " + std::string(63, 'x'));
}

TEST(TransactionSteps, TellsWhatEndsATransaction) {
  for (const char* sql : {"commit", "END", "rollback", "abort work", "commit and chain",
                          "rollback and chain", "prepare transaction 'x'"})
    EXPECT_EQ(steps(sql), "end") << sql;
  for (const char* sql :
       {"begin", "prepare x as select 1", "commit prepared 'x'", "rollback prepared 'x'",
        "select 'rollback'", "release", "update t set savepoint = 1"})
    EXPECT_EQ(steps(sql), sql == std::string("release") ? "release" : "") << sql;
}

TEST(TransactionSteps, OfEachStatementOfAText) {
  EXPECT_EQ(steps("savepoint a; select ';rollback'; rollback to a; release a; commit"),
            "set a, to a, release a, end");
  EXPECT_EQ(steps("create function f() returns int begin atomic select 1; end; savepoint b"),
            "set b");
}

}  // namespace
}  // namespace negodbc::sql
