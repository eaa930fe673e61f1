// Which helper does a call of a thread that sees the system in its own way.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "negotiate/deadline.h"
#include "tests/fake/fake_platform.h"
#include "tests/support/idle_helpers.h"

namespace negodbc::test {
namespace {

using std::chrono::milliseconds;

// As a system has it: a new thread sees what its maker saw, and the first thread is the process's.
// The makers that tests have set it before they make any.
class ManySurroundings final : public FakePlatform {
 public:
  auth::Surroundings surroundings() const override { return {{seen()}, 0}; }
  bool has_surroundings(const auth::Surroundings& of) const override {
    return of.value[0] == seen();
  }
  bool are_of_process(const auth::Surroundings& own) const override {
    return own.value[0] == of_process;
  }

  // A helper of the pool has what the process had as it came.
  std::uint64_t seen() const {
    if (t_seen == 0) t_seen = of_process;
    return t_seen;
  }
  static thread_local std::uint64_t t_seen;
  std::atomic<std::uint64_t> of_process{1};
};
thread_local std::uint64_t ManySurroundings::t_seen = 0;

bool came_before() {
  thread_local bool t_came = false;
  return std::exchange(t_came, true);
}

bool is_done_by_one_that_came_before(const ManySurroundings& platform,
                                     auth::HelperAge age = auth::HelperAge::kAny) {
  bool told = false;
  EXPECT_TRUE(auth::run_with_deadline(
      platform, milliseconds(5000), [&] { told = came_before(); }, nullptr, age));
  return told;
}

TEST(DeadlineSurroundings, AHelperDoesNoWorkOfWhoSeesAnotherSystem) {
  static auto* const many = new ManySurroundings;  // the pool refers to it
  many->process = 83;
  is_done_by_one_that_came_before(*many);
  EXPECT_TRUE(is_done_by_one_that_came_before(*many));
  // The process enters another one, and its first thread with it.
  many->of_process = 2;
  ManySurroundings::t_seen = 2;
  EXPECT_FALSE(is_done_by_one_that_came_before(*many));
  EXPECT_TRUE(is_done_by_one_that_came_before(*many)) << "which is kept";
  std::promise<bool> told;
  auto used = told.get_future();
  const auto later = auth::run_later(*many, [&] { told.set_value(came_before()); });
  EXPECT_TRUE(used.get());
  wait_until_helpers_are_idle(many->process, std::chrono::seconds(5));
  // A thread that sees what it alone sees.
  std::thread([&] {
    ManySurroundings::t_seen = 3;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(is_done_by_one_that_came_before(*many));
  }).join();
  EXPECT_TRUE(is_done_by_one_that_came_before(*many));
  // Work that needs a new one has it, and what follows goes on with those that are kept.
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(is_done_by_one_that_came_before(*many, auth::HelperAge::kNew));
    EXPECT_TRUE(is_done_by_one_that_came_before(*many));
  }
  ManySurroundings::t_seen = 0;
}

TEST(DeadlineSurroundings, ARetiredHelperDoesNothingMore) {
  static auto* const many = new ManySurroundings;  // the pool refers to it
  many->process = 97;
  for (int i = 0; i < 2; ++i) {
    is_done_by_one_that_came_before(*many);
    EXPECT_TRUE(is_done_by_one_that_came_before(*many));
    auth::retire_helpers();
    EXPECT_FALSE(is_done_by_one_that_came_before(*many));
  }
}

// Calls of a process that has entered another system wait behind all the helpers that have not:
// one that becomes free makes place for one that sees what they see.
TEST(DeadlineSurroundings, BusyHelpersOfThePastMakePlace) {
  static auto* const many = new ManySurroundings;  // the pool refers to it
  many->process = 89;
  ManySurroundings::t_seen = 0;
  std::promise<void> end;
  const auto ended = end.get_future().share();
  std::vector<std::thread> callers;
  std::atomic<std::size_t> busy{0};
  callers.reserve(auth::kMaxHelpers);
  for (std::size_t i = 0; i < auth::kMaxHelpers; ++i) {
    callers.emplace_back([&] {
      EXPECT_TRUE(auth::run_with_deadline(*many, milliseconds(20000), [&, ended] {
        static_cast<void>(many->seen());
        ++busy;
        ended.wait();
      }));
    });
  }
  while (busy < auth::kMaxHelpers) std::this_thread::yield();
  many->of_process = 2;
  std::uint64_t seen = 0;
  std::thread late([&] {
    EXPECT_TRUE(auth::run_with_deadline(*many, milliseconds(20000), [&] { seen = many->seen(); }));
  });
  std::this_thread::sleep_for(milliseconds(50));  // it waits by now
  end.set_value();
  for (std::thread& caller : callers) caller.join();
  late.join();
  EXPECT_EQ(seen, 2u);
}

}  // namespace
}  // namespace negodbc::test
