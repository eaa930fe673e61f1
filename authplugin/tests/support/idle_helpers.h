// What an abandoned or later call leaves to do behind it.
#ifndef NEGODBC_TESTS_SUPPORT_IDLE_HELPERS_H_
#define NEGODBC_TESTS_SUPPORT_IDLE_HELPERS_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>

#include "negotiate/helper_pool.h"

namespace negodbc::test {

// Until no helper thread of the process has anything to do any more.
inline void wait_until_helpers_are_idle(std::uint64_t process, std::chrono::milliseconds longest) {
  auth::helper_pool::Pool& pool = auth::helper_pool::pool_of_process(process);
  const auto until = std::chrono::steady_clock::now() + longest;
  while (std::chrono::steady_clock::now() < until) {
    {
      const std::lock_guard lock(pool.mutex);
      if (pool.busy() == 0 && pool.waiting.empty()) return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ADD_FAILURE() << "one goes on";
}

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_IDLE_HELPERS_H_
