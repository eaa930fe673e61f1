// A right that one at a time has: to fetch a credential, to fetch a ticket.
//
// What is done with it is a library's call, which may never return (a dead file server, a daemon
// that hangs). So whoever has it for longer than the patience loses it to the next one, whose own
// patience is twice as long, up to kMostPatience: calls that hang cost a thread each. Once a holder
// has come to an end it is as at first. Guarded by its owner's mutex.
#ifndef NEGODBC_NEGOTIATE_RIGHT_H_
#define NEGODBC_NEGOTIATE_RIGHT_H_

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace negodbc::auth {

class Right {
 public:
  using Clock = std::chrono::steady_clock;
  using Holder = std::uint64_t;             // 0: nobody
  static constexpr int kMostPatience = 16;  // times the first

  explicit Right(std::chrono::milliseconds patience) : patience_(patience) {}

  bool is_free(Clock::time_point now) const { return holder_ == 0 || now >= until_; }
  // When somebody's is over; where nobody gives it back before.
  Clock::time_point until() const { return until_; }
  // Of a free one.
  Holder take(Clock::time_point now) {
    if (holder_ != 0) times_ = std::min(times_ * 2, kMostPatience);
    until_ = now + times_ * patience_;
    return holder_ = ++last_;
  }
  // False: another one has it by now.
  bool is_held_by(Holder holder) const { return holder_ == holder; }
  void give_back(Holder holder) {
    times_ = 1;
    if (holder_ == holder) holder_ = 0;
  }

 private:
  const std::chrono::milliseconds patience_;
  int times_ = 1;
  Holder last_ = 0;
  Holder holder_ = 0;
  Clock::time_point until_{};
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_RIGHT_H_
