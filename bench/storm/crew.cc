#include "bench/storm/crew.h"

#include <poll.h>

#include <algorithm>

#include "bench/storm/plan_check.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A worker that is told to stop answers within its own grace.
constexpr auto stop_grace = std::chrono::seconds(5);

Clock::time_point seconds_from_now(double value) {
  return Clock::now() + std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

}  // namespace

Crew::Crew(const TargetSpec& spec, const StormOptions& options, StopSignals& signals)
    : options_(options), signals_(signals) {
  report_.name = spec.name;
  report_.kind = spec.kind;
  report_.caches = spec.caches;
  report_.planned_rounds = options.rounds;
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
  live_.resize(workers_.size());
}

double Crew::patience_s() const {
  return options_.round.seconds + options_.login_timeout_s + 10.0;
}

void Crew::wait_until_ready(const Progress& progress) {
  const Answers answers = collect(options_.login_timeout_s + 10.0, "ready", progress);
  for (const auto& answer : answers.documents) {
    if (answer.is_object())
      report_.versions.merge(answer.at("ready").get<decltype(report_.versions)>());
  }
}

bool Crew::warm_up(const RoundPlan& plan, const Progress& progress) {
  live_.assign(workers_.size(), {});
  const Identity& identity = options_.identity;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i].begin(share_of(plan, i, workers_.size(), identity.rank.value_or(0),
                               std::max(identity.ranks, identity.rank.value_or(0) + 1)));
  }
  return collect(patience_s(), "warm", progress).whole;
}

std::optional<RoundResult> Crew::run(std::int64_t start_ns, const Progress& progress) {
  for (auto& worker : workers_) worker.go(start_ns);
  const auto wait_s = std::chrono::duration<double>(
                          Clock::time_point(std::chrono::nanoseconds(start_ns)) - Clock::now())
                          .count();
  const Answers answers = collect(std::max(0.0, wait_s) + patience_s(), "result", progress);
  std::optional<RoundResult> whole;
  for (const auto& answer : answers.documents) {
    if (!answer.is_object()) continue;
    if (!whole) whole.emplace();
    whole->merge(answer.at("result").get<RoundResult>());
  }
  // Its processes are gone.
  if (whole && whole->unfinished != 0 && !broken() && signals_.count() == 0)
    report_.broken = "its logins did not end in time, and it was ended";
  return whole;
}

// Until every process has sent a document with this key, or the time is up: then they are told to
// end, and what they still say is taken.
Crew::Answers Crew::collect(double limit_s, const char* key, const Progress& progress) {
  auto deadline = seconds_from_now(limit_s);
  Answers answers{std::vector<nlohmann::json>(workers_.size()), false};
  bool stopping = false;
  const auto missing = [&] {
    return std::find(answers.documents.begin(), answers.documents.end(), nlohmann::json());
  };
  while (missing() != answers.documents.end()) {
    if (signals_.count() > (stopping ? 1u : 0u) || Clock::now() >= deadline) {
      const bool first = !stopping && signals_.count() < 2;
      if (!first) {
        break_down(static_cast<std::size_t>(missing() - answers.documents.begin()));
        return answers;
      }
      stopping = true;
      stop_all();
      deadline = Clock::now() + stop_grace;
    }
    std::vector<pollfd> sockets;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      const bool answered = !answers.documents[i].is_null();
      sockets.push_back({answered ? -1 : workers_[i].channel().fd(), POLLIN, 0});
    }
    sockets.push_back({signals_.fd(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    poll(sockets.data(), sockets.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000)));
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      if (!take(i, key, answers.documents)) return answers;
    }
    LiveSample sum;
    for (const auto& each : live_) sum.merge(each);
    progress(sum);
  }
  if (stopping && !broken() && key != std::string("result"))
    report_.broken = "its clients were not ready in time";
  answers.whole = !broken();
  return answers;
}

bool Crew::take(std::size_t index, const char* key, std::vector<nlohmann::json>& answers) {
  LineChannel& channel = workers_[index].channel();
  if (!channel.receive()) {
    break_down(index);
    return false;
  }
  while (auto document = channel.next()) {
    if (document->contains("error")) {
      report_.broken = document->at("error").get<std::string>();
      return false;
    }
    if (document->contains("progress")) {
      document->at("progress").at(0).get_to(live_[index].logins);
      document->at("progress").at(1).get_to(live_[index].failures);
    }
    if (document->contains("live")) document->at("live").get_to(live_[index]);
    if (document->contains(key)) answers[index] = std::move(*document);
  }
  return true;
}

void Crew::stop_all() {
  for (auto& worker : workers_) worker.stop();
}

void Crew::break_down(std::size_t index) {
  report_.broken = "process " + std::to_string(index + 1) + " of " +
                   std::to_string(workers_.size()) + ": " + workers_[index].kill_and_describe();
  stop_all();  // what the others do is of no use any more
}

}  // namespace negodbc::bench
