// How long a client waits after failures.
#ifndef NEGODBC_BENCH_STORM_BACK_OFF_H
#define NEGODBC_BENCH_STORM_BACK_OFF_H

#include <algorithm>
#include <cstdint>
#include <random>

namespace negodbc::bench {

// Pauses in seconds: the first up to `first_s`, each further one up to twice the last, at most
// `most_s`; of each between half and the whole, by chance. None at all where the first is zero. The
// same seed gives the same pauses.
class BackOff {
 public:
  BackOff(double first_s, double most_s, std::uint64_t seed)
      : first_s_(first_s),
        most_s_(std::max(first_s, most_s)),
        next_s_(first_s),
        random_(static_cast<unsigned>(seed)) {}

  double after_failure() {
    const double part = std::uniform_real_distribution<double>(0.5, 1)(random_);
    const double pause = next_s_ * part;
    next_s_ = std::min(next_s_ * 2, most_s_);
    return pause;
  }
  void begin_anew() { next_s_ = first_s_; }

 private:
  double first_s_;
  double most_s_;
  double next_s_;
  std::minstd_rand random_;
};

}  // namespace negodbc::bench

#endif
