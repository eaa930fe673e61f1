#include "bench/model/stations.h"

#include <algorithm>

namespace negodbc::bench::model {

double Processors::speed() const {
  const auto jobs = static_cast<double>(jobs_.size());
  return jobs <= count_ ? 1 : count_ / jobs;
}

void Processors::advance() {
  const double passed = queue_.now() - last_;
  last_ = queue_.now();
  if (jobs_.empty()) return;
  attained_ += passed * speed();
  worked_s_ += passed * speed() * static_cast<double>(jobs_.size());
}

void Processors::work(double seconds, Action done) {
  advance();
  jobs_.emplace(std::pair(attained_ + seconds, asked_++), std::move(done));
  plan_next();
}

void Processors::plan_next() {
  const std::uint64_t plan = ++plan_;
  if (jobs_.empty()) return;
  const double left = std::max(0.0, jobs_.begin()->first.first - attained_);
  queue_.after(left / speed(), [this, plan] { finish(plan); });
}

void Processors::finish(std::uint64_t plan) {
  if (plan != plan_) return;
  advance();
  // The one that was planned, whatever rounding says of its mark.
  attained_ = std::max(attained_, jobs_.begin()->first.first);
  const Action done = std::move(jobs_.begin()->second);
  jobs_.erase(jobs_.begin());
  plan_next();
  done();
}

void Places::take(Action when_taken) {
  if (count_ != 0 && taken_ >= count_) {
    waiting_.push_back(std::move(when_taken));
    return;
  }
  ++taken_;
  when_taken();
}

void Places::give_back() {
  if (waiting_.empty()) {
    --taken_;
    return;
  }
  const Action next = std::move(waiting_.front());
  waiting_.pop_front();
  next();
}

void Counter::serve(double seconds, Action done) {
  servers_.take([this, seconds, done = std::move(done)] {
    queue_.after(seconds, [this, done] {
      servers_.give_back();
      done();
    });
  });
}

}  // namespace negodbc::bench::model
