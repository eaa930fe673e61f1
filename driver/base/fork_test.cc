// What outlives fork().
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "driver/base/fork_mutex.h"
#include "driver/base/lru_map.h"

namespace negodbc {
namespace {

TEST(LruMap, OutlivesAForkInTheMidstOfACall) {
  LruMap<int> map(10);
  map.put("a", 1);
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) map.put("b", 2);
  });
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(map.get("a") == 1 ? 0 : 1);
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  busy.join();
}

// fork() does not wait for it.
TEST(CallMutex, IsFreeInAChild) {
  CallMutex gone_before;
  CallMutex mutex;
  { const CallMutex between; }
  const std::lock_guard lock(mutex);
  const pid_t child = fork();
  if (child == 0) _exit(mutex.try_lock() ? 0 : 1);
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(gone_before.try_lock());
  gone_before.unlock();
}

}  // namespace
}  // namespace negodbc
