#include "bench/storm/round.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "bench/storm/arrivals.h"
#include "bench/storm/back_off.h"
#include "bench/storm/lane.h"
#include "bench/storm/own_use.h"
#include "bench/storm/reconnect_round.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto grace = std::chrono::seconds(2);  // of a login that runs when the round is stopped
constexpr auto tick = std::chrono::milliseconds(100);
constexpr auto live_window = std::chrono::seconds(1);

Clock::duration clock_seconds(double value) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
}

// Shared by its threads, so that those that are not waited for at the end have what they touch.
class Round : public std::enable_shared_from_this<Round> {
 public:
  Round(Target& target, const RoundPlan& plan) : target_(target), plan_(plan), arrivals_(plan) {}

  RoundResult run(const RoundHooks& hooks) {
    {
      std::unique_lock lock(mutex_);
      const unsigned first = plan_.open ? std::min(plan_.threads, 1u) : plan_.threads;
      while (lanes_.size() < first && add_lane()) {
      }
      changed_.wait(lock, [this] { return warming_ == 0; });
    }
    const auto start = hooks.ready();
    begin_memory_peak();
    const CpuUse before = process_cpu();
    {
      const std::lock_guard lock(mutex_);
      const Clock::time_point wanted(std::chrono::nanoseconds(start.value_or(0)));
      start_ = std::max(Clock::now(), wanted);
      if (start.value_or(0) != 0) late_s_ = std::chrono::duration<double>(start_ - wanted).count();
      deadline_ = start_ + clock_seconds(plan_.seconds);
      started_ = true;
      stopping_ = !start;
    }
    changed_.notify_all();
    std::thread reporter([&] { report(hooks); });
    wait_for_the_end();
    reporter.join();
    const CpuUse after = process_cpu();

    const std::int64_t peak_kb = memory_peak_kb();

    RoundResult whole = collected();
    whole.user_cpu_s = after.user_s - before.user_s;
    whole.system_cpu_s = after.system_s - before.system_s;
    whole.storm_cpu_s += reporter_cpu_s_;
    whole.peak_memory_kb = peak_kb;
    whole.late_s = late_s_;
    return whole;
  }

 private:
  // With the lock held. False when the system has no more threads.
  bool add_lane() {
    Lane& lane = lanes_.emplace_back();
    try {
      ++warming_;
      ++running_;
      lane.thread = std::thread([self = shared_from_this(), &lane, number = lanes_.size() - 1] {
        self->live(lane, number);
      });
    } catch (const std::system_error&) {
      --warming_;
      --running_;
      lanes_.pop_back();
      return false;
    }
    return true;
  }

  void live(Lane& lane, std::size_t number) {
    std::unique_ptr<Client> client;
    try {
      client = target_.client();
      if (!plan_.open || number == 0) warm_up(*client);
    } catch (const std::exception& error) {
      client.reset();
      const std::lock_guard lock(lane.mutex);
      record_failure(lane.result, Failure{"", error.what()}, 0, {});
    }
    {
      std::unique_lock lock(mutex_);
      if (--warming_ == 0) changed_.notify_all();
      changed_.wait(lock, [this] { return started_; });
    }
    if (client) plan_.open ? serve_arrivals(lane, *client) : log_in_again(lane, *client, number);
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  }

  void warm_up(Client& client) {
    const auto end = Clock::now() + clock_seconds(plan_.seconds);
    for (unsigned i = 0; i < plan_.warm_up && Clock::now() < end; ++i) client.attempt(plan_.query);
  }

  void log_in_again(Lane& lane, Client& client, std::size_t number) {
    BackOff back_off(plan_.back_off_s, plan_.back_off_most_s, mixed(plan_.seed, number));
    sleep_until(start_ + clock_seconds(plan_.ramp_s * static_cast<double>(number) / plan_.threads));
    while (!is_over() && (plan_.logins == 0 || next_.fetch_add(1) < plan_.logins)) {
      const auto begin = Clock::now();
      if (log_in(lane, client, begin, begin)) {
        back_off.begin_anew();
      } else if (const double pause = back_off.after_failure(); pause > 0) {
        sleep_until(Clock::now() + clock_seconds(pause));
      }
      if (plan_.think_s > 0) sleep_until(Clock::now() + clock_seconds(plan_.think_s));
    }
  }

  void serve_arrivals(Lane& lane, Client& client) {
    for (;;) {
      std::optional<double> due;
      {
        const std::lock_guard lock(mutex_);
        due = arrivals_.next();
        if (due) ++waiting_;
      }
      if (!due) return;
      const auto moment = start_ + clock_seconds(*due);
      sleep_until(moment);
      {
        const std::lock_guard lock(mutex_);
        // Somebody has to wait for the next arrival.
        if (--waiting_ == 0 && lanes_.size() < plan_.threads) add_lane();
      }
      if (is_over()) return;
      log_in(lane, client, moment, Clock::now());
    }
  }

  bool is_over() {
    const std::lock_guard lock(mutex_);
    return stopping_ || Clock::now() >= deadline_;
  }

  // Until the moment, the end of the round, or the stop.
  void sleep_until(Clock::time_point moment) {
    moment = std::min(moment, deadline_);
    if (moment <= Clock::now()) return;
    std::unique_lock lock(mutex_);
    stop_.wait_until(lock, moment, [this] { return stopping_; });
  }

