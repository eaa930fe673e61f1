// A point in time that another thread may set while somebody waits.
#pragma once

#include <atomic>
#include <limits>

#include "driver/base/deadline.h"

namespace negodbc {

// Any thread may call any member at any time.
class StopTime {
 public:
  void set(Deadline::Clock::time_point time) { ticks_ = time.time_since_epoch().count(); }
  void clear() { ticks_ = none; }
  [[nodiscard]] bool reached() const {
    const Ticks ticks = ticks_;
    return ticks != none && Deadline::Clock::now().time_since_epoch().count() >= ticks;
  }

 private:
  using Ticks = Deadline::Clock::rep;
  static constexpr Ticks none = std::numeric_limits<Ticks>::max();
  std::atomic<Ticks> ticks_ = none;
};

}  // namespace negodbc
