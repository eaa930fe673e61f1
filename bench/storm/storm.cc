#include "bench/storm/storm.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "bench/storm/worker.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::chrono::nanoseconds nanoseconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::string now_as_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

// The processes of one target, which work at the same time.
class Crew {
 public:
  Crew(const TargetSpec& spec, const StormOptions& options) : options_(options) {
    report_.name = spec.name;
    report_.kind = spec.kind;
    report_.caches = spec.caches;
    std::vector<std::string> caches = spec.caches;
    if (caches.empty()) caches.emplace_back();
    for (const auto& connection : spec.connections) {
      report_.connections.push_back(without_passwords(connection));
      for (const auto& cache : caches) {
        workers_.emplace_back(
            TargetSettings{spec.kind, connection, options.login_timeout_s, options.keep_loaded},
            cache);
      }
    }
  }

  TargetReport& report() { return report_; }
  bool broken() const { return !report_.broken.empty(); }

  void wait_until_ready() {
    const auto answers =
        collect(options_.login_timeout_s + 10.0, "ready", [](std::uint64_t, std::uint64_t) {});
    if (answers.empty() || options_.warm_up == 0) return;
    RoundPlan plan;
    plan.threads = 1;
    plan.logins = options_.warm_up;
    plan.seconds = options_.round.seconds;
    for (auto& worker : workers_) worker.begin(plan);
    collect(patience(), "result", [](std::uint64_t, std::uint64_t) {});
  }

  // The round's result; with a process that has broken down, nothing.
  std::optional<RoundResult> run(RoundPlan plan, const Progress& progress) {
    plan.start_ns = (Clock::now().time_since_epoch() + std::chrono::milliseconds(2)).count();
    for (std::size_t i = 0; i < workers_.size(); ++i)
      workers_[i].begin(share_of(plan, i, workers_.size()));
    const auto answers = collect(patience(), "result", progress);
    if (answers.empty()) return std::nullopt;
    RoundResult whole;
    for (const auto& answer : answers) whole.merge(answer.at("result").get<RoundResult>());
    return whole;
  }

 private:
  double patience() const { return options_.round.seconds + options_.login_timeout_s + 10.0; }

  // Waits until every process has sent a document with this key; empty when one has broken down.
  std::vector<nlohmann::json> collect(double limit_s, const char* key, const Progress& progress) {
    const auto deadline = Clock::now() + nanoseconds(limit_s);
    std::vector<nlohmann::json> answers(workers_.size());
    std::vector<std::pair<std::uint64_t, std::uint64_t>> done(workers_.size());
    std::size_t missing = workers_.size();
    while (missing != 0) {
      std::vector<pollfd> sockets;
      for (auto& worker : workers_) sockets.push_back({worker.channel().fd(), POLLIN, 0});
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0 || poll(sockets.data(), sockets.size(), static_cast<int>(left)) == 0) {
        const auto silent = std::find(answers.begin(), answers.end(), nlohmann::json());
        return break_down(static_cast<std::size_t>(silent - answers.begin()));
      }
      for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (sockets[i].revents == 0) continue;
        if (!workers_[i].channel().receive()) return break_down(i);
        while (auto document = workers_[i].channel().next()) {
          if (document->contains("error")) {
            report_.broken = document->at("error").get<std::string>();
            return {};
          }
          if (document->contains("progress")) {
            done[i] = document->at("progress").get<std::pair<std::uint64_t, std::uint64_t>>();
            std::pair<std::uint64_t, std::uint64_t> sum;
            for (const auto& each : done) sum = {sum.first + each.first, sum.second + each.second};
            progress(sum.first, sum.second);
          } else if (document->contains(key)) {
            answers[i] = std::move(*document);
            --missing;
          }
        }
      }
    }
    return answers;
  }

  std::vector<nlohmann::json> break_down(std::size_t index) {
    report_.broken = "process " + std::to_string(index + 1) + " of " +
                     std::to_string(workers_.size()) + ": " + workers_[index].kill_and_describe();
    return {};
  }

  const StormOptions& options_;
  TargetReport report_;
  std::vector<WorkerProcess> workers_;
};

class Storm {
 public:
  explicit Storm(const StormOptions& options)
      : options_(options), server_log_(options.server_log), kdc_log_(options.kdc_log) {
    for (const auto& spec : options.targets)
      crews_.push_back(std::make_unique<Crew>(spec, options_));
  }

