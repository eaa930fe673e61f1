// A difference is one when the rounds don't differ as much anyway.
#include "bench/storm/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/storm/hgrm.h"
#include "bench/storm/report_sample_test.h"

namespace negodbc::bench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// Five rounds of two targets, in which each takes so many seconds for a hundred logins.
Report five_rounds(std::initializer_list<double> peer, std::initializer_list<double> ours) {
  Report report = two_targets();
  const std::initializer_list<double>* const seconds[] = {&peer, &ours};
  for (std::size_t i = 0; i < 2; ++i) {
    report.targets[i].rounds.clear();
    for (const double each : *seconds[i])
      report.targets[i].rounds.push_back(round_of(0, 100, std::chrono::microseconds(1000), each));
  }
  return report;
}

TEST(Compare, TellsWhatIsBetterAndWorse) {
  const Report before = five_rounds({1, 1.1, 1.2, 1, 1.1}, {1, 1.1, 1.2, 1, 1.1});
  const Report after = five_rounds({1, 1.1, 1.2, 1, 1.1}, {0.5, 0.6, 0.5, 0.6, 0.5});
  const ReportComparison faster = compare(before, after);
  EXPECT_FALSE(faster.worse);
  EXPECT_THAT(faster.text, ContainsRegex("ours\n  logins/s .* better\n"));
  EXPECT_THAT(faster.text, ContainsRegex("logins/s by that of peer .* better\n"));
  EXPECT_THAT(faster.text,
              ContainsRegex("peer\n  logins/s .*x 1.000  no difference beyond the spread"));
  const ReportComparison slower = compare(after, before);
  EXPECT_TRUE(slower.worse);
  EXPECT_THAT(slower.text, HasSubstr("WORSE"));
}

TEST(Compare, ADifferenceWithinTheSpreadIsNone) {
  const Report before = five_rounds({1, 1.1, 1.2, 1, 1.1}, {1, 1.3, 1.1, 1.2, 1.05});
  const Report after = five_rounds({1, 1.1, 1.2, 1, 1.1}, {1.1, 1.35, 1, 1.25, 1.15});
  const ReportComparison comparison = compare(before, after);
  EXPECT_FALSE(comparison.worse);
  EXPECT_THAT(comparison.text, Not(HasSubstr("WORSE")));
  EXPECT_THAT(comparison.text, Not(HasSubstr("better")));
}

TEST(Compare, ThreeRoundsAreTooFew) {
  const Report report = two_targets();
  EXPECT_THAT(compare(report, report).text, HasSubstr("too few rounds to tell"));
}

TEST(Compare, TellsFailuresOtherPlansAndTargets) {
  const Report before = two_targets();
  Report after = two_targets();
  after.targets[0].rounds[0].result.failures = 2;
  after.options["mode"] = "open";
  after.targets[1].name = "new\x1b";
  const ReportComparison comparison = compare(before, after);
  EXPECT_TRUE(comparison.worse);
  EXPECT_THAT(comparison.text, HasSubstr("failed or dropped  0 -> 2  WORSE"));
  EXPECT_THAT(comparison.text, HasSubstr("The plans are not the same"));
  EXPECT_THAT(comparison.text, HasSubstr("new\\x1b\n  only in the second report"));
}

TEST(Hgrm, HasTheFormOfHdrHistogram) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(std::chrono::milliseconds(i));
  const std::string text = to_hgrm(histogram);
  EXPECT_THAT(text,
              testing::StartsWith("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"));
  EXPECT_THAT(text, HasSubstr("    1.000000 0.000000000000          1           1.00\n"));
  EXPECT_THAT(text, ContainsRegex("\n +(49|50)\\.[0-9]+ 0\\.500000000000 +50 +2\\.00\n"));
  EXPECT_THAT(text, HasSubstr("  100.000000 1.000000000000        100\n"));
  EXPECT_THAT(text, HasSubstr("#[Max     =   100.000000, Total count    =          100]"));
  EXPECT_THAT(to_hgrm(Histogram()), HasSubstr("Total count    =            0]"));
}

}  // namespace
}  // namespace negodbc::bench
