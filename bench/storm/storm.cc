#include "bench/storm/storm.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "bench/storm/arrivals.h"
#include "bench/storm/crew.h"
#include "bench/storm/cut.h"
#include "bench/storm/limits.h"
#include "bench/storm/plan_check.h"
#include "bench/storm/server_use.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto live_every = std::chrono::milliseconds(950);
constexpr double cut_grace_s = 10;  // of the command that cuts, once all sessions are back

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::chrono::nanoseconds nanoseconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

double unix_now_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string now_as_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

class Storm {
 public:
  Storm(const StormOptions& options, StopSignals& signals, Ranks* ranks)
      : options_(options),
        signals_(signals),
        ranks_(ranks),
        server_log_(options.server_log),
        kdc_log_(options.kdc_log) {
    for (const auto& spec : options.targets) {
      const auto at_once = options.round.threads / processes_of(spec) + 1;
      raise_descriptor_limit(descriptors_for(static_cast<unsigned>(at_once)));
    }
    for (const auto& spec : options.targets)
      crews_.push_back(std::make_unique<Crew>(spec, options_, signals_));
  }

  Report run() {
    Report report = head();
    for (auto& crew : crews_)
      crew->wait_until_ready([&](const LiveSample& sample) { sign(sample); });
    begin_ = Clock::now();
    if (options_.search.wanted()) {
      search();
    } else {
      std::size_t slot = 0;
      for (unsigned round = 0; round < options_.rounds; ++round) {
        const std::string number =
            std::to_string(round + 1) + "/" + std::to_string(options_.rounds);
        // Each target begins a round once, so that none always runs behind the same other one.
        for (std::size_t i = 0; i < crews_.size(); ++i)
          run_one(*crews_[(round + i) % crews_.size()], plan_of(round), slot++, "round " + number);
      }
    }
    if (!options_.quiet && on_terminal_) std::cerr << "\n";
    for (auto& crew : crews_) report.targets.push_back(std::move(crew->report()));
    tell_clock(report);
    report.stopped = signals_.count() != 0 && is_partial(report);
    note_limits(report);
    return report;
  }

 private:
  Report head() const {
    Report report;
    report.title = options_.title;
    report.started = now_as_text();
    report.slice_s = options_.round.slice_s;
    report.p99_under_s = options_.search.p99_under_s;
    const Identity& identity = options_.identity;
    report.run = identity.run;
    report.processes = {identity.process};
    if (identity.rank) report.ranks = {*identity.rank};
    report.expected_ranks = identity.ranks;
    report.environments.push_back(environment_document());
    report.environments.back()["process"] = identity.process;
    return report;
  }

  RoundPlan plan_of(unsigned round) const {
    RoundPlan plan = options_.round;
    plan.seed = mixed(plan.seed, round);
    return plan;
  }

  // Step by step, the targets in turn, each at rates of its own.
  void search() {
    const SystemLimits limits = system_limits();
    const double p99_under_s = options_.search.p99_under_s;
    std::vector<RateSearch> searches(crews_.size(), RateSearch(options_.search));
    bool any = true;
    for (unsigned number = 1; any; ++number) {
      any = false;
      for (std::size_t i = 0; i < crews_.size(); ++i) {
        TargetReport& target = crews_[i]->report();
        const auto rate = searches[i].next();
        if (!rate) continue;
        target.planned_rounds = number;
        RoundPlan plan = plan_of(number);
        plan.rate = *rate;
        plan.threads = in_flight_at(*rate, p99_under_s, options_.round.threads);
        char title[64];
        std::snprintf(title, sizeof title, "step %u  %.1f/s due", number, *rate);
        if (!run_one(*crews_[i], plan, 0, title)) continue;
        RoundReport& round = target.rounds.back();
        round.step = judge(round.result, *rate, p99_under_s, limits);
        searches[i].take(round.step->held);
        any = true;
        if (!options_.quiet) {
          std::cerr << (on_terminal_ ? "\r" : "") << title << "  " << one_line(target.name) << "  "
                    << (round.step->held ? "held: " : "did not hold: ") << round.step->why
                    << (on_terminal_ ? "\033[K\n" : "\n");
        }
      }
    }
  }

  // Of one target; false when it is broken, the time is up, or a signal has come. All ranks meet
  // for each, whatever they then do.
  bool run_one(Crew& crew, const RoundPlan& plan, std::size_t slot, const std::string& title) {
    const bool warm = prepare(crew, plan);
    RoundReport report;
    const auto start = moment_of(slot, report.late_s);
    if (!warm || !start) return false;
    return measure(crew, title, *start, std::move(report));
  }

  bool prepare(Crew& crew, const RoundPlan& plan) {
    if (crew.broken() || signals_.count() != 0) return false;
    if (options_.time_limit_s > 0 &&
        seconds_since(begin_) + options_.round.seconds > options_.time_limit_s) {
      crew.report().broken = "the time limit of the storm was reached";
      crew.report().out_of_time = true;
      return false;
    }
    if (!signals_.sleep_until(Clock::now() + nanoseconds(options_.pause_s))) return false;
    return crew.warm_up(plan, [&](const LiveSample& sample) { sign(sample); });
  }

