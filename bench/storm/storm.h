// A whole storm: rounds of every target in turn, so that what disturbs the machine disturbs all
// alike.
#ifndef NEGODBC_BENCH_STORM_STORM_H
#define NEGODBC_BENCH_STORM_STORM_H

#include <chrono>
#include <string>
#include <vector>

#include "bench/storm/report.h"
#include "bench/storm/round.h"
#include "bench/storm/target_spec.h"

namespace negodbc::bench {

struct StormOptions {
  std::string title = "Connection storm";
  std::vector<TargetSpec> targets;
  RoundPlan round;  // for a whole target; start_ns is set for each round
  unsigned rounds = 5;
  unsigned warm_up = 2;       // logins of each process before the first round, not counted
  double time_limit_s = 300;  // of the whole storm: no round begins that could last longer
  double pause_s = 0.2;       // between rounds: what the last one has left behind can end
  int login_timeout_s = 30;
  bool keep_loaded = true;
  std::string server_log;  // of PostgreSQL; empty: not visible
  std::string kdc_log;
  // Several machines at once: round number i begins at start_at + i * slot (seconds since 1970).
  double start_at = 0;
  double slot_s = 0;
  bool quiet = false;  // no progress on stderr
};

// Throws std::runtime_error when the options contradict each other. A target that can't be begun,
// or whose process breaks down, is told in its report and does not stop the others.
Report run_storm(const StormOptions& options);

// The part of a round that process number `index` of `count` does: logins, threads and rate are
// divided.
RoundPlan share_of(const RoundPlan& plan, std::size_t index, std::size_t count);

}  // namespace negodbc::bench

#endif
