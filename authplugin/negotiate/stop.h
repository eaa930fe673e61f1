// Ends waits of one session from another thread.
#ifndef NEGODBC_NEGOTIATE_STOP_H_
#define NEGODBC_NEGOTIATE_STOP_H_

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "negotiate/pool.h"

namespace negodbc::auth {

// Once stopped it stays so. Any thread may stop it, at any time.
class Stop {
 public:
  Stop() = default;
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  void stop() {
    stopped_.store(true, std::memory_order_release);
    const std::lock_guard lock(mutex_);
    for (const Watch* watch : watches_) watch->wake_();
  }
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }

  // While it lives, stop() calls `wake`, which does not come back here; ended without a lock that
  // `wake` takes. `stop` NULL: nothing.
  class Watch {
   public:
    Watch(Stop* stop, std::function<void()> wake) : stop_(stop), wake_(std::move(wake)) {
      if (stop_ == nullptr) return;
      const std::lock_guard lock(stop_->mutex_);
      stop_->watches_.push_back(this);
    }
    // Wakes who waits on `changed` with `mutex`, for a condition that asks stopped().
    Watch(Stop* stop, std::mutex& mutex, std::condition_variable& changed)
        : Watch(stop, [&mutex, &changed] {
            // Whoever has looked at stopped() before waits by now.
            { const std::lock_guard lock(mutex); }
            changed.notify_all();
          }) {}
    ~Watch() {
      if (stop_ == nullptr) return;
      const std::lock_guard lock(stop_->mutex_);
      std::erase(stop_->watches_, this);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class Stop;
    Stop* const stop_;
    const std::function<void()> wake_;
  };

 private:
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::vector<const Watch*, PoolAllocator<const Watch*>> watches_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_STOP_H_
