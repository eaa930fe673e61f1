#include "bench/storm/hgrm.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace negodbc::bench {

std::string to_hgrm(const Histogram& histogram) {
  constexpr double steps = 5;
  char line[160];
  std::string text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
  const auto count = static_cast<double>(histogram.count());
  double q = 0;
  while (!histogram.empty()) {
    const double rank = std::clamp(std::ceil(q * count), 1.0, count);
    const double value_ms = seconds(rank == 1 ? histogram.minimum() : histogram.quantile(q)) * 1e3;
    if (rank == count) break;
    std::snprintf(line, sizeof line, "%12.6f %2.12f %10.0f %14.2f\n", value_ms, q, rank,
                  1 / (1 - q));
    text += line;
    const double halvings = std::floor(std::log2(1 / (1 - q))) + 1;
    q += 1 / (steps * std::exp2(halvings));
  }
  if (!histogram.empty()) {
    std::snprintf(line, sizeof line, "%12.6f %2.12f %10.0f\n", seconds(histogram.maximum()) * 1e3,
                  1.0, count);
    text += line;
  }
  std::snprintf(line, sizeof line, "#[Mean    = %12.6f, StdDeviation   = %12.6f]\n",
                histogram.mean() / 1e6, histogram.deviation() / 1e6);
  text += line;
  std::snprintf(line, sizeof line, "#[Max     = %12.6f, Total count    = %12.0f]\n",
                seconds(histogram.maximum()) * 1e3, count);
  return text + line + "#[Buckets =           57, SubBuckets     =          128]\n";
}

}  // namespace negodbc::bench
