// When logins are due, how they are divided, and which plans are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bench/storm/arrivals.h"
#include "bench/storm/identity.h"
#include "bench/storm/plan_check.h"

namespace negodbc::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Arrivals, FollowTheRateAndTheRamp) {
  EXPECT_DOUBLE_EQ(arrival_s(0, 100, 0), 0);
  EXPECT_DOUBLE_EQ(arrival_s(50, 100, 0), 0.5);
  // A ramp of 2 s to 100/s has 100 arrivals in it; after it the rate is constant.
  EXPECT_DOUBLE_EQ(arrival_s(25, 100, 2), 1);
  EXPECT_DOUBLE_EQ(arrival_s(100, 100, 2), 2);
  EXPECT_DOUBLE_EQ(arrival_s(200, 100, 2), 3);
}

RoundPlan open_plan(double rate, double seconds) {
  RoundPlan plan;
  plan.open = true;
  plan.rate = rate;
  plan.seconds = seconds;
  return plan;
}

std::vector<double> arrivals_of(const RoundPlan& plan) {
  std::vector<double> moments;
  Arrivals arrivals(plan);
  while (const auto due = arrivals.next()) moments.push_back(*due);
  return moments;
}

TEST(Arrivals, AtRandomHaveTheRateAndTheSpreadOfAPoissonProcess) {
  RoundPlan plan = open_plan(1000, 20);
  plan.poisson = true;
  const auto moments = arrivals_of(plan);
  EXPECT_NEAR(static_cast<double>(moments.size()), 20'000, 4 * std::sqrt(20'000));
  EXPECT_TRUE(std::is_sorted(moments.begin(), moments.end()));
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    const double gap = moments[i] - moments[i - 1];
    sum += gap;
    squares += gap * gap;
  }
  const auto count = static_cast<double>(moments.size() - 1);
  const double mean = sum / count;
  // An exponential distribution's deviation is its mean; a fixed step has none.
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean) / mean, 1, 0.05);
}

TEST(Arrivals, AreTheSameForTheSameSeedOnly) {
  RoundPlan plan = open_plan(100, 1);
  plan.poisson = true;
  const auto first = arrivals_of(plan);
  EXPECT_EQ(arrivals_of(plan), first);
  plan.seed = 2;
  EXPECT_NE(arrivals_of(plan), first);
}

TEST(Arrivals, AtRandomFollowTheRamp) {
  RoundPlan plan = open_plan(1000, 10);
  plan.poisson = true;
  plan.ramp_s = 10;
  const auto moments = arrivals_of(plan);
  const auto half = std::lower_bound(moments.begin(), moments.end(), 5.0) - moments.begin();
  EXPECT_NEAR(static_cast<double>(half) / static_cast<double>(moments.size()), 0.25, 0.05);
}

TEST(Arrivals, OfProcessesAndRanksAreShiftedAgainstEachOther) {
  const RoundPlan plan = open_plan(20, 1);
  std::vector<double> all;
  for (std::size_t rank = 0; rank < 2; ++rank) {
    for (std::size_t process = 0; process < 2; ++process) {
      const auto part = arrivals_of(share_of(plan, process, 2, rank, 2));
      all.insert(all.end(), part.begin(), part.end());
    }
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), 40u);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_NEAR(all[i], static_cast<double>(i) / 40, 1e-9) << i;
}

TEST(Arrivals, AtRandomDifferBetweenProcessesAndRanks) {
  RoundPlan plan = open_plan(100, 1);
  plan.poisson = true;
  const auto first = arrivals_of(share_of(plan, 0, 2, 0, 2));
  EXPECT_NE(arrivals_of(share_of(plan, 1, 2, 0, 2)), first);
  EXPECT_NE(arrivals_of(share_of(plan, 0, 2, 1, 2)), first);
  EXPECT_EQ(arrivals_of(share_of(plan, 0, 2, 0, 2)), first);
}

TEST(Arrivals, AreCountedUpToAMoment) {
  RoundPlan plan = open_plan(100, 10);
  EXPECT_EQ(arrivals_before(plan, 10), 1000u);
  EXPECT_EQ(arrivals_before(plan, 2.005), 201u);
  plan.logins = 30;
  EXPECT_EQ(arrivals_before(plan, 10), 30u);
}

