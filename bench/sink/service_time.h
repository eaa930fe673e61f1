// How long a login is held back once it is authenticated: what a server would take to start the
// session. Without processors behind it: held logins cost nothing and are not queued.
#ifndef NEGODBC_BENCH_SINK_SERVICE_TIME_H
#define NEGODBC_BENCH_SINK_SERVICE_TIME_H

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "bench/base/histogram.h"

namespace negodbc::bench {

class ServiceTime {
 public:
  ServiceTime() = default;  // none
  explicit ServiceTime(std::chrono::nanoseconds fixed) : fixed_(fixed) {}
  // As what was measured: each draw is one of its quantiles. Throws std::runtime_error when nothing
  // is in it.
  explicit ServiceTime(const Histogram& measured);

  bool none() const { return measured_.empty() && fixed_.count() == 0; }
  std::chrono::nanoseconds draw(std::mt19937_64& random) const;

 private:
  std::chrono::nanoseconds fixed_{0};
  std::vector<std::chrono::nanoseconds> measured_;  // quantiles at equal distances
};

// The logins of a target of a storm's report (its file), of all rounds together; the first target's
// without a name. Throws std::runtime_error.
Histogram logins_of_report(const std::string& path, const std::string& target);

}  // namespace negodbc::bench

#endif
