// The time of one server out of several: a share of the login's that is its own, and what a KDC may
// take besides. A KDC is asked for one server as for another, so what it takes is nobody's share.
#pragma once

#include <algorithm>
#include <chrono>

#include "driver/base/deadline.h"

namespace negodbc {

class ServerTime {
 public:
  // `all` of the time for the only server, or the last one.
  explicit ServerTime(Deadline all) : all_(all), server_(all), ticket_(all) {}
  // For one of `servers` that are left. A KDC gets three quarters of the time at most: the others
  // may be of realms whose KDCs answer.
  ServerTime(Deadline all, std::size_t servers) : ServerTime(all) {
    if (all.is_never() || servers <= 1) return;
    server_ = all.sooner(Deadline::after(all.remaining() / static_cast<long>(servers)));
    ticket_ = all.sooner(Deadline::after(all.remaining() * 3 / 4));
  }

  // For what the server takes.
  [[nodiscard]] Deadline server() const { return server_; }

  // While it lives, a KDC gets a third of what is left and five seconds at most: for what can be
  // done without.
  class HurriedKdc {
   public:
    explicit HurriedKdc(ServerTime& of) : of_(of), before_(of.ticket_) {
      const std::chrono::milliseconds longest = std::chrono::seconds(5);
      of.ticket_ = before_.sooner(Deadline::after(std::min(before_.remaining() / 3, longest)));
    }
    HurriedKdc(const HurriedKdc&) = delete;
    HurriedKdc& operator=(const HurriedKdc&) = delete;
    ~HurriedKdc() { of_.ticket_ = before_; }

   private:
    ServerTime& of_;
    const Deadline before_;
  };

  // Does what may ask a KDC, by the deadline that it is given; the server's own time begins again
  // behind it where it was.
  template <typename Ask>
  auto ask_kdc(Ask ask) {
    const Pause pause(*this);
    return ask(ticket_);
  }

 private:
  struct Pause {
    explicit Pause(ServerTime& of) : time(of) {}
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      time.server_ = time.server_.later(Deadline::Clock::now() - begin).sooner(time.all_);
    }
    ServerTime& time;
    const Deadline::Clock::time_point begin = Deadline::Clock::now();
  };

  Deadline all_;
  Deadline server_;
  Deadline ticket_;
};

}  // namespace negodbc
