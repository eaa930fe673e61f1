// One report beside another: what has become better or worse by more than the rounds differ anyway.
#ifndef NEGODBC_BENCH_STORM_COMPARE_H
#define NEGODBC_BENCH_STORM_COMPARE_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

struct ReportComparison {
  std::string text;    // for a terminal
  bool worse = false;  // something has become worse
};

// Each target that both have, by name. A difference counts when rounds that differ so much would
// come out of equal things in one of twenty cases at most (statistics.h); that takes four rounds of
// each. Where both have several targets, those behind the first are also compared by their ratio to
// it, round by round: it does not change with the machine's mood.
ReportComparison compare(const Report& before, const Report& after);

}  // namespace negodbc::bench

#endif
