#include "bench/base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace negodbc::bench {
namespace {

constexpr unsigned sub_bits = 7;
constexpr std::uint64_t sub_buckets = 1u << sub_bits;
// Durations are signed 64-bit numbers, so the highest exponent is 62.
constexpr std::uint64_t bucket_limit = (63 - sub_bits + 1) * sub_buckets;

std::uint32_t index_of(std::uint64_t value) {
  if (value < 2 * sub_buckets) return static_cast<std::uint32_t>(value);
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
  return static_cast<std::uint32_t>(shift * sub_buckets + (value >> shift));
}

// The middle of a bucket: no recorded value is further away than half the bucket's width.
std::uint64_t middle_of(std::uint64_t index) {
  if (index < 2 * sub_buckets) return index;
  const std::uint64_t shift = index / sub_buckets - 1;
  const std::uint64_t lowest = (index - shift * sub_buckets) << shift;
  return lowest + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

void Histogram::add(std::uint32_t index, std::uint64_t count) {
  auto found = std::lower_bound(buckets_.begin(), buckets_.end(), index,
                                [](const Bucket& each, std::uint32_t i) { return each.index < i; });
  if (found == buckets_.end() || found->index != index)
    found = buckets_.insert(found, Bucket{index, 0});
  found->count += count;
}

void Histogram::record(std::chrono::nanoseconds value) {
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
  add(index_of(nanoseconds), 1);
  minimum_ = count_ == 0 ? nanoseconds : std::min(minimum_, nanoseconds);
  maximum_ = std::max(maximum_, nanoseconds);
  sum_ += static_cast<double>(nanoseconds);
  ++count_;
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  for (const Bucket& bucket : other.buckets_) add(bucket.index, bucket.count);
  minimum_ = count_ == 0 ? other.minimum_ : std::min(minimum_, other.minimum_);
  maximum_ = std::max(maximum_, other.maximum_);
  sum_ += other.sum_;
  count_ += other.count_;
}

Histogram Histogram::since(const Histogram& earlier) const {
  Histogram later;
  auto before = earlier.buckets_.begin();
  for (const Bucket& bucket : buckets_) {
    while (before != earlier.buckets_.end() && before->index < bucket.index) ++before;
    const bool known = before != earlier.buckets_.end() && before->index == bucket.index;
    const std::uint64_t count = bucket.count - (known ? std::min(before->count, bucket.count) : 0);
    if (count == 0) continue;
    later.buckets_.push_back({bucket.index, count});
    later.count_ += count;
  }
  if (later.empty()) return later;
  later.minimum_ = std::clamp(middle_of(later.buckets_.front().index), minimum_, maximum_);
  later.maximum_ = std::clamp(middle_of(later.buckets_.back().index), minimum_, maximum_);
  later.sum_ = std::max(0.0, sum_ - earlier.sum_);
  return later;
}

std::chrono::nanoseconds Histogram::minimum() const {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(minimum_));
}

std::chrono::nanoseconds Histogram::maximum() const {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(maximum_));
}

double Histogram::mean() const {
  return empty() ? 0 : sum_ / static_cast<double>(count_);
}

double Histogram::deviation() const {
  double squares = 0;
  for (const Bucket& bucket : buckets_) {
    const double off = static_cast<double>(middle_of(bucket.index)) - mean();
    squares += off * off * static_cast<double>(bucket.count);
  }
  return empty() ? 0 : std::sqrt(squares / static_cast<double>(count_));
}

std::chrono::nanoseconds Histogram::quantile(double q) const {
  if (empty()) return {};
  const double wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_));
  const std::uint64_t rank =
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  if (rank == count_) return maximum();
  std::uint64_t seen = 0;
  auto bucket = buckets_.begin();
  while ((seen += bucket->count) < rank) ++bucket;
  const std::uint64_t value = std::clamp(middle_of(bucket->index), minimum_, maximum_);
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value));
}

nlohmann::json Histogram::to_json() const {
  auto buckets = nlohmann::json::array();
  for (const Bucket& bucket : buckets_) buckets.push_back({bucket.index, bucket.count});
  return {
      {"count", count_}, {"min", minimum_}, {"max", maximum_}, {"sum", sum_}, {"buckets", buckets}};
}

Histogram Histogram::from_json(const nlohmann::json& document) {
  Histogram histogram;
  std::uint64_t total = 0;
  for (const auto& bucket : document.at("buckets")) {
    const auto index = bucket.at(0).get<std::uint64_t>();
    if (index >= bucket_limit) throw std::runtime_error("a histogram has a bucket beyond the last");
    const auto count = bucket.at(1).get<std::uint64_t>();
    if (count == 0) continue;
    histogram.add(static_cast<std::uint32_t>(index), count);
    total += count;
  }
  histogram.count_ = document.at("count").get<std::uint64_t>();
  if (histogram.count_ != total)
    throw std::runtime_error("a histogram's count is not the sum of its buckets");
  histogram.minimum_ = document.at("min").get<std::uint64_t>();
  histogram.maximum_ = document.at("max").get<std::uint64_t>();
  if (histogram.minimum_ > histogram.maximum_)
    throw std::runtime_error("a histogram's minimum is above its maximum");
  histogram.sum_ = document.at("sum").get<double>();
  return histogram;
}

}  // namespace negodbc::bench
