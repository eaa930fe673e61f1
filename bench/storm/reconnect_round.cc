#include "bench/storm/reconnect_round.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>

#include "bench/storm/arrivals.h"
#include "bench/storm/back_off.h"
#include "bench/storm/lane.h"
#include "bench/storm/own_use.h"

namespace negodbc::bench {
namespace {

using ReconnectClock = std::chrono::steady_clock;

constexpr auto hang_grace = std::chrono::seconds(2);  // of a login when the round is stopped
constexpr auto report_tick = std::chrono::milliseconds(100);

std::chrono::nanoseconds as_nanoseconds(double value_s) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value_s * 1e9));
}

// Shared by its threads, so that those that are not waited for have what they touch.
class ReconnectRound : public std::enable_shared_from_this<ReconnectRound> {
 public:
  ReconnectRound(Target& target, const RoundPlan& plan)
      : target_(target), plan_(plan), deadline_(in_seconds(plan.seconds)) {}

  RoundResult run(const RoundHooks& hooks) {
    {
      std::unique_lock lock(mutex_);
      while (holders_.size() < plan_.threads && add_holder()) {
      }
      changed_.wait(lock, [this] { return opening_ == 0; });
    }
    const auto start = hooks.ready();
    begin_memory_peak();
    const CpuUse before = process_cpu();
    begin(start);
    std::thread reporter([&] { report(hooks); });
    const bool settled = wait_until_settled();
    reporter.join();
    const CpuUse after = process_cpu();
    const std::int64_t peak_kb = memory_peak_kb();
    if (settled) close_sessions();
    RoundResult whole = collected();
    if (!settled) leave_threads();
    whole.user_cpu_s = after.user_s - before.user_s;
    whole.system_cpu_s = after.system_s - before.system_s;
    whole.storm_cpu_s += reporter_cpu_s_;
    whole.peak_memory_kb = peak_kb;
    return whole;
  }

 private:
  using Clock = ReconnectClock;

  static Clock::time_point in_seconds(double value_s) {
    return Clock::now() + as_nanoseconds(value_s);
  }

  // With the lock held. False when the system has no more threads.
  bool add_holder() {
    Lane& holder = holders_.emplace_back();
    holder.result.reconnect.emplace().wanted = 1;
    ++opening_;
    ++unsettled_;
    try {
      holder.thread = std::thread([self = shared_from_this(), &holder,
                                   number = holders_.size() - 1] { self->live(holder, number); });
    } catch (const std::system_error&) {
      --opening_;
      --unsettled_;
      holders_.pop_back();
      return false;
    }
    return true;
  }

  void begin(std::optional<std::int64_t> start) {
    {
      const std::lock_guard lock(mutex_);
      start_ =
          std::max(Clock::now(),
                   Clock::time_point(std::chrono::nanoseconds(start.value_or(std::int64_t{0}))));
      deadline_ = start_ + as_nanoseconds(plan_.seconds);
      started_ = true;
      if (!start) stop();
    }
    changed_.notify_all();
  }

  void live(Lane& holder, std::size_t number) {
    std::unique_ptr<Client> client;
    std::unique_ptr<HeldSession> session;
    BackOff back_off(plan_.back_off_s, plan_.back_off_most_s, mixed(plan_.seed, number));
    try {
      client = target_.client();
      session = open_first(holder, *client, back_off);
    } catch (const std::exception& error) {
      record_failure(holder, Failure{"", error.what()}, 0, {});
    }
    {
      std::unique_lock lock(mutex_);
      if (--opening_ == 0) changed_.notify_all();
      changed_.wait(lock, [this] { return started_; });
    }
    bool back = false;
    if (session) {
      const std::lock_guard lock(holder.mutex);
      holder.result.reconnect->held = 1;
    }
    if (session && is_lost(*session, number)) {
      const auto lost = Clock::now();
      note(holder, &ReconnectResult::lost_after, lost - start_);
      session.reset();
      back_off.begin_anew();
      session = come_back(holder, *client, back_off, number);
      back = session != nullptr;
      if (back) note(holder, &ReconnectResult::away, holder_end(holder) - lost);
    }
    {
      std::unique_lock lock(mutex_);
      if (--unsettled_ == 0) changed_.notify_all();
      changed_.wait(lock, [this] { return closing_; });
    }
    if (!back || !session->lost_within(std::chrono::nanoseconds(0))) return;
    const std::lock_guard lock(holder.mutex);
    holder.result.reconnect->lost_again = 1;
  }

