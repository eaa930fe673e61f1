// Mutexes that a child made by fork() never inherits locked by a thread it has not.
#pragma once

#include <mutex>

namespace negodbc {

// For state of the whole process, which a forked child goes on using (workers of a prefork server).
// fork() waits for it. Who holds one takes and makes no other (fork() locks all of them, in no
// particular order), and does nothing that may wait or register at fork (load a module).
class ForkMutex {
 public:
  ForkMutex();
  ~ForkMutex();
  ForkMutex(const ForkMutex&) = delete;
  ForkMutex& operator=(const ForkMutex&) = delete;

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  friend struct ForkList;
  [[maybe_unused]] ForkMutex* previous_ = nullptr;
  [[maybe_unused]] ForkMutex* next_ = nullptr;
  std::mutex mutex_;
};

// Held over whole calls, which fork() cannot wait for. In a child it is free: what a thread of the
// parent was changing may be half done there, so that is nothing a child needs, or is guarded by a
// ForkMutex as well.
class CallMutex {
 public:
  CallMutex();
  ~CallMutex();
  CallMutex(const CallMutex&) = delete;
  CallMutex& operator=(const CallMutex&) = delete;

  void lock() { mutex_->lock(); }
  bool try_lock() { return mutex_->try_lock(); }
  void unlock() { mutex_->unlock(); }

 private:
  friend struct ForkList;
  [[maybe_unused]] CallMutex* previous_ = nullptr;
  [[maybe_unused]] CallMutex* next_ = nullptr;
  std::mutex own_;
  std::mutex* mutex_ = &own_;  // in a child that found it locked: another one
};

}  // namespace negodbc