  // Whether it worked.
  bool log_in(Lane& lane, Client& client, Clock::time_point due, Clock::time_point begin) {
    {
      const std::lock_guard lock(lane.mutex);
      lane.busy = true;
    }
    const double cpu_before = thread_cpu_s();
    Attempt attempt;
    try {
      attempt = client.attempt(plan_.query);
    } catch (const std::exception& error) {
      attempt.failure = Failure{"", error.what()};
    }
    const double cpu_after = thread_cpu_s();
    const auto end = Clock::now();
    const std::lock_guard lock(lane.mutex);
    lane.busy = false;
    RoundResult& result = lane.result;
    result.seconds = std::chrono::duration<double>(end - start_).count();
    const double offset = std::chrono::duration<double>(due - start_).count();
    const auto slice = static_cast<std::uint64_t>(std::max(0.0, offset) / plan_.slice_s);
    if (attempt.failure) {
      record_failure(result, *attempt.failure, slice, end - due);
      result.failed_cpu_s += cpu_after - cpu_before;
    } else {
      record_login(result, attempt, slice, begin - due + attempt.login);
    }
    result.storm_cpu_s += thread_cpu_s() - cpu_after;
    return !attempt.failure;
  }

  void record_failure(RoundResult& result, const Failure& failure, std::uint64_t slice,
                      Clock::duration latency) {
    failed_.fetch_add(1);
    ++result.failures;
    result.failed.record(latency);
    ++result.failures_over_time[slice];
    ErrorGroup& group = result.errors[failure.sqlstate];
    if (group.count++ == 0) group.first_text = failure.text;
  }

  void record_login(RoundResult& result, const Attempt& attempt, std::uint64_t slice,
                    Clock::duration latency) {
    done_.fetch_add(1);
    ++result.logins;
    result.login.record(latency);
    if (plan_.open) result.service.record(attempt.login);
    if (!plan_.query.empty()) result.query.record(attempt.query);
    result.logout.record(attempt.logout);
    if (result.phases.empty()) {
      for (const auto& name : target_.phases()) result.phases.emplace_back(name, Histogram());
    }
    for (std::size_t i = 0; i < result.phases.size() && i < attempt.phases.size(); ++i)
      result.phases[i].second.record(attempt.phases[i]);
    result.over_time[slice].record(latency);
  }

  void report(const RoundHooks& hooks) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, tick, [this] { return running_ == 0 || stopping_; })) {
      lock.unlock();
      const bool go_on = hooks.progress(done_.load(), failed_.load());
      if (hooks.live && Clock::now() - std::max(sampled_at_, start_) >= live_window)
        hooks.live(sample());
      lock.lock();
      if (!go_on) stop();
    }
    reporter_cpu_s_ = thread_cpu_s();
  }

  // Each lane is locked for as long as its counts take to be copied, the round hardly at all.
  LiveSample sample() {
    std::vector<Lane*> lanes;
    {
      const std::lock_guard lock(mutex_);
      lanes.reserve(lanes_.size());
      for (Lane& lane : lanes_) lanes.push_back(&lane);
    }
    LiveSample sample;
    Histogram whole;
    for (Lane* lane : lanes) {
      const std::lock_guard lock(lane->mutex);
      sample.logins += lane->result.logins;
      sample.failures += lane->result.failures;
      sample.in_flight += lane->busy ? 1 : 0;
      whole.merge(lane->result.login);
    }
    const auto now = Clock::now();
    sample.window_s = std::chrono::duration<double>(now - std::max(sampled_at_, start_)).count();
    sample.recent = whole.since(sampled_);
    sampled_ = std::move(whole);
    sampled_at_ = now;
    return sample;
  }

  // With the lock held.
  void stop() {
    stopping_ = true;
    stopped_at_ = Clock::now();
    stop_.notify_all();
    changed_.notify_all();
  }

  void wait_for_the_end() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return running_ == 0 || stopping_; });
      if (!changed_.wait_for(lock, grace, [this] { return running_ == 0; })) {
        for (Lane& lane : lanes_) lane.thread.detach();
        return;
      }
    }
    for (Lane& lane : lanes_) lane.thread.join();
  }

  RoundResult collected() {
    const std::lock_guard lock(mutex_);
    RoundResult whole = sum_of(lanes_);
    whole.stopped = stopping_;
    const double end_s = std::chrono::duration<double>(stopped_at_ - start_).count();
    if (whole.unfinished != 0) whole.seconds = std::max(whole.seconds, end_s);
    if (plan_.open) whole.due = arrivals_before(plan_, stopping_ ? end_s : plan_.seconds);
    return whole;
  }

  Target& target_;
  const RoundPlan plan_;
  std::mutex mutex_;
  std::condition_variable changed_;  // warming_, started_, running_, stopping_
  std::condition_variable stop_;     // stopping_
  std::list<Lane> lanes_;
  Arrivals arrivals_;
  std::size_t warming_ = 0;  // threads that are not ready
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;  // open: threads that have taken an arrival which is not due yet
  bool started_ = false;
  bool stopping_ = false;
  Clock::time_point start_;
  Clock::time_point deadline_;
  Clock::time_point stopped_at_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  double reporter_cpu_s_ = 0;
  double late_s_ = 0;
  Histogram sampled_;  // with the next one: of the last sample
  Clock::time_point sampled_at_;
};

}  // namespace

RoundResult run_round(Target& target, const RoundPlan& plan, const RoundHooks& hooks) {
  if (plan.reconnect) return run_reconnect_round(target, plan, hooks);
  return std::make_shared<Round>(target, plan)->run(hooks);
}

}  // namespace negodbc::bench
