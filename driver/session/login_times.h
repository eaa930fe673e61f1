// What the time of a login went to.
#pragma once

#include <chrono>
#include <utility>

namespace negodbc::session {

// All attempts together, where there were several. The parts do not overlap.
struct LoginTimes {
  using Duration = std::chrono::steady_clock::duration;
  Duration resolve{0};     // host names to addresses
  Duration connect{0};     // TCP
  Duration encryption{0};  // TLS or GSS encryption, its waits included
  Duration token{0};       // the authentication plugin
  Duration total{0};
  // The rest: waiting for the server, mostly.
  [[nodiscard]] Duration server() const { return total - resolve - connect - encryption - token; }
};

// What `work` gives, and its time added, however it ends.
template <class Work>
decltype(auto) timed(LoginTimes::Duration& sum, Work&& work) {
  struct Stopwatch {
    explicit Stopwatch(LoginTimes::Duration& into) : sum(into) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { sum += std::chrono::steady_clock::now() - begin; }
    LoginTimes::Duration& sum;
    const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  } const stopwatch(sum);
  return std::forward<Work>(work)();
}

}  // namespace negodbc::session
