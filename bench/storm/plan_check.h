// Whether a storm can do what it is asked, before it begins.
#ifndef NEGODBC_BENCH_STORM_PLAN_CHECK_H
#define NEGODBC_BENCH_STORM_PLAN_CHECK_H

#include "bench/storm/limits.h"
#include "bench/storm/storm.h"

namespace negodbc::bench {

// Sets what the options leave open: how many logins may be in flight (8 clients in the closed mode;
// in the open one as many as arrive in a second, 16 to 1000; in a search 1000), but no fewer than a
// target has processes.
void fill_defaults(StormOptions& options);

// Throws std::runtime_error with a sentence when the options contradict each other, or can't be
// kept by a system of these limits. `now_s`: seconds since 1970.
void check_plan(const StormOptions& options, const SystemLimits& limits, double now_s);

// The processes that a target has.
std::size_t processes_of(const TargetSpec& target);

}  // namespace negodbc::bench

#endif
