// What a storm has found, as a document that can be kept, merged with those of other machines, and
// drawn.
#ifndef NEGODBC_BENCH_STORM_REPORT_H
#define NEGODBC_BENCH_STORM_REPORT_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/base/statistics.h"
#include "bench/storm/round.h"
#include "bench/storm/server_log.h"

namespace negodbc::bench {

struct RoundReport {
  double begin_s = 0;  // since the storm's start
  RoundResult result;
  ServerCounts server;
};

struct TargetReport {
  std::string name;
  std::string kind;
  std::vector<std::string> connections;  // without passwords
  std::vector<std::string> caches;
  std::vector<RoundReport> rounds;
  std::string broken;  // why there are no more rounds; empty if all were done
};

// Medians over the rounds, with the lowest and highest; latencies in seconds.
struct TargetSummary {
  RoundResult whole;  // all rounds together
  ServerCounts server;
  Spread logins_per_second;
  Spread cpu_per_login_s;
  Spread p50, p90, p99, maximum;
  double peak_memory_kb = 0;
};

struct Report {
  std::string title;
  std::string started;             // ISO 8601, UTC
  std::vector<std::string> hosts;  // that took part
  double slice_s = 0.25;
  nlohmann::json options = nlohmann::json::object();  // what was asked for, for the reader
  std::vector<TargetReport> targets;

  bool all_well() const;  // every round done, no login failed
};

TargetSummary summarize(const TargetReport& target);

// One number per round, for ratios between targets.
std::vector<double> per_round(const TargetReport& target, double (*value)(const RoundResult&));

// The document holds every round with its histograms, and a "summary" for each target for those who
// only want to read it: microseconds, ratios to the first target.
nlohmann::json to_document(const Report& report);
// Takes only what the summary is made of. Throws std::exception when it is not such a document.
Report from_document(const nlohmann::json& document);

// Adds what another machine has measured at the same time: same targets, by name, round by round.
void merge(Report& own, const Report& other);

// For a terminal.
std::string to_table(const Report& report);

}  // namespace negodbc::bench

#endif
