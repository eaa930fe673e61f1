// The clock of a simulation: what is due happens in the order of its time, and at one time in the
// order in which it was asked for, so that a run is the same each time. Not thread-safe.
#ifndef NEGODBC_BENCH_MODEL_EVENT_QUEUE_H
#define NEGODBC_BENCH_MODEL_EVENT_QUEUE_H

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace negodbc::bench::model {

using Action = std::function<void()>;

class EventQueue {
 public:
  double now() const { return now_; }  // seconds since the begin
  // Not before now.
  void at(double time, Action action);
  void after(double seconds, Action action) { at(now_ + seconds, std::move(action)); }
  // Until nothing is due any more, or the time has come. What is due behind it stays.
  void run(double until);
  std::uint64_t happened() const { return happened_; }

 private:
  struct Event {
    double time;
    std::uint64_t number;
    Action action;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.time != b.time ? a.time > b.time : a.number > b.number;
    }
  };

  std::priority_queue<Event, std::vector<Event>, Later> events_;
  double now_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t happened_ = 0;
};

}  // namespace negodbc::bench::model

#endif
