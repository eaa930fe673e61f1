// What is seen of a round while it runs.
#ifndef NEGODBC_BENCH_STORM_LIVE_H
#define NEGODBC_BENCH_STORM_LIVE_H

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/base/histogram.h"

namespace negodbc::bench {

struct LiveSample {
  std::uint64_t logins = 0;  // of the round so far, with the next one
  std::uint64_t failures = 0;
  std::uint64_t in_flight = 0;  // at the moment
  double window_s = 0;          // of what follows; 0: nothing was sampled yet
  Histogram recent;             // latencies of the logins that ended in the window

  void merge(const LiveSample& other);  // of another process, at about the same time
};

void to_json(nlohmann::json& document, const LiveSample& sample);
void from_json(const nlohmann::json& document, LiveSample& sample);

// "812/s  p50 1.2 ms  p99 9.8 ms  in flight 37  4711 logins  0 failed". A p99 of less than a
// hundred logins is the slowest of them, and called so.
std::string live_text(const LiveSample& sample);

}  // namespace negodbc::bench

#endif
