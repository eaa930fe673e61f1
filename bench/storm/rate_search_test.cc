// Which rates are tried, when one has held, and how that is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/storm/csv.h"
#include "bench/storm/html_page.h"
#include "bench/storm/plan_check.h"
#include "bench/storm/rate_search.h"
#include "bench/storm/report_document.h"
#include "bench/storm/report_sample_test.h"

namespace negodbc::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SearchPlan plan_from(double from, double most = 1e6) {
  return {0.1, from, from / 64, most, 0.1};
}

// The rates that are tried of a server that stands `knee`.
std::vector<double> tried(const SearchPlan& plan, double knee) {
  RateSearch search(plan);
  std::vector<double> rates;
  while (const auto rate = search.next()) {
    rates.push_back(*rate);
    search.take(*rate <= knee);
  }
  return rates;
}

TEST(RateSearch, DoublesAndThenClosesIn) {
  const auto rates = tried(plan_from(100), 430);
  ASSERT_GT(rates.size(), 5u);
  EXPECT_THAT(std::vector<double>(rates.begin(), rates.begin() + 5),
              ElementsAre(100, 200, 400, 800, 800));  // what failed is tried a second time
  double held = 0;
  double not_held = 1e9;
  for (const double rate : rates) {
    if (rate <= 430) {
      held = std::max(held, rate);
    } else {
      not_held = std::min(not_held, rate);
    }
  }
  EXPECT_LE(not_held / held, 1.1 + 1e-9);
  EXPECT_LT(rates.size(), 16u);
}

TEST(RateSearch, GoesDownWhereTheFirstDoesNotHold) {
  const auto rates = tried(plan_from(100), 30);
  EXPECT_THAT(std::vector<double>(rates.begin(), rates.begin() + 5),
              ElementsAre(100, 100, 50, 50, 25));
  EXPECT_EQ(tried(plan_from(64), 0).back(), 1);
}

TEST(RateSearch, EndsAtTheHighestThatIsAskedFor) {
  EXPECT_THAT(tried(plan_from(100, 300), 1e9), ElementsAre(100, 200, 300));
}

TEST(RateSearch, OneFailureIsForgiven) {
  RateSearch search(plan_from(100, 200));
  search.take(true);
  search.take(false);
  EXPECT_EQ(search.next(), 200);
  search.take(true);
  EXPECT_EQ(search.next(), std::nullopt);
}

RoundResult result_of(std::chrono::milliseconds latency, std::uint64_t logins = 200) {
  RoundResult result;
  for (std::uint64_t i = 0; i < logins; ++i) result.login.record(latency);
  result.logins = logins;
  result.due = logins;
  result.seconds = 1;
  result.threads = 16;
  return result;
}

const SystemLimits two_processors{4096, 28000, 2, 2};

TEST(Judge, SaysWhyARateDidNotHold) {
  using std::chrono::milliseconds;
  const auto why = [](const RoundResult& result) {
    const StepReport step = judge(result, 200, 0.1, two_processors);
    EXPECT_EQ(step.rate, 200);
    return (step.held ? "held: " : "") + step.why;
  };
  EXPECT_EQ(why(result_of(milliseconds(50))), "held: p99 50 ms");
  EXPECT_THAT(why(result_of(milliseconds(150))), HasSubstr("p99 15"));
  EXPECT_EQ(why(result_of(milliseconds(50), 20)), "too few logins for a p99");
  RoundResult result = result_of(milliseconds(50));
  result.due = 230;
  EXPECT_EQ(why(result), "30 of 230 logins were not begun, with up to 16 in flight");
  result.due = 202;  // two of 202 are within the one of a hundred, and then the slowest is the p99
  EXPECT_EQ(why(result), "held: p99 50 ms");
  result.login.record(milliseconds(300));
  result.logins = 201;
  result.due = 201;
  EXPECT_EQ(why(result), "held: p99 50 ms");
  result.due = 203;
  EXPECT_EQ(why(result), "p99 300 ms");
  result = result_of(milliseconds(50));
  result.failures = 2;
  EXPECT_THAT(why(result), HasSubstr("2 of 200 logins failed"));
  result = result_of(milliseconds(50));
  result.unfinished = 1;
  EXPECT_THAT(why(result), HasSubstr("did not come to their end"));
}

TEST(Judge, TellsTheClientsOwnLimit) {
  RoundResult result = result_of(std::chrono::milliseconds(150));
  EXPECT_FALSE(judge(result, 200, 0.1, two_processors).by_client);
  result.user_cpu_s = 1.9;
  const StepReport step = judge(result, 200, 0.1, two_processors);
  EXPECT_TRUE(step.by_client);
  EXPECT_THAT(step.why, HasSubstr("95 % of this machine's 2 processors"));
  // Where it holds, the client's CPU is no fault.
  result = result_of(std::chrono::milliseconds(50));
  result.user_cpu_s = 1.9;
  EXPECT_TRUE(judge(result, 200, 0.1, two_processors).held);
}

