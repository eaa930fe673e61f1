// Sessions that are held and cut, against a server that needs no socket; and what is shown of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "bench/storm/back_off.h"
#include "bench/storm/cut.h"
#include "bench/storm/plan_check.h"
#include "bench/storm/reconnect_report.h"
#include "bench/storm/report_document.h"
#include "bench/storm/round.h"
#include "bench/storm/server_use.h"

namespace negodbc::bench {
namespace {

using std::chrono::milliseconds;

// Counts its sessions; cut() ends those that there are, refuse() how many logins fail from then on.
class HeldServer : public Target {
 public:
  std::unique_ptr<Client> client() override { return std::make_unique<HeldClient>(*this); }

  void cut(int keep = 0) {
    const std::lock_guard lock(mutex_);
    while (static_cast<int>(open_.size()) > keep) open_.erase(std::prev(open_.end()));
    changed_.notify_all();
  }
  void refuse(int logins) { refused_ = logins; }
  std::size_t sessions() {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }

 private:
  class Session : public HeldSession {
   public:
    Session(HeldServer& server, int number) : server_(server), number_(number) {}
    ~Session() override {
      const std::lock_guard lock(server_.mutex_);
      server_.open_.erase(number_);
    }
    std::optional<Failure> lost_within(std::chrono::nanoseconds wait) override {
      std::unique_lock lock(server_.mutex_);
      const bool gone =
          server_.changed_.wait_for(lock, wait, [&] { return server_.open_.count(number_) == 0; });
      return gone ? std::optional<Failure>(Failure{"57P01", "cut"}) : std::nullopt;
    }

   private:
    HeldServer& server_;
    int number_;
  };
  class HeldClient : public Client {
   public:
    explicit HeldClient(HeldServer& server) : server_(server) {}
    Attempt attempt(const std::string&) override { return {}; }
    std::unique_ptr<HeldSession> open(const std::string&, Attempt& attempt) override {
      if (server_.refused_.fetch_sub(1) > 0) {
        attempt.failure = Failure{"57P03", "starting up"};
        return nullptr;
      }
      attempt.login = milliseconds(1);
      const std::lock_guard lock(server_.mutex_);
      server_.open_.insert(++server_.last_);
      return std::make_unique<Session>(server_, server_.last_);
    }

