// One round, against a target that needs no server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/storm/own_use.h"
#include "bench/storm/round.h"

namespace negodbc::bench {
namespace {

using std::chrono::milliseconds;

// A target whose logins end at once, but for what a test wants of the number of an attempt.
class FakeTarget : public Target {
 public:
  using Script = std::function<Attempt(std::uint64_t)>;
  explicit FakeTarget(Script script) : script_(std::move(script)) {}

  std::vector<std::string> phases() const override { return {"only"}; }
  std::unique_ptr<Client> client() override { return std::make_unique<FakeClient>(*this); }
  std::uint64_t attempts() const { return attempts_.load(); }

 private:
  class FakeClient : public Client {
   public:
    explicit FakeClient(FakeTarget& target) : target_(target) {}
    Attempt attempt(const std::string&) override {
      return target_.script_(target_.attempts_.fetch_add(1));
    }

   private:
    FakeTarget& target_;
  };

  Script script_;
  std::atomic<std::uint64_t> attempts_{0};
};

Attempt success(std::chrono::nanoseconds login = milliseconds(1)) {
  Attempt attempt;
  attempt.login = login;
  attempt.phases = {login};
  return attempt;
}

RoundPlan plan_of(std::uint64_t logins, unsigned threads) {
  RoundPlan plan;
  plan.logins = logins;
  plan.threads = threads;
  plan.seconds = 60;
  return plan;
}

TEST(Round, LogsInExactlyAsOftenAsPlanned) {
  FakeTarget target([](std::uint64_t) { return success(); });
  const RoundResult result = run_round(target, plan_of(500, 4));
  EXPECT_EQ(target.attempts(), 500u);
  EXPECT_EQ(result.logins, 500u);
  EXPECT_EQ(result.failures, 0u);
  EXPECT_EQ(result.login.count(), 500u);
  EXPECT_EQ(result.login.maximum(), milliseconds(1));
  EXPECT_TRUE(result.service.empty());
  ASSERT_EQ(result.phases.size(), 1u);
  EXPECT_EQ(result.phases[0].first, "only");
  EXPECT_EQ(result.phases[0].second.count(), 500u);
  EXPECT_GT(result.peak_memory_kb, 0);
}

TEST(Round, GroupsFailuresBySqlstateAndKeepsTheFirstText) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success();
    if (number % 3 == 0) attempt.failure = Failure{"28000", "text " + std::to_string(number)};
    if (number % 3 == 1) attempt.failure = Failure{"", "gone"};
    return attempt;
  });
  const RoundResult result = run_round(target, plan_of(30, 1));
  EXPECT_EQ(result.logins, 10u);
  EXPECT_EQ(result.failures, 20u);
  EXPECT_EQ(result.login.count(), 10u);
  EXPECT_EQ(result.errors.at("28000").count, 10u);
  EXPECT_EQ(result.errors.at("28000").first_text, "text 0");
  EXPECT_EQ(result.errors.at("").first_text, "gone");
}

TEST(Round, BeginsNoLoginBehindItsTimeLimit) {
  // Whichever login is begun ends behind the limit, so each of the two threads begins one at most.
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(250));
    return success();
  });
  RoundPlan plan = plan_of(1'000'000, 2);
  plan.seconds = 0.25;
  const RoundResult result = run_round(target, plan);
  EXPECT_GE(target.attempts(), 1u);
  EXPECT_LE(target.attempts(), 2u);
  EXPECT_EQ(result.logins, target.attempts());
}

TEST(Round, OpenModeCountsFromTheMomentALoginWasDue) {
  // The first login stalls the only thread for 100 ms, while one login after another comes due.
  FakeTarget target([](std::uint64_t number) {
    if (number == 0) std::this_thread::sleep_for(milliseconds(100));
    return success(std::chrono::nanoseconds(1));
  });
  RoundPlan plan = plan_of(50, 1);
  plan.open = true;
  plan.rate = 1000;
  const RoundResult result = run_round(target, plan);
  EXPECT_EQ(result.logins, 50u);
  // Numbers 1 to 49 were due within 49 ms and begun after 100 ms: all have waited 51 ms or more.
  EXPECT_GE(result.login.quantile(0.1), milliseconds(51) * (1 - Histogram::relative_error));
  EXPECT_EQ(result.service.maximum(), std::chrono::nanoseconds(1));
}

TEST(Round, OpenModeTellsWhatWasDueAndNotBegun) {
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(200));
    return success();
  });
  RoundPlan plan = plan_of(1000, 1);
  plan.open = true;
  plan.rate = 1000;
  plan.seconds = 0.1;
  const RoundResult result = run_round(target, plan);
  EXPECT_EQ(result.logins, 1u);
  EXPECT_EQ(result.due, 100u);
  EXPECT_EQ(result.begun(), 1u);
  EXPECT_EQ(result.dropped(), 99u);
}

