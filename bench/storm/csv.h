// The report as a table for other programs: one line for each round of each target.
#ifndef NEGODBC_BENCH_STORM_CSV_H
#define NEGODBC_BENCH_STORM_CSV_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

// RFC 4180, with a head; times in microseconds; a cell is empty where something is absent.
std::string to_csv(const Report& report);

}  // namespace negodbc::bench

#endif