TEST(Storm, DividesARoundAmongProcesses) {
  RoundPlan plan = open_plan(90, 1);
  plan.logins = 10;
  plan.threads = 5;
  std::uint64_t logins = 0;
  unsigned threads = 0;
  double rate = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const RoundPlan share = share_of(plan, i, 3);
    EXPECT_GE(share.threads, 1u);
    logins += share.logins;
    threads += share.threads;
    rate += share.rate;
  }
  EXPECT_EQ(logins, 10u);
  EXPECT_EQ(threads, 5u);
  EXPECT_DOUBLE_EQ(rate, 90);
}

constexpr double now_s = 1'000'000;
constexpr SystemLimits plenty{1'000'000, 28'232, 2, 2};

StormOptions good() {
  StormOptions options;
  options.targets = {{"a", "floor", {"host=h"}, {}}};
  options.round.seconds = 10;
  options.round.threads = 4;
  return options;
}

// The sentence with which a plan is refused; "" when it is not.
std::string refusal(const StormOptions& options, const SystemLimits& limits = plenty) {
  try {
    check_plan(options, limits, now_s);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Plan, ThatCanBeKeptIsTaken) {
  EXPECT_EQ(refusal(good()), "");
  StormOptions options = good();
  options.round = open_plan(100, 10);
  options.round.threads = 100;
  options.round.ramp_s = 5;
  EXPECT_EQ(refusal(options), "");
}

TEST(Plan, WhoseRampIsAsLongAsTheRoundIsRefused) {
  StormOptions options = good();
  options.round.ramp_s = 10;
  EXPECT_THAT(refusal(options), HasSubstr("--ramp of 10 s is not shorter than a round of 10 s"));
}

TEST(Plan, WhoseRampTakesAllLoginsIsRefused) {
  StormOptions options = good();
  options.round = open_plan(200, 10);
  options.round.threads = 8;
  options.round.ramp_s = 2;
  options.round.logins = 200;
  EXPECT_THAT(refusal(options), HasSubstr("the ramp alone has 200 arrivals"));
  options.round.logins = 400;
  EXPECT_EQ(refusal(options), "");
}

TEST(Plan, ThatContradictsItselfIsRefused) {
  const std::pair<void (*)(StormOptions&), const char*> cases[] = {
      {[](StormOptions& o) { o.targets.clear(); }, "needs a --target"},
      {[](StormOptions& o) { o.round.rate = 5; }, "--rate is for --mode open"},
      {[](StormOptions& o) { o.round.open = true; }, "needs a --rate"},
      {[](StormOptions& o) {
         o.round = open_plan(5, 10);
         o.round.think_s = 1;
       },
       "--think-ms is for --mode closed"},
      {[](StormOptions& o) { o.round = open_plan(1e6, 86'400); }, "100 million"},
      {[](StormOptions& o) { o.round.think_s = 10; }, "not shorter than a round"},
      {[](StormOptions& o) {
         o.round.back_off_s = 2;
         o.round.back_off_most_s = 1;
       },
       "--back-off-most-ms"},
      {[](StormOptions& o) { o.round.slice_s = 1e-5; }, "--slice"},
      {[](StormOptions& o) { o.slot_s = 5; }, "--slot is for --start-at"},
      {[](StormOptions& o) {
         o.start_at = now_s + 10;
         o.slot_s = 5;
       },
       "at least as long"},
      {[](StormOptions& o) {
         o.start_at = now_s - 3;
         o.slot_s = 20;
       },
       "3 s ago"},
      {[](StormOptions& o) { o.time_limit_s = 20; }, "5 rounds of 1 target take"},
      {[](StormOptions& o) {
         o.start_at = now_s + 10;
         o.slot_s = 20;
         o.time_limit_s = 80;
       },
       "take 90 s, and the --time-limit is 80 s"},
      {[](StormOptions& o) {
         o.targets[0].caches = {"1", "2", "3", "4", "5"};
       },
       "5 connections and caches"},
      {[](StormOptions& o) {
         o.identity.rank = 2;
         o.identity.ranks = 2;
       },
       "no rank 2 of 2"}};
  for (const auto& [change, sentence] : cases) {
    StormOptions options = good();
    change(options);
    EXPECT_THAT(refusal(options), HasSubstr(sentence));
  }
}

TEST(Plan, WhoseRoundsMayEndByTheirLoginsMayHaveAShorterTimeLimit) {
  StormOptions options = good();
  options.time_limit_s = 20;
  options.round.logins = 10;
  EXPECT_EQ(refusal(options), "");
}

TEST(Plan, ThatNeedsMoreDescriptorsThanThereAreIsRefusedInWords) {
  StormOptions options = good();
  options.round.threads = 2000;
  SystemLimits limits = plenty;
  limits.descriptors = 1024;
  EXPECT_THAT(refusal(options, limits), HasSubstr("2000 logins at once in one process"));
  EXPECT_THAT(refusal(options, limits), HasSubstr("1024 (ulimit -Hn)"));
  options.targets[0].caches = {"1", "2", "3", "4", "5"};  // five processes share them
  EXPECT_EQ(refusal(options, limits), "");
}

TEST(Plan, DefaultsFitTheMode) {
  StormOptions options = good();
  options.round.threads = 0;
  fill_defaults(options);
  EXPECT_EQ(options.round.threads, 8u);
  options.round = open_plan(2000, 3);
  options.round.threads = 0;
  fill_defaults(options);
  EXPECT_EQ(options.round.threads, 1000u);
  options.round = open_plan(300, 3);
  options.round.threads = 0;
  fill_defaults(options);
  EXPECT_EQ(options.round.threads, 300u);
  options.round.threads = 3;
  fill_defaults(options);
  EXPECT_EQ(options.round.threads, 3u);
  options.round.threads = 0;
  options.round.open = false;
  options.targets[0].caches.assign(12, "c");
  fill_defaults(options);
  EXPECT_EQ(options.round.threads, 12u);
}

TEST(Limits, PortsAreToldWhereTheyRunOut) {
  SystemLimits limits = plenty;
  limits.port_reuse = 0;
  EXPECT_EQ(ports_lack(300, 100'000, limits), "");
  EXPECT_THAT(ports_lack(600, 100'000, limits), HasSubstr("there are 28232"));
  EXPECT_EQ(ports_lack(600, 20'000, limits), "");  // never so many
  EXPECT_THAT(ports_lack(600, 100'000, limits), Not(HasSubstr("loopback")));
  limits.port_reuse = 2;
  EXPECT_THAT(ports_lack(600, 100'000, limits), HasSubstr("not where the server is on loopback"));
  limits.port_reuse = 1;
  EXPECT_EQ(ports_lack(600, 100'000, limits), "");
  EXPECT_EQ(ports_lack(absent, 100'000, plenty), "");
}

TEST(Limits, AClientThatIsAllTheMachineDoesIsTold) {
  EXPECT_EQ(processors_lack(1.5, 1, plenty), "");
  EXPECT_THAT(processors_lack(1.9, 1, plenty), HasSubstr("95 % of this machine's 2 processors"));
  EXPECT_EQ(processors_lack(1, 0, plenty), "");
}

TEST(Limits, OfThisSystemAreRead) {
  const SystemLimits limits = system_limits();
  EXPECT_GT(limits.descriptors, 0u);
  EXPECT_GT(limits.processors, 0u);
  EXPECT_GT(limits.ports, 1000u);
}

Variable variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Identity, IsTheLaunchersOrGiven) {
  const Identity alone = completed({}, 0, variables({}));
  EXPECT_FALSE(alone.rank);
  EXPECT_EQ(alone.ranks, 0u);
  EXPECT_FALSE(alone.run.empty());
  EXPECT_NE(completed({}, 0, variables({})).run, alone.run);
  EXPECT_NE(completed({}, 0, variables({})).process, alone.process);

  const auto openmpi = variables(
      {{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}, {"PMIX_NAMESPACE", "123@1"}});
  const Identity ranked = completed({}, 0, openmpi);
  EXPECT_EQ(ranked.rank, 3u);
  EXPECT_EQ(ranked.ranks, 4u);
  EXPECT_EQ(ranked.run, "123@1");
  // Launched twice for the same moment is a run, too: machines that no launcher joins.
  EXPECT_EQ(completed({}, 17.5, variables({})).run, "at-17.500");

  Identity given;
  given.run = "mine";
  given.rank = 7;
  given.ranks = 9;
  const Identity kept = completed(given, 17.5, openmpi);
  EXPECT_EQ(kept.run, "mine");
  EXPECT_EQ(kept.rank, 7u);
  EXPECT_EQ(kept.ranks, 9u);
  EXPECT_EQ(completed({}, 0, variables({{"SLURM_JOB_ID", "8"}, {"SLURM_STEP_ID", "1"}})).run,
            "8.1");
}

}  // namespace
}  // namespace negodbc::bench
