#include "bench/model/random.h"

#include <cmath>
#include <numbers>

namespace negodbc::bench::model {
namespace {

std::uint64_t rotated(std::uint64_t value, int bits) {
  return value << bits | value >> (64 - bits);
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    word = mixed ^ mixed >> 31;
  }
}

std::uint64_t Random::next() {
  const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotated(state_[3], 45);
  return result;
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

double Random::exponential(double mean) {
  return mean == 0 ? 0 : -mean * std::log1p(-uniform());
}

double Random::spread(double mean, double variation) {
  if (mean == 0 || variation == 0) return mean;
  // Box and Muller.
  const double normal =
      std::sqrt(-2 * std::log1p(-uniform())) * std::cos(2 * std::numbers::pi * uniform());
  const double variance = std::log1p(variation * variation);
  return mean * std::exp(std::sqrt(variance) * normal - variance / 2);
}

}  // namespace negodbc::bench::model
