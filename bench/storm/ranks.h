// The processes of one storm on many machines, where a launcher has begun them: they meet before
// each round, and their reports come together at the first.
#ifndef NEGODBC_BENCH_STORM_RANKS_H
#define NEGODBC_BENCH_STORM_RANKS_H

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "bench/storm/live.h"
#include "bench/storm/report.h"
#include "bench/storm/stop_signals.h"

namespace negodbc::bench {

// How a machine's clock differs from that of rank 0.
struct ClockDifference {
  double ahead_s = 0;
  double uncertain_s = 0;  // by no more than this: half of the quickest answer's round trip
};

// Of one thread. A rank that has died or has been silent is waited for no longer.
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual bool is_first() const = 0;
  // Waits for the others to be ready for this slot; when all begin. Nothing when rank 0 has ended
  // its storm or is gone, or a signal has come.
  virtual std::optional<std::chrono::steady_clock::time_point> meet(std::size_t slot,
                                                                    StopSignals& signals) = 0;
  // Known once they have met.
  virtual ClockDifference clock() const = 0;
  // A sign of life, to be given about every second; at the first rank, `own` and what the others
  // told.
  virtual LiveSample tick(const LiveSample& own) = 0;
  // At the first rank the report of all; elsewhere nothing once that has it, or `own` when it is
  // gone.
  virtual std::optional<Report> gather(Report own, StopSignals& signals) = 0;
  // Leaves the launcher's job in good order; the process ends with this status if that takes long.
  virtual void leave(int status) = 0;
};

// Joins the others where Open MPI's launcher has begun more than one process; null elsewhere. Its
// library is opened at run time: nothing is linked to it. Throws std::runtime_error when the
// launcher is there and the library can't be used.
std::unique_ptr<Ranks> join_ranks();

}  // namespace negodbc::bench

#endif
