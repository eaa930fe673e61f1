// When logins are due in the open mode.
#ifndef NEGODBC_BENCH_STORM_ARRIVALS_H
#define NEGODBC_BENCH_STORM_ARRIVALS_H

#include <cstdint>
#include <optional>

#include "bench/storm/plan.h"

namespace negodbc::bench {

// Well-mixed bits out of two numbers, for seeds (SplitMix64).
std::uint64_t mixed(std::uint64_t a, std::uint64_t b);

// When the number `index` (from 0, fractions allowed) is due, in seconds after the start: the rate
// grows linearly to `rate` within the ramp.
double arrival_s(double index, double rate, double ramp_s);

// The arrivals of one process in one round, one after another: evenly spaced, or a Poisson process
// of the plan's rate, which is the same for the same seed on every machine.
class Arrivals {
 public:
  explicit Arrivals(const RoundPlan& plan) : plan_(plan), random_(plan.seed) {}

  // Seconds after the start; nothing when the plan's logins are used up, or when the next one is
  // due behind the plan's seconds.
  std::optional<double> next();

 private:
  double uniform();  // in [0, 1)

  const RoundPlan plan_;
  std::uint64_t random_;
  std::uint64_t given_ = 0;
  double position_ = 0;  // Poisson: the sum of the gaps, in arrivals at a constant rate
};

// How many arrivals of the plan are due before `end_s`.
std::uint64_t arrivals_before(const RoundPlan& plan, double end_s);

}  // namespace negodbc::bench

#endif