  std::unique_ptr<HeldSession> open_first(Lane& holder, Client& client, BackOff& back_off) {
    for (;;) {
      Attempt attempt;
      auto session = client.open(plan_.query, attempt);
      if (session || Clock::now() >= deadline_) {
        if (attempt.failure) record_failure(holder, *attempt.failure, 0, {});
        return session;
      }
      sleep_until(in_seconds(std::max(0.001, back_off.after_failure())));
    }
  }

  bool is_lost(HeldSession& session, std::size_t number) {
    // Those that have to ask do not ask all at once.
    const auto every = as_nanoseconds(plan_.probe_s);
    const double part = static_cast<double>(number) / plan_.threads;
    for (auto wait = as_nanoseconds(plan_.probe_s * part); !is_over(); wait = every) {
      if (session.lost_within(wait)) return true;
    }
    return false;
  }

  std::unique_ptr<HeldSession> come_back(Lane& holder, Client& client, BackOff& back_off,
                                         std::size_t number) {
    std::minstd_rand random(static_cast<unsigned>(mixed(plan_.seed + 1, number)));
    const double first = std::uniform_real_distribution<double>(0, 1)(random) * plan_.spread_s;
    if (first > 0) sleep_until(in_seconds(first));
    while (!is_over()) {
      if (auto session = log_in(holder, client)) return session;
      const double pause = back_off.after_failure();
      {
        const std::lock_guard lock(holder.mutex);
        holder.result.reconnect->backed_off_s += pause;
      }
      if (pause > 0) sleep_until(in_seconds(pause));
    }
    return nullptr;
  }

  std::unique_ptr<HeldSession> log_in(Lane& holder, Client& client) {
    {
      const std::lock_guard lock(holder.mutex);
      holder.busy = true;
    }
    const auto begin = Clock::now();
    const double cpu_before = thread_cpu_s();
    Attempt attempt;
    std::unique_ptr<HeldSession> session;
    try {
      session = client.open(plan_.query, attempt);
    } catch (const std::exception& error) {
      attempt.failure = Failure{"", error.what()};
    }
    const double cpu_after = thread_cpu_s();
    const auto end = Clock::now();
    const double offset = std::chrono::duration<double>(begin - start_).count();
    const auto slice = static_cast<std::uint64_t>(std::max(0.0, offset) / plan_.slice_s);
    if (!session) {
      record_failure(holder, attempt.failure.value_or(Failure{}), slice, end - begin);
      const std::lock_guard lock(holder.mutex);
      holder.result.failed_cpu_s += cpu_after - cpu_before;
      holder.result.reconnect->failed_after.record(end - start_);
    } else {
      record_login(holder, attempt, slice, end);
    }
    const std::lock_guard lock(holder.mutex);
    holder.busy = false;
    holder.result.seconds = std::chrono::duration<double>(end - start_).count();
    holder.result.storm_cpu_s += thread_cpu_s() - cpu_after;
    return session;
  }

  void record_failure(Lane& holder, const Failure& failure, std::uint64_t slice,
                      Clock::duration latency) {
    failed_.fetch_add(1);
    const std::lock_guard lock(holder.mutex);
    RoundResult& result = holder.result;
    ++result.failures;
    result.failed.record(latency);
    ++result.failures_over_time[slice];
    ErrorGroup& group = result.errors[failure.sqlstate];
    if (group.count++ == 0) group.first_text = failure.text;
  }

