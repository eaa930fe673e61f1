// What a generator throws: the same everywhere, which the standard's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>

namespace negodbc::oracle {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t number)
      : state_(mixed(seed) ^ mixed(number + 0x9e3779b97f4a7c15U)) {}

  // From 0 to n - 1; n is small.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() >> 11U) % n; }
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<std::size_t>(most - least) + 1));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T, std::size_t n>
  const T& of(const T (&choices)[n]) {
    return choices[below(n)];
  }

 private:
  // splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }
  std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15U); }

  std::uint64_t state_;
};

}  // namespace negodbc::oracle
