// What became of sessions that were held open when something cut them.
#ifndef NEGODBC_BENCH_STORM_RECONNECT_RESULT_H
#define NEGODBC_BENCH_STORM_RECONNECT_RESULT_H

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "bench/base/histogram.h"

namespace negodbc::bench {

// Of one round. Times count from the round's start, at which the command that cuts begins.
struct ReconnectResult {
  std::uint64_t wanted = 0;      // sessions that were to be held
  std::uint64_t held = 0;        // that were open at the start
  std::uint64_t lost_again = 0;  // of those that came back, at the round's end
  double backed_off_s = 0;       // all pauses of all clients
  Histogram lost_after;          // until a client noticed
  Histogram failed_after;        // until an attempt to come back had failed
  Histogram back_after;          // until its session was there again
  Histogram away;                // from the one to the other

  std::uint64_t lost() const { return lost_after.count(); }
  std::uint64_t back() const { return back_after.count(); }
  // All that were to be held were open, were lost, and came back to stay.
  bool complete() const { return held == wanted && back() == held && lost_again == 0; }
  // Seconds until the last was back; absent if not all that were held are.
  double all_back_s() const;

  void merge(const ReconnectResult& other);
};

void to_json(nlohmann::json& document, const ReconnectResult& result);
void from_json(const nlohmann::json& document, ReconnectResult& result);

}  // namespace negodbc::bench

#endif
