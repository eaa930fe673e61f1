// What of the oracle needs no server.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/oracle/answer.h"
#include "tests/oracle/generator.h"
#include "tests/oracle/shrink.h"

namespace negodbc::oracle {
namespace {

TEST(OracleGenerator, GivesAScriptAgain) {
  std::set<std::string> all;
  for (std::uint64_t number = 0; number < 100; ++number) {
    const std::string script = to_text(generate(7, number));
    EXPECT_EQ(script, to_text(generate(7, number)));
    EXPECT_NE(script, to_text(generate(8, number)));
    all.insert(script);
  }
  EXPECT_EQ(all.size(), 100U);
}

// A kind of step that no longer comes up would not be missed otherwise.
TEST(OracleGenerator, UsesEveryAction) {
  std::set<Action> actions;
  for (std::uint64_t number = 0; number < 200; ++number)
    for (const Step& step : generate(1, number).steps) actions.insert(step.action);
  EXPECT_EQ(actions.size(), 12U);
}

TEST(OracleShrink, LeavesWhatItFailsBy) {
  const Script script = generate(1, 3);
  ASSERT_GT(script.steps.size(), 4U);
  const auto has = [](const Script& s, Action action) {
    return std::any_of(s.steps.begin(), s.steps.end(),
                       [&](const Step& step) { return step.action == action; });
  };
  const Action first = script.steps.front().action;
  const Action last = script.steps.back().action;
  const Script small =
      shrink(script, [&](const Script& s) { return has(s, first) && has(s, last); });
  EXPECT_EQ(small.steps.size(), first == last ? 1U : 2U);
}

TEST(OracleAnswer, ClassesAreOdbcs) {
  EXPECT_EQ(class_of("23505"), "23");
  EXPECT_EQ(class_of("0A000"), "HY");
  EXPECT_EQ(class_of("57014"), "HY");
  EXPECT_EQ(class_of("57P01"), "08");
}

}  // namespace
}  // namespace negodbc::oracle
