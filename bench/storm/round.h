// One round of a storm against one target, in this process: logins by several threads, in one of
// two modes; a third, in which sessions are held and cut, is in reconnect_round.h.
//
// closed: a fixed number of threads, each of which logs in again as soon as it is through (and has
//   thought). A slow server is asked less often, so the latencies say nothing about a fixed load.
// open: logins are due at an arrival rate, whatever the server does. The latency of a login is
// counted
//   from the moment it was due, not from the moment a thread was free to begin it: a stall is seen
//   by all who would have come during it (no coordinated omission). Threads are begun as they are
//   needed, up to the plan's. A login that nobody was free to begin before the round's end is due
//   and not begun.
#ifndef NEGODBC_BENCH_STORM_ROUND_H
#define NEGODBC_BENCH_STORM_ROUND_H

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/base/histogram.h"
#include "bench/storm/client.h"
#include "bench/storm/live.h"
#include "bench/storm/plan.h"
#include "bench/storm/reconnect_result.h"

namespace negodbc::bench {

struct ErrorGroup {
  std::uint64_t count = 0;
  std::string first_text;
};

struct RoundResult {
  std::uint64_t logins = 0;
  std::uint64_t failures = 0;
  std::uint64_t unfinished = 0;      // begun, but not through when the round was stopped
  std::optional<std::uint64_t> due;  // open only
  double seconds = 0;                // from the start to the end of the last logout
  double user_cpu_s = 0;             // of the process, with the next two
  double system_cpu_s = 0;
  double failed_cpu_s = 0;           // of the threads in attempts that failed
  double storm_cpu_s = 0;            // of the storm's own: recording, telling of the progress
  std::int64_t peak_memory_kb = -1;  // of the process in this round; -1: not told
  std::int64_t storm_memory_kb = 0;  // of it, the storm's histograms
  unsigned threads = 0;              // that were begun
  double late_s = 0;                 // behind the moment of its start
  bool stopped = false;              // before its end
  Histogram login;                   // open: from when it was due
  Histogram service;                 // open only: from when it was begun
  Histogram failed;                  // as `login`, of the logins that failed: until that was told
  Histogram query;
  Histogram logout;
  std::vector<std::pair<std::string, Histogram>> phases;
  std::map<std::string, ErrorGroup> errors;  // by SQLSTATE
  // By slice of the round in which they were due or begun: latencies of logins, numbers of
  // failures.
  std::map<std::uint64_t, Histogram> over_time;
  std::map<std::uint64_t, std::uint64_t> failures_over_time;
  std::optional<ReconnectResult> reconnect;  // of that mode only

  std::uint64_t begun() const { return logins + failures + unfinished; }
  std::uint64_t dropped() const { return due && *due > begun() ? *due - begun() : 0; }
  std::size_t histogram_memory() const;  // bytes
  // Adds what another process has done in the same round, at the same time.
  void merge(const RoundResult& other);
  double logins_per_second() const;  // absent where no time went by
  // Of a login that worked, without what failures and the storm's own work took; absent without
  // one.
  double cpu_per_login_s() const;
};

struct RoundHooks {
  // Called once all clients have warmed up: the moment of the start on the monotonic clock, in
  // nanoseconds (past: at once), or nothing to leave it.
  std::function<std::optional<std::int64_t>()> ready = [] { return std::int64_t{0}; };
  // Called with (logins, failures) every tenth of a second, by another thread. False stops the
  // round: no login begins any more, and what still runs two seconds later is not waited for.
  std::function<bool(std::uint64_t, std::uint64_t)> progress = [](std::uint64_t, std::uint64_t) {
    return true;
  };
  // Called once a second by the same thread, whose CPU time is the storm's; empty: nothing is
  // sampled.
  std::function<void(const LiveSample&)> live;
};

// When the result has logins that are unfinished, threads of this round are still in the target's
// code: nothing is to be destroyed any more, and the process to be ended by _exit().
RoundResult run_round(Target& target, const RoundPlan& plan, const RoundHooks& hooks = {});

void to_json(nlohmann::json& document, const RoundResult& result);
void from_json(const nlohmann::json& document, RoundResult& result);

}  // namespace negodbc::bench

#endif
