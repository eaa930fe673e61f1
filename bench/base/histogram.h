// A log-linear histogram of durations in nanoseconds, in the manner of HdrHistogram (for which
// Debian has no C or C++ package): every power of two is divided into 128 equal buckets, so that a
// value read back differs from the recorded one by at most 1/256 (0.4 %); values below 256 ns are
// exact. Minimum, maximum and sum are kept exactly. Histograms of many threads, processes or
// machines are merged by adding their counts. Only buckets that hold something take memory (16
// bytes each), so that a histogram of few values is small.
//
// Not thread-safe: each thread records into its own and they are merged afterwards.
#ifndef NEGODBC_BENCH_BASE_HISTOGRAM_H
#define NEGODBC_BENCH_BASE_HISTOGRAM_H

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace negodbc::bench {

constexpr double seconds(std::chrono::nanoseconds value) {
  return std::chrono::duration<double>(value).count();
}

class Histogram {
 public:
  static constexpr double relative_error = 1.0 / 256;

  void record(std::chrono::nanoseconds value);  // a negative value counts as zero
  void merge(const Histogram& other);
  // What was recorded since this one was `earlier`; its minimum and maximum are its buckets'
  // middles.
  Histogram since(const Histogram& earlier) const;

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::size_t memory() const { return buckets_.capacity() * sizeof(Bucket); }  // bytes, on the heap

  // All of these are zero while nothing is recorded.
  std::chrono::nanoseconds minimum() const;
  std::chrono::nanoseconds maximum() const;
  double mean() const;       // nanoseconds
  double deviation() const;  // standard deviation, nanoseconds; of the buckets' middles
  // The value that the fraction q of the recorded ones (0..1) does not exceed, by the nearest rank.
  std::chrono::nanoseconds quantile(double q) const;

  // {"count", "min", "max", "sum", "buckets": [[index, count], ...]}; only buckets that hold
  // something.
  nlohmann::json to_json() const;
  // Throws std::runtime_error when the document contradicts itself.
  static Histogram from_json(const nlohmann::json& document);

 private:
  struct Bucket {
    std::uint32_t index = 0;
    std::uint64_t count = 0;
  };
  void add(std::uint32_t index, std::uint64_t count);

  std::vector<Bucket> buckets_;  // by index, ascending
  std::uint64_t count_ = 0;
  std::uint64_t minimum_ = 0;
  std::uint64_t maximum_ = 0;
  double sum_ = 0;
};

}  // namespace negodbc::bench

#endif