   private:
    HeldServer& server_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int> open_;
  int last_ = 0;
  std::atomic<int> refused_{0};
};

RoundPlan reconnect_plan(unsigned sessions) {
  RoundPlan plan;
  plan.reconnect = true;
  plan.threads = sessions;
  plan.seconds = 30;
  plan.probe_s = 0.01;
  return plan;
}

// Runs a round in which `at_cut` is done once all sessions are open.
RoundResult cut_round(HeldServer& server, const RoundPlan& plan, std::function<void()> at_cut) {
  std::jthread cutter;
  RoundHooks hooks;
  hooks.ready = [&]() -> std::optional<std::int64_t> {
    cutter = std::jthread([at_cut] {
      std::this_thread::sleep_for(milliseconds(30));
      at_cut();
    });
    return 0;
  };
  return run_round(server, plan, hooks);
}

TEST(Reconnect, AllThatAreCutComeBack) {
  HeldServer server;
  const RoundResult result = cut_round(server, reconnect_plan(8), [&] { server.cut(); });
  ASSERT_TRUE(result.reconnect);
  EXPECT_EQ(result.reconnect->held, 8u);
  EXPECT_EQ(result.reconnect->lost(), 8u);
  EXPECT_EQ(result.reconnect->back(), 8u);
  EXPECT_TRUE(result.reconnect->complete());
  EXPECT_EQ(result.logins, 8u);
  EXPECT_EQ(result.failures, 0u);
  EXPECT_GE(result.reconnect->lost_after.minimum(), milliseconds(20));
  EXPECT_GE(result.reconnect->all_back_s(), 0.02);
  EXPECT_LT(result.reconnect->all_back_s(), 20);
  EXPECT_EQ(server.sessions(), 0u);  // closed at the end
}

TEST(Reconnect, FailuresOnTheWayAreCountedWithTheirPauses) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(4);
  plan.back_off_s = 0.02;
  plan.back_off_most_s = 0.02;
  const RoundResult result = cut_round(server, plan, [&] {
    server.refuse(10);
    server.cut();
  });
  EXPECT_EQ(result.failures, 10u);
  EXPECT_EQ(result.failed.count(), 10u);
  EXPECT_EQ(result.reconnect->failed_after.count(), 10u);
  EXPECT_GE(result.reconnect->failed_after.minimum(), result.reconnect->lost_after.minimum());
  EXPECT_LT(result.reconnect->failed_after.maximum(), result.reconnect->back_after.maximum());
  EXPECT_EQ(result.errors.at("57P03").count, 10u);
  EXPECT_EQ(result.reconnect->back(), 4u);
  EXPECT_GE(result.reconnect->backed_off_s, 10 * 0.01);
  EXPECT_LE(result.reconnect->backed_off_s, 10 * 0.02);
  EXPECT_GE(result.reconnect->away.maximum(), milliseconds(20));  // two pauses of somebody at least
}

TEST(Reconnect, FirstTriesAreSpread) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(16);
  plan.spread_s = 0.2;
  const RoundResult result = cut_round(server, plan, [&] { server.cut(); });
  EXPECT_EQ(result.reconnect->back(), 16u);
  EXPECT_GE(result.reconnect->away.maximum(), milliseconds(100));  // all 16 below: 1 of 65,536
}

TEST(Reconnect, WhoIsNotCutIsTold) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(4);
  plan.seconds = 0.3;
  const RoundResult result = cut_round(server, plan, [&] { server.cut(1); });
  EXPECT_EQ(result.reconnect->held, 4u);
  EXPECT_EQ(result.reconnect->lost(), 3u);
  EXPECT_EQ(result.reconnect->back(), 3u);
  EXPECT_TRUE(std::isnan(result.reconnect->all_back_s()));
  EXPECT_THAT(reconnect_remark(*result.reconnect), testing::HasSubstr("1 session was not lost"));
}

TEST(Reconnect, WhoDoesNotComeBackIsTold) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(2);
  plan.seconds = 0.3;
  plan.back_off_s = 0.01;
  const RoundResult result = cut_round(server, plan, [&] {
    server.refuse(1'000'000);
    server.cut();
  });
  EXPECT_EQ(result.reconnect->lost(), 2u);
  EXPECT_EQ(result.reconnect->back(), 0u);
  EXPECT_THAT(reconnect_remark(*result.reconnect), testing::HasSubstr("2 sessions were not back"));
}

TEST(Reconnect, WhoIsLostAgainIsTold) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(2);
  plan.spread_s = 0.4;
  const RoundResult result = cut_round(server, plan, [&] {
    server.cut();
    while (server.sessions() == 0) std::this_thread::sleep_for(milliseconds(1));
    server.cut();
  });
  // Unless both came back within a millisecond.
  EXPECT_GE(result.reconnect->lost_again, 1u);
  EXPECT_FALSE(result.reconnect->complete());
}

TEST(Reconnect, AStopEndsIt) {
  HeldServer server;
  RoundPlan plan = reconnect_plan(2);
  plan.seconds = 600;
  RoundHooks hooks;
  hooks.progress = [](std::uint64_t, std::uint64_t) { return false; };
  const RoundResult result = run_round(server, plan, hooks);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.unfinished, 0u);
  EXPECT_EQ(result.reconnect->held, 2u);
  EXPECT_EQ(result.reconnect->lost(), 0u);
}

Report reconnect_report(const RoundResult& result) {
  Report report;
  report.title = "way back";
  report.options = {{"mode", "reconnect"}};
  report.environments.push_back(nlohmann::json::object());
  report.targets = {{"one", "floor", {"host=x"}, {}, {}, "", false, 1, {}}};
  report.targets[0].rounds.emplace_back().result = result;
  return report;
}

