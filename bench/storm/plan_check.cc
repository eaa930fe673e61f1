#include "bench/storm/plan_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace negodbc::bench {
namespace {

constexpr double most_arrivals = 1e8;  // of a round: they are counted one by one
constexpr double most_slices = 100'000;

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::runtime_error(sentence);
}

std::string s(double seconds) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g s", seconds);
  return text;
}

void check_reconnect(const StormOptions& options) {
  const RoundPlan& round = options.round;
  if (!round.reconnect) {
    if (!options.cut.empty()) refuse("a --cut is for --mode reconnect");
    if (round.spread_s > 0) refuse("a --spread-ms is for --mode reconnect");
    return;
  }
  if (options.cut.empty() && options.identity.rank.value_or(0) == 0)
    refuse("--mode reconnect needs the command that cuts the sessions (--cut)");
  if (round.logins != 0) refuse("--mode reconnect has as many logins as sessions: no --logins");
  if (round.ramp_s > 0 || round.think_s > 0)
    refuse("--mode reconnect has neither a --ramp nor a --think-ms");
  if (round.spread_s >= round.seconds)
    refuse("the --spread-ms is not shorter than a round of " + s(round.seconds));
}

void check_mode(const RoundPlan& round) {
  if (!round.open) {
    if (round.rate > 0) refuse("a --rate is for --mode open");
    return;
  }
  if (round.rate <= 0) refuse("the open mode needs a --rate above zero");
  if (round.think_s > 0) refuse("--think-ms is for --mode closed: in the open one nobody waits");
  if (round.rate * round.seconds > most_arrivals)
    refuse("the --rate and the --seconds make more than 100 million arrivals a round");
  const double in_ramp = round.rate * round.ramp_s / 2;
  if (round.logins != 0 && static_cast<double>(round.logins) <= in_ramp && round.ramp_s > 0) {
    refuse("the ramp alone has " + std::to_string(std::llround(in_ramp)) +
           " arrivals, and a round --logins " + std::to_string(round.logins) +
           ": the rate would never be reached");
  }
}

void check_times(const RoundPlan& round) {
  if (round.ramp_s > 0 && round.ramp_s >= round.seconds) {
    refuse("the --ramp of " + s(round.ramp_s) + " is not shorter than a round of " +
           s(round.seconds) + ": its load would never be reached");
  }
  if (round.think_s > 0 && round.think_s >= round.seconds) {
    refuse("the pause of " + s(round.think_s) +
           " between two logins is not shorter than a round of " + s(round.seconds));
  }
  if (round.back_off_most_s < round.back_off_s)
    refuse("--back-off-most-ms is less than --back-off-ms");
  if (round.seconds / round.slice_s > most_slices)
    refuse("a round has more than 100000 slices: a longer --slice is wanted");
}

void check_search(const StormOptions& options) {
  const SearchPlan& search = options.search;
  if (!search.wanted()) return;
  const RoundPlan& round = options.round;
  if (!round.open) refuse("--p99-under-ms is for --mode open");
  if (round.logins != 0 || options.start_at > 0)
    refuse("the steps of --p99-under-ms go by --seconds: no --logins, no --start-at");
  if (options.identity.ranks > 1)
    refuse("--p99-under-ms is for one rank: with more, each would find another rate");
  if (search.most < search.from) refuse("--rate-most is less than --rate");
  // Where a rate's hundred logins are not sure to come, there is no p99.
  if (search.from * (round.seconds - round.ramp_s / 2) < 150) {
    refuse("a step of " + s(round.seconds) +
           " at the --rate has too few logins for a p99: at least 150 " + "have to be due");
  }
}

void check_whole(const StormOptions& options, double now_s) {
  const RoundPlan& round = options.round;
  const double turns =
      static_cast<double>(options.rounds) * static_cast<double>(options.targets.size());
  if (options.start_at > 0) {
    if (options.slot_s < round.seconds)
      refuse("with --start-at, a --slot must be at least as long as a round's --seconds");
    if (options.start_at <= now_s)
      refuse("--start-at was " + s(now_s - options.start_at) + " ago: the others have begun");
  } else if (options.slot_s > 0) {
    refuse("a --slot is for --start-at");
  }
  if (options.time_limit_s <= 0) return;
  const bool fixed_slots = options.start_at > 0;
  const double needed = fixed_slots ? (turns - 1) * options.slot_s + round.seconds
                                    : turns * (round.seconds + options.pause_s);
  // Rounds that end by their number of logins may be shorter than their --seconds.
  const bool certain = (fixed_slots || round.logins == 0) && !options.search.wanted();
  if (certain && needed > options.time_limit_s) {
    refuse(std::to_string(options.rounds) + " rounds of " + std::to_string(options.targets.size()) +
           (options.targets.size() == 1 ? " target" : " targets") + " take " + s(needed) +
           ", and the --time-limit is " + s(options.time_limit_s));
  }
}

void check_target(const TargetSpec& target, const RoundPlan& round, const SystemLimits& limits) {
  const std::size_t processes = processes_of(target);
  if (round.threads < processes || (round.logins != 0 && round.logins < processes)) {
    refuse("the target " + target.name + " has " + std::to_string(processes) +
           " connections and caches: the concurrency and the logins must be no fewer");
  }
  const auto at_once = static_cast<unsigned>((round.threads + processes - 1) / processes);
  if (const std::string lack = descriptors_lack(at_once, limits); !lack.empty()) refuse(lack);
}

}  // namespace

std::size_t processes_of(const TargetSpec& target) {
  return target.connections.size() * std::max<std::size_t>(target.caches.size(), 1);
}

void fill_defaults(StormOptions& options) {
  RoundPlan& round = options.round;
  if (round.threads != 0) return;
  const double wanted = options.search.wanted() ? 1000
                        : round.open            ? std::clamp(std::ceil(round.rate), 16.0, 1000.0)
                                                : 8;
  round.threads = static_cast<unsigned>(wanted);
  if (round.logins != 0 && !round.open)
    round.threads = static_cast<unsigned>(std::min<std::uint64_t>(round.threads, round.logins));
  for (const auto& target : options.targets)
    round.threads = std::max(round.threads, static_cast<unsigned>(processes_of(target)));
}

void check_plan(const StormOptions& options, const SystemLimits& limits, double now_s) {
  if (options.targets.empty()) refuse("a storm needs a --target");
  check_mode(options.round);
  check_reconnect(options);
  check_times(options.round);
  check_search(options);
  check_whole(options, now_s);
  for (const auto& target : options.targets) check_target(target, options.round, limits);
  const Identity& identity = options.identity;
  if (identity.rank && identity.ranks != 0 && *identity.rank >= identity.ranks) {
    refuse("there is no rank " + std::to_string(*identity.rank) + " of " +
           std::to_string(identity.ranks) + ": they are counted from 0");
  }
}

}  // namespace negodbc::bench
