// A point in time by which a wait must end. Every wait in the driver takes one.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace negodbc {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline after(std::chrono::milliseconds timeout) {
    return Deadline(Clock::now() + timeout);
  }
  // For ODBC's "0 means no time-out": a wait that only the peer, a cancel or keep-alive ends.
  static Deadline never() { return Deadline(Clock::time_point::max()); }

  [[nodiscard]] bool is_never() const { return at_ == Clock::time_point::max(); }
  [[nodiscard]] bool expired() const { return !is_never() && Clock::now() >= at_; }
  // Rounded up, so that a wait of the result is never short; at least 0.
  [[nodiscard]] std::chrono::milliseconds remaining() const {
    if (is_never()) return std::chrono::hours(24);
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()),
                    std::chrono::milliseconds::zero());
  }
  // For poll(2): milliseconds, or -1 for ever.
  [[nodiscard]] int poll_timeout() const {
    if (is_never()) return -1;
    return static_cast<int>(std::min<std::chrono::milliseconds::rep>(
        remaining().count(), std::numeric_limits<int>::max()));
  }
  [[nodiscard]] Deadline sooner(Deadline other) const { return Deadline(std::min(at_, other.at_)); }
  [[nodiscard]] Deadline later(Clock::duration by) const {
    return is_never() ? *this : Deadline(at_ + by);
  }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace negodbc
