// What is seen of a round while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "bench/storm/round.h"

namespace negodbc::bench {
namespace {

using std::chrono::milliseconds;

class SlowTarget : public Target {
  class SlowClient : public Client {
    Attempt attempt(const std::string&) override {
      std::this_thread::sleep_for(milliseconds(20));
      Attempt attempt;
      attempt.login = milliseconds(20);
      return attempt;
    }
  };
  std::unique_ptr<Client> client() override { return std::make_unique<SlowClient>(); }
};

RoundPlan two_seconds_and_a_half() {
  RoundPlan plan;
  plan.threads = 3;
  plan.seconds = 2.5;
  plan.warm_up = 0;
  return plan;
}

TEST(Live, IsSampledOnceASecond) {
  SlowTarget target;
  std::vector<LiveSample> samples;
  RoundHooks hooks;
  hooks.live = [&](const LiveSample& sample) { samples.push_back(sample); };
  const RoundResult result = run_round(target, two_seconds_and_a_half(), hooks);
  ASSERT_GE(samples.size(), 1u);
  EXPECT_LE(samples.size(), 2u);
  std::uint64_t recent = 0;
  for (const auto& sample : samples) {
    EXPECT_GE(sample.window_s, 1);
    EXPECT_EQ(sample.failures, 0u);
    EXPECT_LE(sample.in_flight, 3u);
    recent += sample.recent.count();
  }
  // The windows have no gaps and do not overlap.
  EXPECT_EQ(recent, samples.back().logins);
  EXPECT_LT(recent, result.logins);
  // The work of it is the storm's own.
  EXPECT_GT(result.storm_cpu_s, 0);
}

TEST(Live, SamplesOfProcessesAddUpAndAreOneLine) {
  LiveSample one;
  one.logins = 300;
  one.failures = 1;
  one.in_flight = 2;
  one.window_s = 1;
  for (int i = 0; i < 60; ++i) one.recent.record(milliseconds(4));
  LiveSample two = nlohmann::json(one).get<LiveSample>();
  EXPECT_EQ(live_text(two), "60/s  p50 4 ms  slowest 4 ms  in flight 2  300 logins  1 failed");
  two.window_s = 2;
  one.merge(two);
  EXPECT_EQ(live_text(one), "60/s  p50 4 ms  p99 4 ms  in flight 4  600 logins  2 failed");
  EXPECT_EQ(live_text(LiveSample()), "0 logins  0 failed");
}

TEST(Live, ARoundThatBeginsLateSaysSo) {
  SlowTarget target;
  RoundPlan plan = two_seconds_and_a_half();
  plan.logins = 3;
  RoundHooks hooks;
  const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch().count(); };
  hooks.ready = [&] { return std::int64_t{now() - 300'000'000}; };
  EXPECT_GE(run_round(target, plan, hooks).late_s, 0.3);
  hooks.ready = [&] { return std::int64_t{now() + 300'000'000}; };
  EXPECT_EQ(run_round(target, plan, hooks).late_s, 0);
  hooks.ready = [] { return std::int64_t{0}; };  // at once: no moment to be late for
  EXPECT_EQ(run_round(target, plan, hooks).late_s, 0);
}

}  // namespace
}  // namespace negodbc::bench
