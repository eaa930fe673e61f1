// How a search of the highest rate is shown.
#ifndef NEGODBC_BENCH_STORM_SEARCH_VIEW_H
#define NEGODBC_BENCH_STORM_SEARCH_VIEW_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

// For a terminal: every step (rate, median, p99), then one line for each target.
std::string search_table(const Report& report);
// Markup: a table of the answers, the knee as a plot, and a table of the steps.
std::string search_parts(const Report& report);

}  // namespace negodbc::bench

#endif
