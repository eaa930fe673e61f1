#include "bench/storm/round.h"

#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

Clock::duration seconds(double value) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
}

double seconds(const timeval& value) {
  return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) * 1e-6;
}

rusage usage() {
  rusage now{};
  getrusage(RUSAGE_SELF, &now);
  return now;
}

class Round {
 public:
  Round(Target& target, const RoundPlan& plan)
      : target_(target),
        plan_(plan),
        start_(std::max(Clock::now(), Clock::time_point(std::chrono::nanoseconds(plan.start_ns)))),
        deadline_(start_ + seconds(plan.seconds)) {}

  RoundResult run(const Progress& progress) {
    const rusage before = usage();
    std::vector<RoundResult> results(plan_.threads);
    std::vector<std::thread> threads;
    std::thread reporter([&] { report(progress); });
    for (unsigned i = 0; i < plan_.threads; ++i) {
      threads.emplace_back([this, i, &results] {
        plan_.open ? serve_arrivals(results[i]) : log_in_again(i, results[i]);
      });
    }
    for (auto& thread : threads) thread.join();
    const rusage after = usage();
    end_reporter();
    reporter.join();

    RoundResult whole;
    for (const auto& result : results) whole.merge(result);
    if (plan_.open) whole.not_begun = due_in_time() - std::min(due_in_time(), next_.load());
    whole.user_cpu_s = seconds(after.ru_utime) - seconds(before.ru_utime);
    whole.system_cpu_s = seconds(after.ru_stime) - seconds(before.ru_stime);
    whole.peak_memory_kb = after.ru_maxrss;
    return whole;
  }

 private:
  void log_in_again(unsigned thread, RoundResult& result) {
    const auto client = target_.client();
    std::this_thread::sleep_until(start_ + seconds(plan_.ramp_s * thread / plan_.threads));
    while (Clock::now() < deadline_ && next_.fetch_add(1) < plan_.logins) {
      const auto begin = Clock::now();
      log_in(*client, begin, begin, result);
      if (plan_.think_s > 0) std::this_thread::sleep_for(seconds(plan_.think_s));
    }
  }

  void serve_arrivals(RoundResult& result) {
    const auto client = target_.client();
    for (;;) {
      const std::uint64_t index = next_.load();
      if (index >= plan_.logins) return;
      const auto due = start_ + seconds(arrival_s(index, plan_.rate, plan_.ramp_s));
      if (due >= deadline_ || Clock::now() >= deadline_) return;
      if (std::uint64_t expected = index; !next_.compare_exchange_strong(expected, index + 1))
        continue;
      std::this_thread::sleep_until(due);
      log_in(*client, due, Clock::now(), result);
    }
  }

  // How many logins were due before the deadline.
  std::uint64_t due_in_time() const {
    const double ramp = std::min(plan_.ramp_s, plan_.seconds);
    const double in_ramp = plan_.ramp_s > 0 ? plan_.rate * ramp * ramp / (2 * plan_.ramp_s) : 0;
    const double all = std::ceil(in_ramp + plan_.rate * (plan_.seconds - ramp));
    return std::min(plan_.logins, static_cast<std::uint64_t>(all));
  }

  void log_in(Client& client, Clock::time_point due, Clock::time_point begin, RoundResult& result) {
    Attempt attempt = client.attempt(plan_.query);
    result.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (attempt.failure) {
      failed_.fetch_add(1);
      ++result.failures;
      ErrorGroup& group = result.errors[attempt.failure->sqlstate];
      if (group.count++ == 0) group.first_text = attempt.failure->text;
      return;
    }
    done_.fetch_add(1);
    ++result.logins;
    const auto latency = begin - due + attempt.login;
    result.login.record(latency);
    if (plan_.open) result.service.record(attempt.login);
    if (!plan_.query.empty()) result.query.record(attempt.query);
    result.logout.record(attempt.logout);
    if (result.phases.empty()) {
      for (const auto& name : target_.phases()) result.phases.emplace_back(name, Histogram());
    }
    for (std::size_t i = 0; i < result.phases.size(); ++i)
      result.phases[i].second.record(attempt.phases[i]);
    const double offset = std::chrono::duration<double>(due - start_).count();
    result.over_time[static_cast<std::uint64_t>(std::max(0.0, offset) / plan_.slice_s)].record(
        latency);
  }

  void report(const Progress& progress) {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, std::chrono::milliseconds(250), [this] { return end_; })) {
      progress(done_.load(), failed_.load());
    }
  }

  void end_reporter() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    ended_.notify_one();
  }

  Target& target_;
  const RoundPlan& plan_;
  const Clock::time_point start_;
  const Clock::time_point deadline_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
};

}  // namespace

double arrival_s(std::uint64_t index, double rate, double ramp_s) {
  const double number = static_cast<double>(index);
  const double in_ramp = rate * ramp_s / 2;  // arrivals while the rate grows
  if (number < in_ramp) return std::sqrt(2 * ramp_s * number / rate);
  return ramp_s + (number - in_ramp) / rate;
}

RoundResult run_round(Target& target, const RoundPlan& plan, const Progress& progress) {
  return Round(target, plan).run(progress);
}

}  // namespace negodbc::bench
