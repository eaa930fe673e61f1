#include "bench/storm/rate_search.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/storm/plot.h"

namespace negodbc::bench {
namespace {

std::string rate_text(double rate) {
  char text[40];
  std::snprintf(text, sizeof text, rate < 100 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

void add_reason(std::string& why, const std::string& reason) {
  why += (why.empty() ? "" : "; ") + reason;
}

std::string of_logins(std::uint64_t count, std::uint64_t due, const char* what) {
  return std::to_string(count) + " of " + std::to_string(due) + " logins " + what;
}

// Of all that were due, those that were not begun being slower than any; absent where they are more
// than one of a hundred.
double p99_of_due(const RoundResult& result, std::uint64_t due) {
  const auto logins = static_cast<double>(result.login.count());
  const double q = logins > 0 ? 0.99 * static_cast<double>(due) / logins : 2;
  if (due < 100 || q > 1) return absent;
  return seconds(result.login.quantile(q));
}

// What of the client may be the limit, in words; "" where nothing is.
std::string clients_limit(const RoundResult& result, const SystemLimits& limits) {
  std::string words =
      processors_lack(result.user_cpu_s + result.system_cpu_s, result.seconds, limits);
  if (const auto ports = ports_lack(result.logins_per_second(), result.begun(), limits);
      result.failures != 0 && !ports.empty())
    add_reason(words, ports);
  return words;
}

}  // namespace

std::optional<double> RateSearch::next() const {
  if (again_) return again_;
  if (!held_ && !not_held_) return plan_.from;
  if (!not_held_) {
    if (*held_ >= plan_.most) return std::nullopt;
    return std::min(*held_ * 2, plan_.most);
  }
  if (!held_) {
    if (*not_held_ <= plan_.least) return std::nullopt;
    return std::max(*not_held_ / 2, plan_.least);
  }
  if (*not_held_ <= *held_ * (1 + plan_.precision)) return std::nullopt;
  return std::sqrt(*held_ * *not_held_);
}

void RateSearch::take(bool held) {
  const auto rate = next();
  if (!rate) return;
  const bool second = again_.has_value();
  again_.reset();
  if (held) {
    held_ = rate;
  } else if (second) {
    not_held_ = rate;
  } else {
    again_ = rate;
  }
}

unsigned in_flight_at(double rate, double p99_under_s, unsigned most) {
  const double wanted = std::max(16.0, std::ceil(4 * rate * p99_under_s));
  return static_cast<unsigned>(std::min(wanted, static_cast<double>(most)));
}

StepReport judge(const RoundResult& result, double rate, double p99_under_s,
                 const SystemLimits& limits) {
  StepReport step;
  step.rate = rate;
  const std::uint64_t due = result.due.value_or(result.begun());
  const double p99 = p99_of_due(result, due);
  const bool too_many_dropped = result.dropped() * 100 > due;
  if (result.failures != 0) add_reason(step.why, of_logins(result.failures, due, "failed"));
  if (too_many_dropped) {
    add_reason(step.why, of_logins(result.dropped(), due, "were not begun, with up to ") +
                             std::to_string(result.threads) + " in flight");
  }
  if (result.unfinished != 0)
    add_reason(step.why, of_logins(result.unfinished, due, "did not come to their end"));
  if (result.stopped) add_reason(step.why, "it was ended by a signal");
  if (std::isnan(p99)) {
    if (step.why.empty()) step.why = "too few logins for a p99";
  } else if (p99 > p99_under_s) {
    add_reason(step.why, "p99 " + duration_text(p99));
  }
  step.held = step.why.empty();
  if (step.held) {
    step.why = "p99 " + duration_text(p99);
    return step;
  }
  const std::string limit = clients_limit(result, limits);
  step.by_client = !limit.empty();
  if (step.by_client) add_reason(step.why, limit);
  return step;
}

Knee knee_of(const TargetReport& target) {
  Knee knee;
  const auto rate_of = [&](std::size_t i) { return target.rounds[i].step->rate; };
  for (std::size_t i = 0; i < target.rounds.size(); ++i) {
    if (!target.rounds[i].step || !target.rounds[i].step->held) continue;
    if (!knee.held || rate_of(i) > rate_of(*knee.held)) knee.held = i;
  }
  for (std::size_t i = 0; i < target.rounds.size(); ++i) {
    if (!target.rounds[i].step || target.rounds[i].step->held) continue;
    if (knee.held && rate_of(i) <= rate_of(*knee.held)) continue;  // it held at another time
    if (!knee.not_held || rate_of(i) <= rate_of(*knee.not_held)) knee.not_held = i;
  }
  return knee;
}

std::string knee_in_words(const TargetReport& target) {
  const Knee knee = knee_of(target);
  if (!knee.held && !knee.not_held) return "no rate was tried";
  std::string words;
  if (knee.held) {
    const StepReport& step = *target.rounds[*knee.held].step;
    words = rate_text(step.rate) + " held (" + step.why + ")";
  } else {
    words = "no rate held";
  }
  if (!knee.not_held) return words + "; no higher rate was asked for, so it is no limit";
  const StepReport& step = *target.rounds[*knee.not_held].step;
  words += "; " + rate_text(step.rate) + " did not: " + step.why;
  if (step.by_client) words += ": this rate is a limit of the client, not of the server";
  return words;
}

}  // namespace negodbc::bench