TEST(Judge, AllowsAsManyInFlightAsTellThatTheLimitIsBroken) {
  EXPECT_EQ(in_flight_at(10, 0.1, 1000), 16u);
  EXPECT_EQ(in_flight_at(500, 0.1, 1000), 200u);
  EXPECT_EQ(in_flight_at(500, 10, 1000), 1000u);
}

// One target that stands 200/s, one that stands nothing.
Report a_search() {
  Report report = two_targets();
  report.p99_under_s = 0.1;
  report.options = {{"mode", "open"}};
  const auto step = [](TargetReport& target, double rate, int latency_ms) {
    RoundReport& round = target.rounds.emplace_back();
    round.result = result_of(std::chrono::milliseconds(latency_ms));
    round.step = judge(round.result, rate, 0.1, two_processors);
  };
  for (auto& target : report.targets) target.rounds.clear();
  for (const auto& [rate, ms] :
       {std::pair(100.0, 20), {200.0, 40}, {400.0, 500}, {400.0, 450}, {283.0, 300}})
    step(report.targets[0], rate, ms);
  step(report.targets[1], 100, 900);
  report.targets[0].planned_rounds = 5;
  report.targets[1].planned_rounds = 1;
  return report;
}

TEST(Search, IsToldInEveryWay) {
  const Report report = a_search();
  const std::string table = to_table(report);
  EXPECT_THAT(table, HasSubstr("peer: 200/s held (p99 40 ms); 283/s did not: p99 30"));
  EXPECT_THAT(table, HasSubstr("ours: no rate held; 100/s did not: p99 90"));
  const auto document = to_document(report);
  const auto& highest = document["targets"][0]["summary"]["highest_rate"];
  EXPECT_EQ(highest["held_per_second"], 200);
  EXPECT_EQ(highest["not_held_per_second"], 283);
  EXPECT_EQ(highest["by_client"], false);
  EXPECT_TRUE(document["targets"][1]["summary"]["highest_rate"]["held_per_second"].is_null());
  EXPECT_EQ(to_document(from_document(document)), document);
  const std::string csv = to_csv(report);
  EXPECT_THAT(csv, HasSubstr(",rate,held,why\r\n"));
  EXPECT_THAT(csv, HasSubstr(",200,yes,\"p99 40 ms\"\r\n"));
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("Highest rate with p99 under 100 ms"));
  EXPECT_THAT(page, HasSubstr("<path d=\"M"));  // the crosses
  EXPECT_THAT(page, Not(HasSubstr("Target against target")));
}

TEST(Search, IsAFailureWhereNoRateHeld) {
  Report report = a_search();
  EXPECT_EQ(exit_status(report), logins_failed);
  report.targets.pop_back();
  report.targets[0].rounds.back().result.failures = 5;  // at a rate that did not hold
  EXPECT_EQ(exit_status(report), all_logins_worked);
  report.targets[0].planned_rounds = 6;
  EXPECT_EQ(exit_status(report), report_is_partial);
  EXPECT_THROW(merge(report, a_search()), std::runtime_error);
}

TEST(Search, APlanThatCanNotWorkIsRefused) {
  StormOptions good;
  good.targets = {{"a", "floor", {"x"}, {}}};
  good.round.open = true;
  good.round.rate = 100;
  good.round.seconds = 10;
  good.round.threads = 16;
  good.search = plan_from(100);
  const auto refusal = [&](void (*change)(StormOptions&)) {
    StormOptions options = good;
    change(options);
    try {
      check_plan(options, two_processors, 0);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal([](StormOptions&) {}), "");
  EXPECT_THAT(refusal([](StormOptions& o) { o.search.most = 50; }), HasSubstr("--rate-most"));
  EXPECT_THAT(refusal([](StormOptions& o) { o.round.seconds = 1; }), HasSubstr("too few logins"));
  EXPECT_THAT(refusal([](StormOptions& o) { o.round.logins = 1000; }), HasSubstr("no --logins"));
  EXPECT_THAT(refusal([](StormOptions& o) { o.identity.ranks = 2; }), HasSubstr("one rank"));
  EXPECT_THAT(refusal([](StormOptions& o) {
                o.round.open = false;
                o.round.rate = 0;
              }),
              HasSubstr("--mode open"));
}

}  // namespace
}  // namespace negodbc::bench
