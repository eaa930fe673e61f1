#include "bench/storm/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/storm/plot.h"
#include "bench/storm/rate_search.h"
#include "bench/storm/reconnect_report.h"

namespace negodbc::bench {
namespace {

template <int percent>
double quantile_of_round(const RoundResult& round) {
  return quantile_s(round.login, percent / 100.0);
}

Spread over_rounds(const TargetReport& target, double (*value)(const RoundResult&)) {
  return spread(per_round(target, value));
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void add_remarks(const TargetReport& target, bool is_search, std::vector<std::string>& remarks) {
  const auto say = [&](const std::string& text) { remarks.push_back(target.name + ": " + text); };
  if (!target.broken.empty()) say(target.broken);
  if (target.rounds.size() < target.planned_rounds) {
    say(std::to_string(target.rounds.size()) + " of " +
        counted(target.planned_rounds, "round was", "rounds were") + " made");
  }
  std::uint64_t due = 0;
  std::uint64_t dropped = 0;
  std::uint64_t unfinished = 0;
  unsigned threads = 0;
  double late_s = 0;
  for (const auto& round : target.rounds) {
    due += round.result.due.value_or(0);
    dropped += round.result.dropped();
    unfinished += round.result.unfinished;
    threads = std::max(threads, round.result.threads);
    late_s = std::max(late_s, round.late_s);
  }
  if (const std::string text = reconnect_remark(summarize_reconnect(target).whole); !text.empty())
    say(text);
  if (dropped != 0 && !is_search) {
    say(std::to_string(dropped) + " of " + counted(due, "login that was", "logins that were") +
        " due " + (dropped == 1 ? "was" : "were") +
        " not begun before the end of the round: up to " +
        counted(threads, "login was", "logins were") +
        " in flight, and no more were allowed (--concurrency) or could be served");
  }
  if (unfinished != 0) {
    say(counted(unfinished, "login was", "logins were") +
        " begun and not through when the round was ended");
  }
  if (late_s > 0.05) {
    char text[100];
    std::snprintf(text, sizeof text,
                  "a round began %.2f s after its moment: the --slot is too short for it", late_s);
    say(text);
  }
}

double of_environments(const Report& report, const char* name) {
  double most = 0;
  for (const auto& each : report.environments) {
    const auto value = each.value(name, nlohmann::json());
    if (value.is_number()) most = std::max(most, std::abs(value.get<double>()));
  }
  return most / 1e6;
}

// How well the ranks of a launcher met.
std::string skew_in_words(const Report& report) {
  const bool compared =
      std::any_of(report.environments.begin(), report.environments.end(),
                  [](const auto& each) { return each.contains("clock_ahead_us"); });
  if (!compared || report.ranks.size() < 2) return "";
  double apart = 0;
  for (const auto& target : report.targets) {
    for (const auto& round : target.rounds)
      apart = std::max(apart, round.last_begin_unix_s - round.begin_unix_s);
  }
  return "the " + std::to_string(report.ranks.size()) + " ranks began each round within " +
         duration_text(apart) + " of each other; their clocks are up to " +
         duration_text(of_environments(report, "clock_ahead_us")) + " apart, known to " +
         duration_text(of_environments(report, "clock_uncertain_us"));
}

}  // namespace

std::vector<unsigned> Report::missing_ranks() const {
  std::vector<unsigned> missing;
  for (unsigned rank = 0; merged && rank < expected_ranks; ++rank) {
    if (std::find(ranks.begin(), ranks.end(), rank) == ranks.end()) missing.push_back(rank);
  }
  return missing;
}

ExitStatus exit_status(const Report& report) {
  bool partial = report.stopped || !report.missing_ranks().empty();
  bool dropped = false;
  for (const auto& target : report.targets) {
    if (report.is_search() && !report.stopped && !knee_of(target).held) return logins_failed;
    for (const auto& round : target.rounds) {
      if (report.is_search()) break;
      if (const auto& sessions = round.result.reconnect) {
        // Failures on the way back belong to such a round; a session that is lost does not.
        if (sessions->back() < sessions->lost() || sessions->lost_again != 0) return logins_failed;
        partial = partial || !sessions->complete();
      } else if (round.result.failures != 0) {
        return logins_failed;
      }
      dropped = dropped || round.result.dropped() != 0;
      partial = partial || round.result.unfinished != 0;
    }
    if (!target.broken.empty() && !report.stopped && !target.out_of_time) return logins_failed;
    partial = partial || target.rounds.size() < target.planned_rounds;
  }
  return partial ? report_is_partial : dropped ? logins_dropped : all_logins_worked;
}

std::vector<double> per_round(const TargetReport& target, double (*value)(const RoundResult&)) {
  std::vector<double> values;
  for (const auto& round : target.rounds) values.push_back(value(round.result));
  return values;
}

double quantile_s(const Histogram& histogram, double q) {
  const auto count = static_cast<double>(histogram.count());
  if (histogram.empty()) return absent;
  if (q > 0.5 && q < 1 && count * (1 - q) < 1 - 1e-9) return absent;
  return seconds(histogram.quantile(q));
}

double shown_quantile_s(const Spread& of_rounds, const Histogram& whole, double q) {
  return std::isnan(of_rounds.median) ? quantile_s(whole, q) : of_rounds.median;
}

TargetSummary summarize(const TargetReport& target) {
  TargetSummary summary;
  for (const auto& round : target.rounds) {
    summary.whole.merge(round.result);
    summary.server.merge(round.server);
    if (round.result.peak_memory_kb < 0) continue;
    const auto peak = static_cast<double>(round.result.peak_memory_kb);
    summary.peak_memory_kb = std::fmax(summary.peak_memory_kb, peak);
  }
  summary.logins_per_second =
      over_rounds(target, [](const RoundResult& r) { return r.logins_per_second(); });
  summary.cpu_per_login_s =
      over_rounds(target, [](const RoundResult& r) { return r.cpu_per_login_s(); });
  summary.p50 = over_rounds(target, quantile_of_round<50>);
  summary.p90 = over_rounds(target, quantile_of_round<90>);
  summary.p99 = over_rounds(target, quantile_of_round<99>);
  summary.maximum = over_rounds(target, quantile_of_round<100>);
  return summary;
}

std::vector<std::string> remarks(const Report& report) {
  std::vector<std::string> all;
  if (report.stopped) all.emplace_back("ended by a signal: what was measured till then");
  if (const auto missing = report.missing_ranks(); !missing.empty()) {
    std::string numbers;
    for (const unsigned rank : missing)
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(rank);
    all.push_back("of " + std::to_string(report.expected_ranks) + " ranks, " +
                  counted(missing.size(), "has", "have") + " no report here: " + numbers);
  }
  if (const auto skew = skew_in_words(report); !skew.empty()) all.push_back(skew);
  for (const auto& target : report.targets) add_remarks(target, report.is_search(), all);
  all.insert(all.end(), report.notes.begin(), report.notes.end());
  return all;
}

}  // namespace negodbc::bench
