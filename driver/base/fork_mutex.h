// A mutex that fork() waits for, so that a child never inherits it locked by a thread it has not.
#pragma once

#include <mutex>

namespace negodbc {

// For state of the whole process, which a forked child goes on using (workers of a prefork server).
// Who holds one takes no other: fork() locks all of them, in no particular order.
class ForkMutex {
 public:
  ForkMutex();
  ~ForkMutex();
  ForkMutex(const ForkMutex&) = delete;
  ForkMutex& operator=(const ForkMutex&) = delete;

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

}  // namespace negodbc
