// First legs computed ahead for a plan in use, so that a login finds its first token ready.
//
// Rules: each is used once, in the process that made it; is younger than kLife; and is of the
// credential's present generation and the request's present form, else it is dropped. They are made
// on a thread of their own (warm_filler.h), never on the connect path, and only while sessions of
// the plan come: as many as were used within the last minute, at most `wanted`. When a session
// finds none although they are wanted, sessions come faster than legs can be made ahead, and making
// them would only take processors away: then it rests for kRest. The server sees nothing unusual: a
// token's time stamp may be up to five minutes old.
#ifndef NEGODBC_NEGOTIATE_WARM_CONTEXTS_H_
#define NEGODBC_NEGOTIATE_WARM_CONTEXTS_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "negotiate/cache_counters.h"
#include "negotiate/initiator.h"

namespace negodbc::auth {

class WarmContexts {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMost = 32;
  static constexpr std::chrono::seconds kLife{50};
  static constexpr std::chrono::milliseconds kRest{20};

  // What a leg was made with; one that was made with something else is of no use.
  struct Origin {
    std::uint64_t generation = 0;
    std::shared_ptr<const ContextRequest> request;
    friend bool operator==(const Origin&, const Origin&) = default;
  };

  WarmContexts(std::size_t wanted, CacheCounters& counters);

  // A session comes: takes the oldest leg that is of use, and notes that the plan is in use.
  std::optional<Initiator::Continue> take(const Origin& origin);

  // Whether one more is to be made now.
  bool wants_more() const;
  // Keeps a leg; drops it when there is no room.
  void put(Initiator::Continue leg, const Origin& origin);
  // Drops what is too old, or all; what is left.
  std::size_t drop_old();
  void drop_all();

 private:
  struct Leg {
    Initiator::Continue leg;
    Origin origin;
    Clock::time_point made_at;
  };
  using Legs = std::array<std::optional<Leg>, kMost>;

  std::optional<Leg> pop_locked();

  const std::size_t wanted_;
  CacheCounters& counters_;
  mutable std::mutex mutex_;
  Legs legs_;  // a ring: the oldest at first_
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t uses_ = 0;  // within this minute
  Clock::time_point minute_began_{};
  Clock::time_point rests_until_{};
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_WARM_CONTEXTS_H_
