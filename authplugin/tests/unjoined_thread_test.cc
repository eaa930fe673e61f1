#include "negotiate/unjoined_thread.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace negodbc::test {
namespace {

using std::chrono::steady_clock;

// Each with work of its own: one that has another's, or none, is seen. Started by several, so that
// some end before whoever has started them goes on.
TEST(UnjoinedThread, Each_runs_what_it_was_given_and_gives_it_back) {
  constexpr std::size_t kStarters = 8;
  constexpr std::size_t kThreads = 400;  // of each
  const auto ran = std::make_shared<std::array<std::atomic<int>, kStarters * kThreads>>();
  {
    std::vector<std::jthread> starters;
    starters.reserve(kStarters);
    for (std::size_t starter = 0; starter < kStarters; ++starter) {
      starters.emplace_back([&ran, starter] {
        for (std::size_t i = starter; i < ran->size(); i += kStarters) {
          auth::run_unjoined([ran, i] { ++(*ran)[i]; });
        }
      });
    }
  }
  const auto give_up = steady_clock::now() + std::chrono::seconds(60);
  while (ran.use_count() > 1 && steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(ran.use_count(), 1);
  for (std::size_t i = 0; i < ran->size(); ++i) EXPECT_EQ((*ran)[i], 1) << i;
}

}  // namespace
}  // namespace negodbc::test
