// Ends waits of one session from another thread.
#ifndef NEGODBC_NEGOTIATE_STOP_H_
#define NEGODBC_NEGOTIATE_STOP_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "negotiate/security_platform.h"

namespace negodbc::auth {

// Once stopped it stays so. Any thread may stop it, at any time. A child after fork() may have the
// lock as a thread of its parent held it, and none of those who waited: it begins with a list of
// its own.
class Stop {
 public:
  class Watch;

  explicit Stop(const SecurityPlatform& platform)
      : platform_(platform), first_(platform.process_id()) {}
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop() {
    List* const last = list_.load();
    if (last != &first_ && last->process == platform_.process_id()) delete last;
  }

  void stop();
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }

 private:
  struct List {
    explicit List(std::uint64_t of) : process(of) {}
    const std::uint64_t process;
    std::mutex mutex;
    Watch* first = nullptr;
  };

 public:
  // While it lives, stop() calls `wake`, which does not come back here; ended without a lock that
  // `wake` takes, and by the process that made it. `stop` NULL: nothing.
  class Watch {
   public:
    Watch(Stop* stop, std::function<void()> wake)
        : list_(stop == nullptr ? nullptr : &stop->list()), wake_(std::move(wake)) {
      if (list_ == nullptr) return;
      const std::lock_guard lock(list_->mutex);
      next_ = list_->first;
      if (next_ != nullptr) next_->before_ = this;
      list_->first = this;
    }
    // Wakes who waits on `changed` with `mutex`, for a condition that asks stopped().
    Watch(Stop* stop, std::mutex& mutex, std::condition_variable& changed)
        : Watch(stop, [&mutex, &changed] {
            // Whoever has looked at stopped() before waits by now.
            { const std::lock_guard lock(mutex); }
            changed.notify_all();
          }) {}
    ~Watch() {
      if (list_ == nullptr) return;
      const std::lock_guard lock(list_->mutex);
      (before_ == nullptr ? list_->first : before_->next_) = next_;
      if (next_ != nullptr) next_->before_ = before_;
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class Stop;
    List* const list_;
    const std::function<void()> wake_;
    Watch* before_ = nullptr;
    Watch* next_ = nullptr;
  };

 private:
  // This process's.
  List& list() {
    const std::uint64_t process = platform_.process_id();
    List* found = list_.load(std::memory_order_acquire);
    while (found->process != process) {
      auto fresh = std::make_unique<List>(process);
      if (list_.compare_exchange_strong(found, fresh.get(), std::memory_order_acq_rel)) {
        return *fresh.release();
      }
    }
    return *found;
  }

  const SecurityPlatform& platform_;
  std::atomic<bool> stopped_{false};
  List first_;
  std::atomic<List*> list_{&first_};
};

inline void Stop::stop() {
  stopped_.store(true, std::memory_order_release);
  List& mine = list();
  const std::lock_guard lock(mine.mutex);
  for (const Watch* watch = mine.first; watch != nullptr; watch = watch->next_) watch->wake_();
}

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_STOP_H_
