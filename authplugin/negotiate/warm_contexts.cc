#include "negotiate/warm_contexts.h"

#include <algorithm>
#include <utility>

namespace negodbc::auth {

WarmContexts::WarmContexts(std::size_t wanted, CacheCounters& counters)
    : wanted_(std::min(wanted, kMost)), counters_(counters) {}

std::optional<WarmContexts::Leg> WarmContexts::pop_locked() {
  if (count_ == 0) return std::nullopt;
  std::optional<Leg> leg = std::exchange(legs_[first_], std::nullopt);
  first_ = (first_ + 1) % kMost;
  --count_;
  return leg;
}

std::optional<Initiator::Continue> WarmContexts::take(const Origin& origin) {
  if (wanted_ == 0) return std::nullopt;
  const Clock::time_point now = Clock::now();
  for (bool first = true;; first = false) {
    std::optional<Leg> leg;
    {
      const std::lock_guard lock(mutex_);
      if (first) {
        if (now - minute_began_ >= std::chrono::minutes(1)) {
          minute_began_ = now;
          uses_ /= 2;  // who came just before has not gone yet
        }
        ++uses_;
      }
      leg = pop_locked();
      // The first two uses find none because none were wanted yet.
      if (!leg && first && uses_ > 2 && now >= rests_until_) rests_until_ = now + kRest;
    }
    if (!leg) return std::nullopt;
    if (leg->origin == origin && now - leg->made_at < kLife) {
      ++counters_.warm_used;
      return std::move(leg->leg);
    }
    ++counters_.warm_dropped;  // ends here, outside the lock
  }
}

bool WarmContexts::wants_more() const {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  // One use says nothing of a second.
  return uses_ > 1 && count_ < std::min(wanted_, uses_) && now >= rests_until_ &&
         now - minute_began_ < std::chrono::minutes(2);
}

void WarmContexts::put(Initiator::Continue leg, const Origin& origin) {
  std::optional<Leg> kept(Leg{std::move(leg), origin, Clock::now()});
  const std::lock_guard lock(mutex_);
  if (count_ == kMost) return;
  legs_[(first_ + count_++) % kMost] = std::move(kept);
  ++counters_.warm_made;
}

std::size_t WarmContexts::drop_old() {
  const Clock::time_point now = Clock::now();
  for (;;) {
    std::optional<Leg> old;
    {
      const std::lock_guard lock(mutex_);
      if (count_ == 0 || now - legs_[first_]->made_at < kLife) return count_;
      old = pop_locked();
    }
    ++counters_.warm_dropped;
  }
}

void WarmContexts::drop_all() {
  for (;;) {
    std::optional<Leg> leg;
    {
      const std::lock_guard lock(mutex_);
      leg = pop_locked();
    }
    if (!leg) return;
    ++counters_.warm_dropped;
  }
}

}  // namespace negodbc::auth