TEST(Round, FailuresAreTimedAndPlacedInTime) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success();
    if (number < 3) {
      std::this_thread::sleep_for(milliseconds(20));
      attempt.failure = Failure{"08001", "refused"};
    }
    return attempt;
  });
  RoundPlan plan = plan_of(5, 1);
  plan.slice_s = 60;
  const RoundResult result = run_round(target, plan);
  EXPECT_EQ(result.failed.count(), 3u);
  EXPECT_GE(result.failed.minimum(), milliseconds(20));
  EXPECT_EQ(result.login.count(), 2u);
  EXPECT_EQ(result.failures_over_time, (std::map<std::uint64_t, std::uint64_t>{{0, 3}}));
}

// Uses the CPU for as long.
void work(std::chrono::nanoseconds time) {
  const double until = thread_cpu_s() + std::chrono::duration<double>(time).count();
  while (thread_cpu_s() < until) {
  }
}

TEST(Round, WhatFailuresTakeIsInNoLoginsCpuTime) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success();
    work(number % 2 == 0 ? milliseconds(2) : milliseconds(10));
    if (number % 2 == 1) attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  const RoundResult result = run_round(target, plan_of(20, 1));
  EXPECT_EQ(result.logins, 10u);
  EXPECT_GE(result.failed_cpu_s, 0.1);
  // Two milliseconds each: neither six (shared among all) nor twelve (all that was used).
  EXPECT_GE(result.cpu_per_login_s(), 0.0019);
  EXPECT_LT(result.cpu_per_login_s(), 0.005);
}

