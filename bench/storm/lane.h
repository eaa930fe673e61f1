// A thread of a round and what it has come to. That is locked, because a round that is stopped
// takes it while the thread may still be at work.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

#include "bench/storm/round.h"

namespace negodbc::bench {

struct Lane {
  std::mutex mutex;  // of the two below
  RoundResult result;
  bool busy = false;
  std::thread thread;
};

// What all have come to by now; who is busy is unfinished.
inline RoundResult sum_of(std::list<Lane>& lanes) {
  RoundResult whole;
  std::size_t memory = 0;
  for (Lane& lane : lanes) {
    const std::lock_guard lock(lane.mutex);
    whole.merge(lane.result);
    memory += lane.result.histogram_memory();
    if (lane.busy) ++whole.unfinished;
  }
  whole.threads = static_cast<unsigned>(lanes.size());
  whole.storm_memory_kb = static_cast<std::int64_t>(memory / 1024);
  return whole;
}

}  // namespace negodbc::bench
