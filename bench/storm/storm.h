// A whole storm: rounds of every target in turn, each time another first, so that what disturbs the
// machine disturbs all alike.
#ifndef NEGODBC_BENCH_STORM_STORM_H
#define NEGODBC_BENCH_STORM_STORM_H

#include <string>
#include <vector>

#include "bench/storm/identity.h"
#include "bench/storm/plan.h"
#include "bench/storm/ranks.h"
#include "bench/storm/rate_search.h"
#include "bench/storm/report.h"
#include "bench/storm/stop_signals.h"
#include "bench/storm/target_spec.h"

namespace negodbc::bench {

struct StormOptions {
  std::string title = "Connection storm";
  std::vector<TargetSpec> targets;
  RoundPlan round;    // for a whole target; 0 threads: see fill_defaults()
  SearchPlan search;  // steps of a rate instead of rounds
  unsigned rounds = 5;
  double time_limit_s = 0;  // of the whole storm: no round begins that could last longer; 0: none
  double pause_s = 0.2;     // between rounds: what the last one has left behind can end
  int login_timeout_s = 30;
  bool keep_loaded = true;
  std::string server_log;  // of PostgreSQL; empty: not visible
  std::string kdc_log;
  std::string server_pid;  // a number, or a file that begins with it; empty: not visible
  std::string cut;         // reconnect: the command that ends the sessions; empty: another's
  // Several machines at once: round number i begins at start_at + i * slot (seconds since 1970).
  double start_at = 0;
  double slot_s = 0;
  Identity identity;
  bool quiet = false;  // no progress on stderr
  bool live = false;   // a line every second there, with rate and latencies
};

// A target that can't be begun, or whose process breaks down, is told in its report and does not
// stop the others. SIGINT and SIGTERM end it early, with what was measured till then; a second one
// at once, without what the round under way has measured. The options have been checked
// (plan_check.h).
// `ranks`: with whom each round begins at the same moment; null: alone, or by the options' clock.
Report run_storm(const StormOptions& options, StopSignals& signals, Ranks* ranks = nullptr);

}  // namespace negodbc::bench

#endif
