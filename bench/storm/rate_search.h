// The highest arrival rate that a target stands: which rate is tried next, which one held, and why.
#ifndef NEGODBC_BENCH_STORM_RATE_SEARCH_H
#define NEGODBC_BENCH_STORM_RATE_SEARCH_H

#include <cstddef>
#include <optional>
#include <string>

#include "bench/storm/limits.h"
#include "bench/storm/report.h"

namespace negodbc::bench {

struct SearchPlan {
  double p99_under_s = 0;  // what a rate has to keep to; 0: no search
  double from = 0;         // the first rate, logins per second
  double least = 0;        // none below it
  double most = 0;         // none above it
  double precision = 0.1;  // of the answer: the rate that did not hold is no further above

  bool wanted() const { return p99_under_s > 0; }
};

// Doubles the rate until one does not hold (halves it where the first does not), then tries the
// middle (geometric) of the highest that held and the lowest that did not. A rate does not hold
// when it has failed twice: once may be the machine's.
class RateSearch {
 public:
  explicit RateSearch(const SearchPlan& plan) : plan_(plan) {}

  std::optional<double> next() const;  // nothing when there is no more to find
  void take(bool held);                // how next() went

 private:
  SearchPlan plan_;
  std::optional<double> held_;      // the highest
  std::optional<double> not_held_;  // the lowest
  std::optional<double> again_;     // failed once
};

// The logins that are allowed in flight at this rate: four times as many as come in p99_under_s,
// since with more the mean latency is four times that (Little's law). At least 16, at most `most`.
unsigned in_flight_at(double rate, double p99_under_s, unsigned most);

// Whether the round kept to it: no login failed, and the p99 of all that were due, from when they
// were, is no more than p99_under_s. One that was not begun before the round's end counts as slower
// than any, so that more than one of a hundred of those do not hold.
StepReport judge(const RoundResult& result, double rate, double p99_under_s,
                 const SystemLimits& limits);

// Of a target's rounds, as indices: the highest rate that held, the lowest that did not.
struct Knee {
  std::optional<std::size_t> held;
  std::optional<std::size_t> not_held;
};
Knee knee_of(const TargetReport& target);
// "412/s held (p99 48 ms); 449/s did not: p99 131 ms": in words, texts of nobody else in them.
std::string knee_in_words(const TargetReport& target);

}  // namespace negodbc::bench

#endif
