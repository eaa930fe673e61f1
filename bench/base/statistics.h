// What is said of a handful of rounds.
#ifndef NEGODBC_BENCH_BASE_STATISTICS_H
#define NEGODBC_BENCH_BASE_STATISTICS_H

#include <limits>
#include <vector>

namespace negodbc::bench {

// What was not measured is not a number, here and in the lists below: it is left out, and never
// taken for zero.
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

struct Spread {
  double median = absent;
  double lowest = absent;
  double highest = absent;
};

// The median of an even number of values is the mean of the middle two; of none, everything is
// absent.
Spread spread(std::vector<double> values);

// The median over rounds of a[i] / b[i]: both were measured side by side, so what disturbed round i
// hit both. Rounds that only one of them has, or with a zero in b, are left out; absent when none
// is left.
double median_ratio(const std::vector<double>& a, const std::vector<double>& b);

// How probable it is that two lists of values differ as much as these do, or more, when both are
// drawn from the same distribution: Mann and Whitney's U, two-sided, exact for few values; ties
// count half. Absent values are left out; 1 when a list is empty.
double chance_of_difference(std::vector<double> a, std::vector<double> b);

}  // namespace negodbc::bench

#endif
