// What is said of a handful of rounds.
#ifndef NEGODBC_BENCH_BASE_STATISTICS_H
#define NEGODBC_BENCH_BASE_STATISTICS_H

#include <vector>

namespace negodbc::bench {

struct Spread {
  double median = 0;
  double lowest = 0;
  double highest = 0;
};

// The median of an even number of values is the mean of the middle two; of none, everything is
// zero.
Spread spread(std::vector<double> values);

// The median over rounds of a[i] / b[i]: both were measured side by side, so what disturbed round i
// hit both. Rounds that only one of them has, or with a zero in b, are left out; zero when none is
// left.
double median_ratio(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace negodbc::bench

#endif
