// Chance that is the same for the same seed: the generator of Blackman and Vigna (xoshiro256**),
// begun by SplitMix64. Not thread-safe.
#ifndef NEGODBC_BENCH_MODEL_RANDOM_H
#define NEGODBC_BENCH_MODEL_RANDOM_H

#include <array>
#include <cstdint>

namespace negodbc::bench::model {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  double uniform();                 // in [0, 1)
  double exponential(double mean);  // 0 for a mean of 0
  // Log-normal, by its mean and its coefficient of variation; the mean itself where that is 0.
  double spread(double mean, double variation);

 private:
  std::uint64_t next();

  std::array<std::uint64_t, 4> state_;
};

}  // namespace negodbc::bench::model

#endif