  void record_login(Lane& holder, const Attempt& attempt, std::uint64_t slice,
                    Clock::time_point end) {
    done_.fetch_add(1);
    const std::lock_guard lock(holder.mutex);
    RoundResult& result = holder.result;
    ++result.logins;
    result.login.record(attempt.login);
    if (!plan_.query.empty()) result.query.record(attempt.query);
    const auto names = target_.phases();
    for (std::size_t i = 0; i < names.size() && i < attempt.phases.size(); ++i) {
      if (result.phases.size() <= i) result.phases.emplace_back(names[i], Histogram());
      result.phases[i].second.record(attempt.phases[i]);
    }
    result.over_time[slice].record(attempt.login);
    result.reconnect->back_after.record(end - start_);
  }

  static void note(Lane& holder, Histogram ReconnectResult::*which, Clock::duration value) {
    const std::lock_guard lock(holder.mutex);
    ((*holder.result.reconnect).*which).record(value);
  }

  // When its session was back.
  Clock::time_point holder_end(Lane& holder) const {
    const std::lock_guard lock(holder.mutex);
    return start_ + holder.result.reconnect->back_after.maximum();
  }

  bool is_over() {
    const std::lock_guard lock(mutex_);
    return stopping_ || Clock::now() >= deadline_;
  }

  // Until the moment, the end of the round, or the stop.
  void sleep_until(Clock::time_point moment) {
    std::unique_lock lock(mutex_);
    stop_.wait_until(lock, std::min(moment, deadline_), [this] { return stopping_; });
  }

  void report(const RoundHooks& hooks) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, report_tick, [this] { return unsettled_ == 0 || stopping_; })) {
      lock.unlock();
      const bool go_on = hooks.progress(done_.load(), failed_.load());
      lock.lock();
      if (!go_on) stop();
    }
    reporter_cpu_s_ = thread_cpu_s();
  }

  // With the lock held.
  void stop() {
    stopping_ = true;
    stopped_at_ = Clock::now();
    stop_.notify_all();
    changed_.notify_all();
  }

  // False when logins hang after a stop.
  bool wait_until_settled() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return unsettled_ == 0 || stopping_; });
    return changed_.wait_for(lock, hang_grace, [this] { return unsettled_ == 0; });
  }

  void close_sessions() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    for (Lane& holder : holders_) holder.thread.join();
  }

  void leave_threads() {
    for (Lane& holder : holders_) holder.thread.detach();
  }

  RoundResult collected() {
    const std::lock_guard lock(mutex_);
    RoundResult whole = sum_of(holders_);
    // Whoever is not through hangs, be it in a login or in leaving a session that was lost.
    if (stopping_) whole.unfinished = std::max<std::uint64_t>(whole.unfinished, unsettled_);
    if (!whole.reconnect) whole.reconnect.emplace();
    whole.reconnect->wanted = plan_.threads;
    whole.stopped = stopping_;
    if (whole.unfinished != 0)
      whole.seconds =
          std::max(whole.seconds, std::chrono::duration<double>(stopped_at_ - start_).count());
    return whole;
  }

  Target& target_;
  const RoundPlan plan_;
  std::mutex mutex_;
  std::condition_variable changed_;  // opening_, started_, unsettled_, stopping_, closing_
  std::condition_variable stop_;     // stopping_
  std::list<Lane> holders_;
  std::size_t opening_ = 0;
  std::size_t unsettled_ = 0;  // not back, and not given up
  bool started_ = false;
  bool stopping_ = false;
  bool closing_ = false;
  Clock::time_point start_;
  Clock::time_point deadline_;  // of opening, then of the round
  Clock::time_point stopped_at_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  double reporter_cpu_s_ = 0;
};

}  // namespace

RoundResult run_reconnect_round(Target& target, const RoundPlan& plan, const RoundHooks& hooks) {
  return std::make_shared<ReconnectRound>(target, plan)->run(hooks);
}

}  // namespace negodbc::bench
