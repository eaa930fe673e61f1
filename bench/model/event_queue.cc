#include "bench/model/event_queue.h"

#include <algorithm>

namespace negodbc::bench::model {

void EventQueue::at(double time, Action action) {
  events_.push({std::max(time, now_), asked_++, std::move(action)});
}

void EventQueue::run(double until) {
  while (!events_.empty() && events_.top().time <= until) {
    now_ = events_.top().time;
    // top() is const only so that the order is kept; what is taken out is out of it.
    Action action = std::move(const_cast<Event&>(events_.top()).action);
    events_.pop();
    ++happened_;
    action();
  }
}

}  // namespace negodbc::bench::model