  Report run() {
    Report report;
    report.title = options_.title;
    report.started = now_as_text();
    report.hosts = {host_name()};
    report.slice_s = options_.round.slice_s;
    for (auto& crew : crews_) crew->wait_until_ready();
    wait_for_slot(0);
    begin_ = Clock::now();
    std::size_t slot = 0;
    for (unsigned round = 0; round < options_.rounds; ++round) {
      for (auto& crew : crews_) {
        wait_for_slot(slot++);
        if (seconds_since(begin_) + options_.round.seconds > options_.time_limit_s) {
          if (!crew->broken()) crew->report().broken = "the time limit of the storm was reached";
        } else if (!crew->broken()) {
          run_one(*crew, round);
        }
      }
    }
    if (!options_.quiet && on_terminal_) std::cerr << "\n";
    for (auto& crew : crews_) report.targets.push_back(std::move(crew->report()));
    return report;
  }

 private:
  void wait_for_slot(std::size_t slot) const {
    if (options_.start_at <= 0) return;
    const auto moment =
        nanoseconds(options_.start_at + static_cast<double>(slot) * options_.slot_s);
    std::this_thread::sleep_until(std::chrono::system_clock::time_point(moment));
  }

  void run_one(Crew& crew, unsigned round) {
    std::this_thread::sleep_for(nanoseconds(options_.pause_s));
    server_log_.added();
    kdc_log_.added();
    RoundReport report;
    report.begin_s = seconds_since(begin_);
    const auto show = [&](std::uint64_t done, std::uint64_t failed) {
      if (!options_.quiet && on_terminal_)
        std::cerr << "\r" << progress_line(crew, round, done, failed) << "\033[K";
    };
    auto result = crew.run(options_.round, show);
    if (!result) return;
    if (!options_.quiet) {
      std::cerr << (on_terminal_ ? "\r" : "")
                << progress_line(crew, round, result->logins, result->failures)
                << (on_terminal_ ? "\033[K" : "\n");
    }
    report.result = std::move(*result);
    report.server = counts();
    crew.report().rounds.push_back(std::move(report));
  }

  // On a terminal it changes in place; in a file there is one for the end of each round.
  std::string progress_line(Crew& crew, unsigned round, std::uint64_t done,
                            std::uint64_t failed) const {
    return "round " + std::to_string(round + 1) + "/" + std::to_string(options_.rounds) + "  " +
           crew.report().name + "  " + std::to_string(done) + " logins  " + std::to_string(failed) +
           " failed  " + std::to_string(static_cast<int>(seconds_since(begin_))) + " s ";
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

  const StormOptions& options_;
  GrowingLog server_log_;
  GrowingLog kdc_log_;
  std::vector<std::unique_ptr<Crew>> crews_;
  Clock::time_point begin_;
  const bool on_terminal_ = isatty(STDERR_FILENO) == 1;
};

void check(const StormOptions& options) {
  const RoundPlan& round = options.round;
  if (options.targets.empty()) throw std::runtime_error("a storm needs a --target");
  if (round.open && round.rate <= 0)
    throw std::runtime_error("the open mode needs a --rate above zero");
  if (options.start_at > 0 && options.slot_s < round.seconds) {
    throw std::runtime_error(
        "with --start-at, a --slot must be at least as long as a round's --seconds");
  }
  for (const auto& target : options.targets) {
    const std::size_t processes =
        target.connections.size() * std::max<std::size_t>(target.caches.size(), 1);
    if (round.threads < processes || round.logins < processes) {
      throw std::runtime_error(
          "the target " + target.name + " has " + std::to_string(processes) +
          " connections and caches: the concurrency and the logins must be no fewer");
    }
  }
}

}  // namespace

RoundPlan share_of(const RoundPlan& plan, std::size_t index, std::size_t count) {
  RoundPlan share = plan;
  share.logins = plan.logins / count + (index < plan.logins % count ? 1 : 0);
  share.threads =
      static_cast<unsigned>(plan.threads / count + (index < plan.threads % count ? 1 : 0));
  share.rate = plan.rate / static_cast<double>(count);
  return share;
}

Report run_storm(const StormOptions& options) {
  check(options);
  return Storm(options).run();
}

}  // namespace negodbc::bench
