// What work waits for. Each tells how much of its capacity was used.
#ifndef NEGODBC_BENCH_MODEL_STATIONS_H
#define NEGODBC_BENCH_MODEL_STATIONS_H

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "bench/model/event_queue.h"

namespace negodbc::bench::model {

// Processors of one machine, shared among all who can run: of n on c processors each goes on at the
// speed min(1, c/n). A fair scheduler whose slices are short beside the work does that
// (processor sharing).
class Processors {
 public:
  Processors(EventQueue& queue, unsigned count) : queue_(queue), count_(count) {}

  // `done` is called when so many seconds of one processor have been worked.
  void work(double seconds, Action done);
  std::size_t running() const { return jobs_.size(); }
  double worked_s() const { return worked_s_; }  // of all processors

 private:
  void advance();
  void plan_next();
  void finish(std::uint64_t plan);
  double speed() const;

  EventQueue& queue_;
  unsigned count_;
  // What each has worked since the begin, if it had been there; a job ends at its own mark.
  double attained_ = 0;
  double last_ = 0;
  double worked_s_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t plan_ = 0;  // of the next end; older ones are void
  std::map<std::pair<double, std::uint64_t>, Action> jobs_;
};

// Places that are taken in the order of asking, and given back by whoever had one.
class Places {
 public:
  // 0: as many as are wanted.
  explicit Places(unsigned count) : count_(count) {}

  void take(Action when_taken);
  void give_back();
  std::size_t waiting() const { return waiting_.size(); }
  unsigned taken() const { return taken_; }

 private:
  unsigned count_;
  unsigned taken_ = 0;
  std::deque<Action> waiting_;
};

// Servers that each serve one at a time, first come, first served, for a time that goes by without
// a processor of ours.
class Counter {
 public:
  Counter(EventQueue& queue, unsigned servers) : queue_(queue), servers_(servers) {}

  void serve(double seconds, Action done);
  std::size_t waiting() const { return servers_.waiting(); }

 private:
  EventQueue& queue_;
  Places servers_;
};

}  // namespace negodbc::bench::model

#endif
