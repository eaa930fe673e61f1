#include "negotiate/unjoined_thread.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace negodbc::test {
namespace {

using std::chrono::steady_clock;

// Each with work of its own: one that has another's, or none, is seen.
TEST(UnjoinedThread, Each_runs_what_it_was_given_and_gives_it_back) {
  constexpr std::size_t kThreads = 2000;
  const auto ran = std::make_shared<std::array<std::atomic<int>, kThreads>>();
  for (std::size_t i = 0; i < kThreads; ++i) {
    auth::run_unjoined([ran, i] { ++(*ran)[i]; });
  }
  const auto give_up = steady_clock::now() + std::chrono::seconds(60);
  while (ran.use_count() > 1 && steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(ran.use_count(), 1);
  for (std::size_t i = 0; i < kThreads; ++i) EXPECT_EQ((*ran)[i], 1) << i;
}

}  // namespace
}  // namespace negodbc::test
