// Latencies as HdrHistogram's tools read them.
#ifndef NEGODBC_BENCH_STORM_HGRM_H
#define NEGODBC_BENCH_STORM_HGRM_H

#include <string>

#include "bench/base/histogram.h"

namespace negodbc::bench {

// The percentile distribution of HdrHistogram (outputPercentileDistribution), in milliseconds, five
// steps to each halving of what is left.
std::string to_hgrm(const Histogram& histogram);

}  // namespace negodbc::bench

#endif
