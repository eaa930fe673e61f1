// A report for tests: two targets, three rounds of each, the second target twice as fast.
#ifndef NEGODBC_BENCH_STORM_REPORT_SAMPLE_TEST_H
#define NEGODBC_BENCH_STORM_REPORT_SAMPLE_TEST_H

#include <chrono>

#include "bench/storm/report.h"

namespace negodbc::bench {

inline RoundReport round_of(double begin_s, unsigned logins, std::chrono::microseconds latency,
                            double seconds) {
  RoundReport round;
  round.begin_s = begin_s;
  for (unsigned i = 0; i < logins; ++i) {
    round.result.login.record(latency + std::chrono::microseconds(i));
    round.result.logout.record(std::chrono::microseconds(10));
    round.result.over_time[i / 10].record(latency + std::chrono::microseconds(i));
  }
  round.result.phases.emplace_back("connect", round.result.logout);
  round.result.logins = logins;
  round.result.seconds = seconds;
  round.result.user_cpu_s = 0.001 * logins;
  round.result.peak_memory_kb = 2048;
  round.server.backends = logins;
  return round;
}

inline Report two_targets() {
  Report report;
  report.title = "A <storm> & more";
  report.started = "2026-11-22T20:00:00Z";
  report.run = "run";
  report.processes = {"one"};
  report.environments.push_back(nlohmann::json::object({{"host", "here"}}));
  report.options = {{"mode", "closed"}, {"query", "select '<a>'"}};
  report.targets = {{"peer", "odbc", {"DSN=peer"}, {}, {}, "", false, 3, {}},
                    {"ours", "odbc", {"DSN=ours"}, {"FILE:/a"}, {}, "", false, 3, {}}};
  for (int i = 0; i < 3; ++i) {
    // The second round is disturbed, for both alike.
    const double slow = i == 1 ? 4 : 1;
    report.targets[0].rounds.push_back(
        round_of(i, 100, std::chrono::microseconds(2000), 0.2 * slow));
    report.targets[1].rounds.push_back(
        round_of(i + 0.5, 100, std::chrono::microseconds(1000), 0.1 * slow));
  }
  return report;
}

}  // namespace negodbc::bench

#endif
