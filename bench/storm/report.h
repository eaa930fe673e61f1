// What a storm has found, as a document that can be kept, merged with those of other machines, and
// drawn.
#ifndef NEGODBC_BENCH_STORM_REPORT_H
#define NEGODBC_BENCH_STORM_REPORT_H

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/base/statistics.h"
#include "bench/storm/round.h"
#include "bench/storm/server_log.h"

namespace negodbc::bench {

// A round that was a step of the search of the highest rate (rate_search.h).
struct StepReport {
  double rate = 0;  // logins due per second
  bool held = false;
  bool by_client = false;  // it did not, and what was short was the client's
  std::string why;
};

struct RoundReport {
  double begin_s = 0;       // since the storm's start
  double begin_unix_s = 0;  // by this machine's clock, or that of rank 0 where they have met; with
                            // the next one: of the first and the last process that are in it
  double last_begin_unix_s = 0;
  double late_s = 0;  // behind the moment at which it was to begin (--start-at)
  RoundResult result;
  ServerCounts server;
  std::optional<StepReport> step;
};

struct TargetReport {
  std::string name;
  std::string kind;
  std::vector<std::string> connections;  // without passwords
  std::vector<std::string> caches;
  std::vector<RoundReport> rounds;
  std::string broken;        // why there are no more rounds; empty if all were done
  bool out_of_time = false;  // it was the storm's time limit
  unsigned planned_rounds = 0;
  std::map<std::string, std::string> versions;  // of what it uses
};

// Medians over the rounds, with the lowest and highest; latencies in seconds.
struct TargetSummary {
  RoundResult whole;  // all rounds together
  ServerCounts server;
  Spread logins_per_second;
  Spread cpu_per_login_s;
  Spread p50, p90, p99, maximum;
  double peak_memory_kb = absent;
};

struct Report {
  std::string title;
  std::string started;  // ISO 8601, UTC
  double slice_s = 0.25;
  std::string run;                     // of the storm, on all machines
  std::vector<std::string> processes;  // that took part, each by a name of its own
  std::vector<unsigned> ranks;         // that are in this report, as far as they are known
  unsigned expected_ranks = 0;         // 0: not known
  bool merged = false;                 // out of reports: then all ranks should be in it
  nlohmann::json environments = nlohmann::json::array();  // of each process
  nlohmann::json options = nlohmann::json::object();      // what was asked for
  std::vector<std::string> notes;  // what a reader has to know: limits of the client, clocks
  bool stopped = false;            // by a signal, before its end
  double p99_under_s = 0;  // the rounds are steps of a search with this limit; 0: they are not
  std::vector<TargetReport> targets;

  bool is_search() const { return p99_under_s > 0; }
  std::vector<unsigned> missing_ranks() const;  // of one that is merged
};

enum ExitStatus : int {
  all_logins_worked = 0,
  logins_failed = 1,      // one failed, or a target could not be begun or broke down
  could_not_run = 2,      // the command line, the plan, or a file
  logins_dropped = 3,     // none failed, but some that were due were not begun
  report_is_partial = 4,  // none failed: rounds, ranks or ends of logins are missing
};
// The first that applies of 1, 4 and 3; 0 if none does. In a search logins may fail and be dropped,
// but a rate has to hold for each target.
ExitStatus exit_status(const Report& report);

TargetSummary summarize(const TargetReport& target);

// In seconds; absent where there are too few values to tell: at least one has to lie beyond it.
double quantile_s(const Histogram& histogram, double q);
// The median over the rounds, or of all rounds together where one has too few logins.
double shown_quantile_s(const Spread& of_rounds, const Histogram& whole, double q);

// One number per round, for ratios between targets; absent where a round has none.
std::vector<double> per_round(const TargetReport& target, double (*value)(const RoundResult&));

// Sentences on what went otherwise than planned, for every way in which a report is shown. Texts of
// others are in them as they came.
std::vector<std::string> remarks(const Report& report);

// For a terminal: control characters of others are made harmless.
std::string to_table(const Report& report);

}  // namespace negodbc::bench

#endif
