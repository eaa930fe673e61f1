#include "bench/storm/arrivals.h"

#include <cmath>

namespace negodbc::bench {
namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;

std::uint64_t split_mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return split_mix(split_mix(a + golden) + b * golden + golden);
}

double arrival_s(double index, double rate, double ramp_s) {
  const double in_ramp = rate * ramp_s / 2;  // arrivals while the rate grows
  if (index < in_ramp) return std::sqrt(2 * ramp_s * index / rate);
  return ramp_s + (index - in_ramp) / rate;
}

double Arrivals::uniform() {
  random_ += golden;
  return static_cast<double>(split_mix(random_) >> 11) * 0x1p-53;
}

std::optional<double> Arrivals::next() {
  if (plan_.logins != 0 && given_ == plan_.logins) return std::nullopt;
  if (plan_.poisson) {
    position_ -= std::log1p(-uniform());
  } else {
    position_ = static_cast<double>(given_) + plan_.phase;
  }
  const double due = arrival_s(position_, plan_.rate, plan_.ramp_s);
  if (due >= plan_.seconds) return std::nullopt;
  ++given_;
  return due;
}

std::uint64_t arrivals_before(const RoundPlan& plan, double end_s) {
  Arrivals arrivals(plan);
  std::uint64_t count = 0;
  for (auto due = arrivals.next(); due && *due < end_s; due = arrivals.next()) ++count;
  return count;
}

}  // namespace negodbc::bench
