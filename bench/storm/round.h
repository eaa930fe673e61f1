// One round of a storm against one target, in this process: logins by several threads, in one of
// two modes.
//
// closed: a fixed number of threads, each of which logs in again as soon as it is through (and has
//   thought). A slow server is asked less often, so the latencies say nothing about a fixed load.
// open: logins are due at an arrival rate, whatever the server does. The latency of a login is
// counted
//   from the moment it was due, not from the moment a thread was free to begin it: a stall is seen
//   by all who would have come during it (no coordinated omission).
#ifndef NEGODBC_BENCH_STORM_ROUND_H
#define NEGODBC_BENCH_STORM_ROUND_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/base/histogram.h"
#include "bench/storm/client.h"

namespace negodbc::bench {

struct RoundPlan {
  std::int64_t start_ns = 0;  // on the monotonic clock of this machine; past: at once
  bool open = false;
  unsigned threads = 1;      // closed: the concurrency; open: how many logins may be in flight
  double rate = 0;           // open: arrivals per second
  std::uint64_t logins = 0;  // at most
  double seconds = 0;        // no login begins later than this
  double ramp_s = 0;      // closed: the threads begin spread over it; open: the rate grows over it
  double think_s = 0;     // closed: pause of a thread between two logins
  double slice_s = 0.25;  // of the latency over time
  std::string query;
};

struct ErrorGroup {
  std::uint64_t count = 0;
  std::string first_text;
};

struct RoundResult {
  std::uint64_t logins = 0;
  std::uint64_t failures = 0;
  std::uint64_t not_begun = 0;  // open: due in time, but no thread was free until the round's end
  double seconds = 0;           // from the start to the end of the last logout
  double user_cpu_s = 0;
  double system_cpu_s = 0;
  std::int64_t peak_memory_kb = 0;  // of the process so far
  Histogram login;                  // open: from when it was due
  Histogram service;                // open only: from when it was begun
  Histogram query;
  Histogram logout;
  std::vector<std::pair<std::string, Histogram>> phases;
  std::map<std::string, ErrorGroup> errors;      // by SQLSTATE
  std::map<std::uint64_t, Histogram> over_time;  // login latency by slice of the round

  // Adds what another process has done in the same round, at the same time.
  void merge(const RoundResult& other);
  double logins_per_second() const {
    return seconds > 0 ? static_cast<double>(logins) / seconds : 0;
  }
  double cpu_per_login_s() const;
};

// When the login number `index` (from 0) is due, in seconds after the start of an open round: the
// rate grows linearly to `rate` within the ramp.
double arrival_s(std::uint64_t index, double rate, double ramp_s);

// `progress` is called now and then with (logins, failures), from another thread.
using Progress = std::function<void(std::uint64_t, std::uint64_t)>;
RoundResult run_round(Target& target, const RoundPlan& plan, const Progress& progress);

void to_json(nlohmann::json& document, const RoundPlan& plan);
void from_json(const nlohmann::json& document, RoundPlan& plan);
void to_json(nlohmann::json& document, const RoundResult& result);
void from_json(const nlohmann::json& document, RoundResult& result);

}  // namespace negodbc::bench

#endif
