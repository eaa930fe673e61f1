// What one round of a storm is asked to do.
#ifndef NEGODBC_BENCH_STORM_PLAN_H
#define NEGODBC_BENCH_STORM_PLAN_H

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace negodbc::bench {

struct RoundPlan {
  bool open = false;
  unsigned threads = 1;      // closed: the concurrency; open: how many logins may be in flight
  double rate = 0;           // open: arrivals per second
  bool poisson = false;      // open: arrivals at random, not evenly spaced
  std::uint64_t seed = 1;    // of what is drawn: arrivals, how long a failure is waited after
  double phase = 0;          // open, evenly spaced: of the first arrival, in steps (0..1)
  std::uint64_t logins = 0;  // at most; 0: as many as the time allows
  double seconds = 0;        // no login begins later than this
  double ramp_s = 0;   // closed: the threads begin spread over it; open: the rate grows over it
  double think_s = 0;  // closed: pause of a thread between two logins
  // closed: a thread's pause after a failure, doubled with each further one up to the most; of each
  // pause between half and the whole, by chance. A login that works begins anew.
  double back_off_s = 0;
  double back_off_most_s = 0;
  // Sessions are held and cut: see reconnect_round.h. In which threads are the sessions, and
  // seconds the most that is waited for their return.
  bool reconnect = false;
  double probe_s = 0.1;  // how often a client looks that can't see the end of its session
  double spread_s = 0;   // before the first try to come back each waits up to that, by chance
  unsigned warm_up =
      0;  // logins before the round, not counted; closed: of each thread; open: in all
  double slice_s = 0.25;  // of what is told over time
  std::string query;      // after each login; empty: none
  bool live = false;      // a LiveSample is wanted every second
};

// The part of a round that process number `index` of `count` does, on rank number `rank` of `ranks`
// (which all have the same plan): logins, threads and rate are divided among the processes of a
// rank; arrivals are shifted against each other.
RoundPlan share_of(const RoundPlan& plan, std::size_t index, std::size_t count,
                   std::size_t rank = 0, std::size_t ranks = 1);

void to_json(nlohmann::json& document, const RoundPlan& plan);
void from_json(const nlohmann::json& document, RoundPlan& plan);

}  // namespace negodbc::bench

#endif