TEST(Reconnect, FailuresAloneAreNoFailureOfTheRound) {
  HeldServer server;
  const RoundResult back = cut_round(server, reconnect_plan(3), [&] {
    server.refuse(2);
    server.cut();
  });
  EXPECT_EQ(exit_status(reconnect_report(back)), all_logins_worked);
  RoundPlan plan = reconnect_plan(3);
  plan.seconds = 0.2;
  EXPECT_EQ(exit_status(reconnect_report(cut_round(server, plan, [&] { server.cut(1); }))),
            report_is_partial);
  EXPECT_EQ(exit_status(reconnect_report(cut_round(server, plan,
                                                   [&] {
                                                     server.refuse(1'000'000);
                                                     server.cut();
                                                   }))),
            logins_failed);
}

TEST(Reconnect, IsShownAndReadBack) {
  HeldServer server;
  const Report report =
      reconnect_report(cut_round(server, reconnect_plan(5), [&] { server.cut(); }));
  EXPECT_THAT(to_table(report), testing::HasSubstr("5 held, 5 lost"));
  EXPECT_THAT(reconnect_section(report), testing::HasSubstr("<polyline"));
  const Report again = from_document(to_document(report));
  const auto& sessions = *again.targets[0].rounds[0].result.reconnect;
  EXPECT_EQ(sessions.back(), 5u);
  EXPECT_EQ(sessions.wanted, 5u);
  EXPECT_EQ(sessions.all_back_s(), report.targets[0].rounds[0].result.reconnect->all_back_s());
  const auto document = to_document(report)["targets"][0]["summary"]["reconnect"];
  EXPECT_EQ(document["back"], 5);
  EXPECT_GT(document["all_back_us"]["median"].get<double>(), 0);
}

TEST(BackOff, DoublesUpToTheMostAndBeginsAnew) {
  BackOff back_off(1, 3, 7);
  for (const double most : {1.0, 2.0, 3.0, 3.0}) {
    const double pause = back_off.after_failure();
    EXPECT_GE(pause, most / 2);
    EXPECT_LE(pause, most);
  }
  back_off.begin_anew();
  EXPECT_LE(back_off.after_failure(), 1);
}

TEST(Cut, TellsHowItsCommandEnded) {
  EXPECT_EQ(Cut("echo all well").end_within(20), "");
  EXPECT_EQ(Cut("echo no such server >&2; exit 3").end_within(20),
            "the command of --cut ended with status 3: no such server\n");
  EXPECT_EQ(Cut("kill -9 $$").end_within(20), "the command of --cut ended with signal 9");
  EXPECT_EQ(Cut("sleep 600").end_within(0.05), "the command of --cut did not end in time");
}

TEST(ServerUse, CountsAProcessWithItsChildren) {
  const TreeUse before = process_tree_use(getpid()).value();
  const double machine = machine_cpu_s().value();
  EXPECT_EQ(Cut("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done").end_within(60), "");
  const TreeUse after = process_tree_use(getpid()).value();
  EXPECT_GT(after.all_s, before.all_s + 0.02);
  EXPECT_LT(after.own_s - before.own_s, after.all_s - before.all_s);
  EXPECT_GT(machine_cpu_s().value(), machine + 0.02);
  EXPECT_FALSE(process_tree_use(1 << 30));
  EXPECT_EQ(server_pid("12"), 12);
  EXPECT_FALSE(server_pid("/no/such/file"));
}

TEST(ReconnectPlan, WhatContradictsItIsRefused) {
  StormOptions options;
  options.targets = {{"one", "floor", {"host=x"}, {}}};
  options.round = reconnect_plan(4);
  options.round.slice_s = 0.1;
  SystemLimits limits;
  limits.descriptors = 10'000;
  EXPECT_THROW(check_plan(options, limits, 0), std::runtime_error);  // no command
  options.cut = "true";
  EXPECT_NO_THROW(check_plan(options, limits, 0));
  options.round.logins = 10;
  EXPECT_THROW(check_plan(options, limits, 0), std::runtime_error);
  options.round.logins = 0;
  options.round.think_s = 1;
  EXPECT_THROW(check_plan(options, limits, 0), std::runtime_error);
  options.round.think_s = 0;
  options.round.reconnect = false;
  EXPECT_THROW(check_plan(options, limits, 0), std::runtime_error);  // a cut of nothing
}

}  // namespace
}  // namespace negodbc::bench
