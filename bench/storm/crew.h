// The processes of one target, which work at the same time.
#ifndef NEGODBC_BENCH_STORM_CREW_H
#define NEGODBC_BENCH_STORM_CREW_H

#include <functional>
#include <optional>
#include <vector>

#include "bench/storm/report.h"
#include "bench/storm/stop_signals.h"
#include "bench/storm/storm.h"
#include "bench/storm/worker.h"

namespace negodbc::bench {

class Crew {
 public:
  // Of all processes so far. Called at least once a second while something is waited for.
  using Progress = std::function<void(const LiveSample&)>;

  // Starts the processes. Both references must outlive it.
  Crew(const TargetSpec& spec, const StormOptions& options, StopSignals& signals);

  // What it has found; its reason if it has broken down.
  TargetReport& report() { return report_; }
  bool broken() const { return !report_.broken.empty(); }

  void wait_until_ready(const Progress& progress);
  // Makes the clients of a round and lets them warm up; false when that did not come to its end.
  bool warm_up(const RoundPlan& plan, const Progress& progress);
  // Has them begin at this moment of the monotonic clock, and gives what they have found: less than
  // all of it when a signal came, or when a process broke down or had to be ended.
  std::optional<RoundResult> run(std::int64_t start_ns, const Progress& progress);

 private:
  struct Answers {
    std::vector<nlohmann::json> documents;  // of the processes that have sent one
    bool whole = false;
  };
  Answers collect(double limit_s, const char* key, const Progress& progress);
  // What one process has sent; false when the crew is broken by it.
  bool take(std::size_t index, const char* key, std::vector<nlohmann::json>& answers);
  void break_down(std::size_t index);
  void stop_all();
  double patience_s() const;

  const StormOptions& options_;
  StopSignals& signals_;
  TargetReport report_;
  std::vector<WorkerProcess> workers_;
  std::vector<LiveSample> live_;
};

}  // namespace negodbc::bench

#endif
