// Only what was measured at the same time, by the same plan, is added up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "bench/storm/report_document.h"
#include "bench/storm/report_sample_test.h"

namespace negodbc::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Report rank_of(unsigned rank, unsigned ranks) {
  Report report = two_targets();
  report.processes = {"process " + std::to_string(rank)};
  report.environments[0]["host"] = "host" + std::to_string(rank);
  report.ranks = {rank};
  report.expected_ranks = ranks;
  return report;
}

// The sentence with which it is refused; "" when it is not.
std::string refusal_to_merge(Report own, const Report& other) {
  try {
    merge(own, other);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Merge, MachinesAddUpRoundByRound) {
  Report whole = rank_of(0, 2);
  Report other = rank_of(1, 2);
  other.started = "2026-11-22T19:59:59Z";
  other.targets[0].rounds[0].result.errors["28000"] = {3, "no"};
  other.targets[0].rounds[0].result.failures = 3;
  other.targets[0].rounds[0].result.due = 110;
  other.notes = {"slow"};
  merge(whole, other);
  EXPECT_EQ(whole.started, "2026-11-22T19:59:59Z");
  EXPECT_THAT(whole.processes, ElementsAre("process 0", "process 1"));
  EXPECT_THAT(whole.ranks, ElementsAre(0u, 1u));
  EXPECT_EQ(whole.environments.size(), 2u);
  EXPECT_THAT(whole.notes, ElementsAre("rank 1: slow"));
  const TargetSummary peer = summarize(whole.targets[0]);
  EXPECT_EQ(peer.whole.logins, 600u);
  EXPECT_EQ(peer.whole.login.count(), 600u);
  EXPECT_EQ(peer.whole.errors.at("28000").count, 3u);
  EXPECT_EQ(peer.whole.due, 110u);
  EXPECT_DOUBLE_EQ(peer.logins_per_second.median, 1000);  // the machines worked at the same time
  EXPECT_EQ(peer.server.backends, 600u);
  EXPECT_EQ(exit_status(whole), logins_failed);
  EXPECT_THAT(whole.missing_ranks(), IsEmpty());
}

TEST(Merge, RefusesWhatDoesNotBelongTogether) {
  const Report own = rank_of(0, 2);
  const std::pair<void (*)(Report&), const char*> cases[] = {
      {[](Report& r) { r.run = "later"; }, "different runs (run and later)"},
      {[](Report& r) { r.ranks = {0}; }, "the same rank is in it twice"},
      {[](Report& r) { r.processes = {"process 0"}; }, "the same process is in it twice"},
      {[](Report& r) { r.expected_ranks = 3; }, "different numbers of ranks"},
      {[](Report& r) { r.options["mode"] = "open"; }, "mode is \"closed\" and \"open\""},
      {[](Report& r) { r.options["rate"] = 5; }, "rate is not given and 5"},
      {[](Report& r) { r.slice_s = 1; }, "slices of different lengths"},
      {[](Report& r) { r.targets[1].kind = "libpq"; }, "not the same targets"},
      {[](Report& r) { r.targets.pop_back(); }, "not the same targets"},
      {[](Report& r) { std::swap(r.targets[0], r.targets[1]); }, "not the same targets"}};
  EXPECT_EQ(refusal_to_merge(own, rank_of(1, 2)), "");
  for (const auto& [change, sentence] : cases) {
    Report other = rank_of(1, 2);
    change(other);
    EXPECT_THAT(refusal_to_merge(own, other), HasSubstr(sentence));
    EXPECT_THAT(refusal_to_merge(other, own), Not(IsEmpty())) << sentence;
  }
}

TEST(Merge, TellsARankThatIsMissing) {
  Report whole = rank_of(2, 4);
  EXPECT_EQ(exit_status(whole), all_logins_worked);  // its own report is whole
  merge(whole, rank_of(0, 4));
  EXPECT_THAT(whole.missing_ranks(), ElementsAre(1u, 3u));
  EXPECT_EQ(exit_status(whole), report_is_partial);
  EXPECT_THAT(to_table(whole), HasSubstr("of 4 ranks, 2 have no report here: 1, 3"));
  EXPECT_THAT(to_document(whole)["missing_ranks"], ElementsAre(1, 3));
  merge(whole, rank_of(1, 4));
  merge(whole, rank_of(3, 4));
  EXPECT_EQ(exit_status(whole), all_logins_worked);
}

TEST(Merge, TellsARankThatBrokeDown) {
  Report whole = rank_of(0, 2);
  Report other = rank_of(1, 2);
  other.targets[1].rounds.pop_back();
  other.targets[1].broken = "it was ended by signal 9";
  merge(whole, other);
  EXPECT_EQ(whole.targets[1].broken, "rank 1: it was ended by signal 9");
  EXPECT_EQ(whole.targets[1].rounds.size(), 3u);
  EXPECT_EQ(exit_status(whole), logins_failed);
}

TEST(Merge, TellsRoundsThatDidNotMeet) {
  Report whole = rank_of(0, 2);
  Report other = rank_of(1, 2);
  merge(whole, other);
  EXPECT_THAT(whole.notes, IsEmpty());
  whole = rank_of(0, 2);
  for (auto& round : other.targets[0].rounds) round.begin_unix_s += 2;
  merge(whole, other);
  EXPECT_THAT(to_table(whole),
              HasSubstr("peer: rounds that are added up began up to 2.00 s apart"));
}

TEST(Merge, KeepsTheVersionsApart) {
  Report whole = rank_of(0, 2);
  Report other = rank_of(1, 2);
  whole.targets[0].versions = {{"libpq", "15.1"}, {"same", "1"}};
  other.targets[0].versions = {{"libpq", "16.2"}, {"same", "1"}};
  merge(whole, other);
  EXPECT_EQ(whole.targets[0].versions.at("libpq"), "15.1 and 16.2");
  EXPECT_EQ(whole.targets[0].versions.at("same"), "1");
}

TEST(Merge, OfOneFileOfManyRanksIsNotWhole) {
  const std::string path = testing::TempDir() + "negodbc-merge.json";
  std::ofstream(path) << to_json_text(rank_of(0, 2));
  const Report whole = merged({path});
  EXPECT_THAT(whole.missing_ranks(), ElementsAre(1u));
  std::ofstream(path) << "{";
  EXPECT_THROW(merged({path}), std::runtime_error);
  std::ofstream(path) << "[]";
  EXPECT_THROW(merged({path}), std::runtime_error);
  EXPECT_EQ(std::remove(path.c_str()), 0);
  EXPECT_THROW(merged({path}), std::runtime_error);
}

}  // namespace
}  // namespace negodbc::bench