  bool measure(Crew& crew, const std::string& title, Clock::time_point start, RoundReport report) {
    // What the warm-up has left in the logs is not counted.
    if (!signals_.sleep_until(start - std::chrono::milliseconds(2))) return false;
    server_log_.added();
    kdc_log_.added();
    const Use before = use();
    std::optional<Cut> cut;
    if (options_.round.reconnect && !options_.cut.empty()) cut.emplace(options_.cut);
    report.begin_s = std::chrono::duration<double>(start - begin_).count();
    report.begin_unix_s =
        unix_now_s() + std::chrono::duration<double>(start - Clock::now()).count();
    const std::string head = title + "  " + one_line(crew.report().name) + "  ";
    auto shown = Clock::now();
    auto result = crew.run(start.time_since_epoch().count(), [&](const LiveSample& own) {
      const LiveSample all = sign(own);
      if (options_.quiet || all.window_s <= 0 || Clock::now() - shown < live_every) return;
      shown = Clock::now();
      show(head + live_text(all));
    });
    if (!result) return false;
    if (!options_.quiet) {
      LiveSample end;
      end.logins = result->logins;
      end.failures = result->failures;
      show(head + live_text(end));
    }
    report.begin_unix_s += result->late_s - (ranks_ != nullptr ? ranks_->clock().ahead_s : 0);
    report.last_begin_unix_s = report.begin_unix_s;
    report.result = std::move(*result);
    report.server = counts();
    // In a reconnect round what is closed at its end would be in it.
    if (!options_.round.reconnect) add_use(before, report.server);
    if (const std::string failed = cut ? cut->end_within(cut_grace_s) : ""; !failed.empty())
      crew.report().broken = failed;
    crew.report().rounds.push_back(std::move(report));
    return true;
  }

  LiveSample sign(const LiveSample& own) { return ranks_ != nullptr ? ranks_->tick(own) : own; }

  void tell_clock(Report& report) const {
    if (ranks_ == nullptr) return;
    report.environments.back()["clock_ahead_us"] = ranks_->clock().ahead_s * 1e6;
    report.environments.back()["clock_uncertain_us"] = ranks_->clock().uncertain_s * 1e6;
  }

  // When the round of this slot begins, and how much too late that is.
  std::optional<Clock::time_point> moment_of(std::size_t slot, double& late_s) {
    if (ranks_ != nullptr) return ranks_->meet(slot, signals_);
    const auto soon = Clock::now() + std::chrono::milliseconds(5);
    if (options_.start_at <= 0) return soon;
    const double wall = options_.start_at + static_cast<double>(slot) * options_.slot_s;
    const auto moment = Clock::now() + nanoseconds(wall - unix_now_s());
    late_s = std::max(0.0, std::chrono::duration<double>(soon - moment).count());
    return std::max(soon, moment);
  }

  // On a terminal it changes in place.
  void show(const std::string& line) const {
    std::cerr << (on_terminal_ ? "\r" : "") << line << "  "
              << static_cast<int>(seconds_since(begin_)) << " s "
              << (on_terminal_ ? "\033[K" : "\n") << std::flush;
  }

  ServerCounts counts() {
    // A server writes its line a moment after the client has its answer.
    if (!options_.server_log.empty() || !options_.kdc_log.empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ServerCounts counts;
    if (const auto lines = server_log_.added()) counts.merge(count_postgres_lines(*lines));
    if (const auto lines = kdc_log_.added()) counts.merge(count_kdc_lines(*lines));
    return counts;
  }

  struct Use {
    std::optional<int> server_pid;
    std::optional<TreeUse> server;
    std::optional<double> machine_s;
  };
  Use use() const {
    Use now;
    if (options_.identity.rank.value_or(0) != 0) return now;  // another process looks at it
    now.server_pid = server_pid(options_.server_pid);
    if (now.server_pid) now.server = process_tree_use(*now.server_pid);
    now.machine_s = machine_cpu_s();
    return now;
  }
  void add_use(const Use& before, ServerCounts& counts) const {
    const Use after = use();
    // Of a server that was begun anew nothing can be told.
    if (before.server_pid == after.server_pid && before.server && after.server) {
      counts.cpu_s = after.server->all_s - before.server->all_s;
      counts.own_cpu_s = after.server->own_s - before.server->own_s;
    }
    if (before.machine_s && after.machine_s)
      counts.machine_cpu_s = *after.machine_s - *before.machine_s;
  }

  static bool is_partial(const Report& report) {
    return std::any_of(report.targets.begin(), report.targets.end(),
                       [](const TargetReport& target) {
                         return target.rounds.size() < target.planned_rounds ||
                                target.rounds.back().result.stopped;
                       });
  }

  void note_limits(Report& report) const {
    const SystemLimits limits = system_limits();
    for (const auto& target : report.targets) {
      for (const auto& round : target.rounds) {
        if (options_.round.open || round.result.threads >= options_.round.threads) continue;
        report.notes.push_back(
            target.name + ": only " + std::to_string(round.result.threads) + " of " +
            std::to_string(options_.round.threads) +
            " clients could be begun (ulimit -u, memory, or a process that broke down)");
        break;
      }
      const TargetSummary summary = summarize(target);
      double wall_s = 0;
      for (const auto& round : target.rounds) wall_s += round.result.seconds;
      const RoundResult& whole = summary.whole;
      for (const std::string& sentence :
           {processors_lack(whole.user_cpu_s + whole.system_cpu_s, wall_s, limits),
            ports_lack(summary.logins_per_second.median, whole.begun(), limits)}) {
        if (!sentence.empty()) report.notes.push_back(target.name + ": " + sentence);
      }
    }
  }

  const StormOptions& options_;
  StopSignals& signals_;
  Ranks* const ranks_;
  GrowingLog server_log_;
  GrowingLog kdc_log_;
  std::vector<std::unique_ptr<Crew>> crews_;
  Clock::time_point begin_;
  const bool on_terminal_ = isatty(STDERR_FILENO) == 1;
};

}  // namespace

Report run_storm(const StormOptions& options, StopSignals& signals, Ranks* ranks) {
  return Storm(options, signals, ranks).run();
}

}  // namespace negodbc::bench