TEST(Round, WithoutALoginThereIsNoCpuTimeOfOne) {
  FakeTarget target([](std::uint64_t) {
    Attempt attempt;
    attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  const RoundResult result = run_round(target, plan_of(3, 1));
  EXPECT_TRUE(std::isnan(result.cpu_per_login_s()));
  EXPECT_EQ(result.logins_per_second(), 0);
}

TEST(Round, AClientBacksOffLongerWithEachFailure) {
  std::vector<std::chrono::steady_clock::time_point> begins;
  FakeTarget target([&begins](std::uint64_t) {
    begins.push_back(std::chrono::steady_clock::now());
    Attempt attempt;
    attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  RoundPlan plan = plan_of(5, 1);
  plan.back_off_s = 0.02;
  plan.back_off_most_s = 0.04;
  run_round(target, plan);
  ASSERT_EQ(begins.size(), 5u);
  // Half of 20, 40, 40 and 40 ms at least.
  EXPECT_GE(begins[1] - begins[0], milliseconds(10));
  for (std::size_t i = 2; i < 5; ++i) EXPECT_GE(begins[i] - begins[i - 1], milliseconds(20)) << i;
}

TEST(Round, AServerThatIsDownIsNotHammered) {
  FakeTarget target([](std::uint64_t) {
    Attempt attempt;
    attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  RoundPlan plan = plan_of(0, 4);
  plan.seconds = 0.5;
  plan.back_off_s = 0.05;
  plan.back_off_most_s = 0.05;
  EXPECT_LE(run_round(target, plan).failures, 4u * 21);
}

TEST(Round, ARampLongerThanTheRoundEndsWithTheRound) {
  FakeTarget target([](std::uint64_t) { return success(); });
  RoundPlan plan = plan_of(0, 2);
  plan.seconds = 0.1;
  plan.ramp_s = 600;
  const auto begin = std::chrono::steady_clock::now();
  run_round(target, plan);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Round, WarmsEveryClientUpAndCountsNoneOfIt) {
  FakeTarget target([](std::uint64_t) {
    work(milliseconds(5));
    return success();
  });
  RoundPlan plan = plan_of(8, 4);
  plan.warm_up = 3;
  RoundHooks hooks;
  std::uint64_t before = 0;
  hooks.ready = [&]() -> std::optional<std::int64_t> {
    before = target.attempts();
    return 0;
  };
  const RoundResult result = run_round(target, plan, hooks);
  EXPECT_EQ(before, 12u);
  EXPECT_EQ(result.logins, 8u);
  EXPECT_EQ(target.attempts(), 20u);
  EXPECT_LT(result.user_cpu_s + result.system_cpu_s, 0.08);  // twenty would be 0.1
}

TEST(Round, IsNotBegunWhenItsStartIsTakenBack) {
  FakeTarget target([](std::uint64_t) { return success(); });
  RoundHooks hooks;
  hooks.ready = []() -> std::optional<std::int64_t> { return std::nullopt; };
  const RoundResult result = run_round(target, plan_of(10, 2), hooks);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(target.attempts(), 0u);
}

TEST(Round, TellsWhatItHasWhenItIsStopped) {
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(5));
    return success();
  });
  RoundPlan plan = plan_of(0, 2);
  plan.seconds = 600;
  RoundHooks hooks;
  hooks.progress = [](std::uint64_t done, std::uint64_t) { return done < 5; };
  const RoundResult result = run_round(target, plan, hooks);
  EXPECT_TRUE(result.stopped);
  EXPECT_GE(result.logins, 5u);
  EXPECT_EQ(result.unfinished, 0u);
  EXPECT_LT(result.seconds, 300);
}

TEST(Round, AStopEndsEveryPause) {
  FakeTarget target([](std::uint64_t) { return success(); });
  RoundPlan plan = plan_of(0, 2);
  plan.seconds = 600;
  plan.think_s = 500;
  RoundHooks hooks;
  hooks.progress = [](std::uint64_t done, std::uint64_t) { return done < 2; };
  const RoundResult result = run_round(target, plan, hooks);
  EXPECT_EQ(result.logins, 2u);
}

TEST(Round, DoesNotWaitForALoginThatHangsWhenItIsStopped) {
  // Both outlive the round, whose threads are left where they are.
  static std::mutex held;
  const std::lock_guard hold(held);
  static FakeTarget target([](std::uint64_t number) {
    if (number == 1) const std::lock_guard wait(held);
    return success();
  });
  RoundPlan plan = plan_of(0, 1);
  plan.seconds = 600;
  RoundHooks hooks;
  hooks.progress = [](std::uint64_t done, std::uint64_t) { return done < 1; };
  const RoundResult result = run_round(target, plan, hooks);
  EXPECT_EQ(result.logins, 1u);
  EXPECT_EQ(result.unfinished, 1u);
  EXPECT_EQ(result.begun(), 2u);
}

TEST(Round, OpenModeStoppedCountsWhatWasDueTillThen) {
  FakeTarget target([](std::uint64_t) { return success(); });
  RoundPlan plan = plan_of(0, 4);
  plan.open = true;
  plan.rate = 100;
  plan.seconds = 600;
  RoundHooks hooks;
  hooks.progress = [](std::uint64_t done, std::uint64_t) { return done < 10; };
  const RoundResult result = run_round(target, plan, hooks);
  ASSERT_TRUE(result.due);
  EXPECT_GE(*result.due, 10u);
  EXPECT_LT(*result.due, 30'000u);
  EXPECT_LE(result.dropped(), 1u);
}

TEST(Round, OpenModeBeginsAsManyThreadsAsItNeeds) {
  FakeTarget target([](std::uint64_t) { return success(); });
  RoundPlan plan = plan_of(50, 1000);
  plan.open = true;
  plan.rate = 200;
  const RoundResult result = run_round(target, plan);
  EXPECT_EQ(result.logins, 50u);
  EXPECT_LT(result.threads, 100u);
}

TEST(Round, OpenModeHasAsManyInFlightAsItMay) {
  std::atomic<int> in_flight{0};
  std::atomic<int> most{0};
  FakeTarget target([&](std::uint64_t) {
    const int now = ++in_flight;
    if (now > most) most = now;
    std::this_thread::sleep_for(milliseconds(300));
    --in_flight;
    return success();
  });
  RoundPlan plan = plan_of(200, 3);
  plan.open = true;
  plan.rate = 1000;
  plan.seconds = 0.25;
  const RoundResult result = run_round(target, plan);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(result.threads, 3u);
  EXPECT_EQ(result.dropped(), 197u);
}

TEST(Round, AClientThatCanNotBeMadeIsAFailure) {
  class Broken : public Target {
    std::unique_ptr<Client> client() override { throw std::runtime_error("no more memory"); }
  } target;
  const RoundResult result = run_round(target, plan_of(10, 2));
  EXPECT_EQ(result.failures, 2u);
  EXPECT_EQ(result.errors.at("").first_text, "no more memory");
}

TEST(Round, ItsOwnMemoryIsToldAndSmall) {
  // Every login in a slice of its own, by many threads.
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(2));
    return success(std::chrono::seconds(2));
  });
  RoundPlan plan = plan_of(2000, 8);
  plan.slice_s = 0.001;
  const RoundResult result = run_round(target, plan);
  EXPECT_GT(result.storm_memory_kb, 0);
  // Arrays of counts up to two seconds would be 25 kB each: 50 MB.
  EXPECT_LT(result.storm_memory_kb, 1024);
}

TEST(Round, TravelsAsADocument) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success(milliseconds(number + 1));
    if (number == 7) attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  RoundPlan plan = plan_of(20, 1);
  plan.query = "select 1";
  plan = nlohmann::json(plan).get<RoundPlan>();
  EXPECT_EQ(plan.query, "select 1");
  const nlohmann::json document = run_round(target, plan);
  EXPECT_EQ(nlohmann::json(document.get<RoundResult>()), document);
}

}  // namespace
}  // namespace negodbc::bench
