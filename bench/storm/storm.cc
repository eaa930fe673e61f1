#include "bench/storm/storm.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
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
  Storm(const StormOptions& options, StopSignals& signals)
      : options_(options),
        signals_(signals),
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
    for (auto& crew : crews_) crew->wait_until_ready();
    begin_ = Clock::now();
    std::size_t slot = 0;
    for (unsigned round = 0; round < options_.rounds; ++round) {
      for (auto& crew : crews_) run_one(*crew, round, slot++);
    }
    if (!options_.quiet && on_terminal_) std::cerr << "\n";
    for (auto& crew : crews_) report.targets.push_back(std::move(crew->report()));
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
    const Identity& identity = options_.identity;
    report.run = identity.run;
    report.processes = {identity.process};
    if (identity.rank) report.ranks = {*identity.rank};
    report.expected_ranks = identity.ranks;
    report.environments.push_back(environment_document());
    report.environments.back()["process"] = identity.process;
    return report;
  }

  // Of one target; nothing when it is broken, the time is up, or a signal has come.
  void run_one(Crew& crew, unsigned round, std::size_t slot) {
    if (crew.broken() || signals_.count() != 0) return;
    if (options_.time_limit_s > 0 &&
        seconds_since(begin_) + options_.round.seconds > options_.time_limit_s) {
      crew.report().broken = "the time limit of the storm was reached";
      crew.report().out_of_time = true;
      return;
    }
    if (!signals_.sleep_until(Clock::now() + nanoseconds(options_.pause_s))) return;
    RoundPlan plan = options_.round;
    plan.seed = mixed(plan.seed, round);
    if (!crew.warm_up(plan)) return;
    RoundReport report;
    const auto start = moment_of(slot, report.late_s);
    // What the warm-up has left in the logs is not counted.
    if (!signals_.sleep_until(start - std::chrono::milliseconds(2))) return;
    server_log_.added();
    kdc_log_.added();
    const Use before = use();
    std::optional<Cut> cut;
    if (plan.reconnect && !options_.cut.empty()) cut.emplace(options_.cut);
    report.begin_s = std::chrono::duration<double>(start - begin_).count();
    report.begin_unix_s =
        unix_now_s() + std::chrono::duration<double>(start - Clock::now()).count();
    auto result =
        crew.run(start.time_since_epoch().count(), [&](std::uint64_t done, std::uint64_t failed) {
          if (!options_.quiet && on_terminal_)
            std::cerr << "\r" << progress_line(crew, round, done, failed) << "\033[K";
        });
    if (!result) return;
    if (!options_.quiet) {
      std::cerr << (on_terminal_ ? "\r" : "")
                << progress_line(crew, round, result->logins, result->failures)
                << (on_terminal_ ? "\033[K" : "\n");
    }
    report.result = std::move(*result);
    report.server = counts();
    // In a reconnect round what is closed at its end would be in it.
    if (!plan.reconnect) add_use(before, report.server);
    if (const std::string failed = cut ? cut->end_within(cut_grace_s) : ""; !failed.empty())
      crew.report().broken = failed;
    crew.report().rounds.push_back(std::move(report));
  }

  // When the round of this slot begins, and how much too late that is.
  Clock::time_point moment_of(std::size_t slot, double& late_s) const {
    const auto soon = Clock::now() + std::chrono::milliseconds(5);
    if (options_.start_at <= 0) return soon;
    const double wall = options_.start_at + static_cast<double>(slot) * options_.slot_s;
    const auto moment = Clock::now() + nanoseconds(wall - unix_now_s());
    late_s = std::max(0.0, std::chrono::duration<double>(soon - moment).count());
    return std::max(soon, moment);
  }

  // On a terminal it changes in place; in a file there is one for the end of each round.
  std::string progress_line(Crew& crew, unsigned round, std::uint64_t done,
                            std::uint64_t failed) const {
    return "round " + std::to_string(round + 1) + "/" + std::to_string(options_.rounds) + "  " +
           one_line(crew.report().name) + "  " + std::to_string(done) + " logins  " +
           std::to_string(failed) + " failed  " +
           std::to_string(static_cast<int>(seconds_since(begin_))) + " s ";
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
  GrowingLog server_log_;
  GrowingLog kdc_log_;
  std::vector<std::unique_ptr<Crew>> crews_;
  Clock::time_point begin_;
  const bool on_terminal_ = isatty(STDERR_FILENO) == 1;
};

}  // namespace

Report run_storm(const StormOptions& options, StopSignals& signals) {
  return Storm(options, signals).run();
}

}  // namespace negodbc::bench
