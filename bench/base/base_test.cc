#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "bench/base/histogram.h"
#include "bench/base/statistics.h"

namespace negodbc::bench {
namespace {

using std::chrono::nanoseconds;

constexpr double quantiles[] = {0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1};

double exact_quantile(const std::vector<std::int64_t>& sorted, double q) {
  const double rank = std::max(1.0, std::ceil(q * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[static_cast<std::size_t>(rank) - 1]);
}

std::vector<std::int64_t> latencies(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> draw(15, 2);
  std::vector<std::int64_t> values(count);
  for (auto& value : values) value = static_cast<std::int64_t>(draw(random));
  return values;
}

TEST(Histogram, TellsWhatCameSinceAnEarlierCopy) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(std::chrono::milliseconds(i));
  const Histogram earlier = histogram;
  EXPECT_TRUE(histogram.since(earlier).empty());
  for (int i = 0; i < 10; ++i) histogram.record(std::chrono::milliseconds(50));
  histogram.record(std::chrono::milliseconds(500));
  const Histogram later = histogram.since(earlier);
  EXPECT_EQ(later.count(), 11u);
  EXPECT_NEAR(seconds(later.quantile(0.5)), 0.05, 0.05 * Histogram::relative_error);
  EXPECT_NEAR(seconds(later.maximum()), 0.5, 0.5 * Histogram::relative_error);
  EXPECT_NEAR(later.mean(), 1e9 / 11, 1);
  EXPECT_EQ(histogram.since(Histogram()).count(), 111u);
  EXPECT_EQ(Histogram::from_json(later.to_json()).count(), 11u);
}

TEST(Histogram, KeepsEveryQuantileWithinItsRelativeError) {
  auto values = latencies(1, 50'000);
  Histogram histogram;
  for (const auto value : values) histogram.record(nanoseconds(value));
  std::sort(values.begin(), values.end());
  for (const double q : quantiles) {
    const double exact = exact_quantile(values, q);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact,
                exact * Histogram::relative_error + 1)
        << q;
  }
}

TEST(Histogram, ValuesAtThePowersOfTwoAreInTheRightBucket) {
  for (int exponent = 0; exponent < 62; ++exponent) {
    for (const std::int64_t offset : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << exponent) + offset;
      Histogram histogram;
      histogram.record(nanoseconds(value));
      histogram.record(nanoseconds(std::int64_t{1} << 62));  // so that the maximum does not clamp
      const double read = static_cast<double>(histogram.quantile(0.5).count());
      EXPECT_LE(std::abs(read - static_cast<double>(value)),
                static_cast<double>(value) * Histogram::relative_error)
          << value;
    }
  }
}

TEST(Histogram, TellsNothingAsZeroAndOneValueExactly) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(0));
  EXPECT_EQ(histogram.mean(), 0);
  histogram.record(nanoseconds(1'234'567));
  for (const double q : quantiles) EXPECT_EQ(histogram.quantile(q), nanoseconds(1'234'567));
  EXPECT_EQ(histogram.minimum(), histogram.maximum());
}

TEST(Histogram, CountsANegativeDurationAsZero) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  EXPECT_EQ(histogram.maximum(), nanoseconds(0));
  EXPECT_EQ(histogram.count(), 1u);
}

TEST(Histogram, TakesTheLongestDurationThereIs) {
  Histogram histogram;
  histogram.record(nanoseconds::max());
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds::max());
  EXPECT_EQ(Histogram::from_json(histogram.to_json()).maximum(), nanoseconds::max());
}

TEST(Histogram, MergedPartsAreTheWhole) {
  Histogram whole;
  std::vector<Histogram> parts(3);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (const auto value : latencies(static_cast<unsigned>(part), 1000 * (part + 1))) {
      whole.record(nanoseconds(value));
      parts[part].record(nanoseconds(value));
    }
  }
  Histogram merged;
  merged.merge(Histogram());
  for (const auto& part : parts) merged.merge(Histogram::from_json(part.to_json()));
  EXPECT_EQ(merged.count(), 6000u);
  EXPECT_EQ(merged.to_json()["buckets"], whole.to_json()["buckets"]);
  EXPECT_EQ(merged.minimum(), whole.minimum());
  EXPECT_EQ(merged.maximum(), whole.maximum());
  EXPECT_NEAR(merged.mean(), whole.mean(), whole.mean() * 1e-9);
}

TEST(Histogram, AHistogramOfFewValuesIsSmall) {
  Histogram histogram;
  for (int i = 0; i < 10; ++i) histogram.record(std::chrono::seconds(2));
  // An array of counts up to two seconds has more than three thousand entries.
  EXPECT_LE(histogram.memory(), 64u);
}

TEST(Histogram, RefusesADocumentThatContradictsItself) {
  Histogram histogram;
  histogram.record(nanoseconds(10));
  auto document = histogram.to_json();
  document["count"] = 2;
  EXPECT_THROW(Histogram::from_json(document), std::runtime_error);
  document = histogram.to_json();
  document["buckets"][0][0] = 1'000'000'000'000;
  EXPECT_THROW(Histogram::from_json(document), std::runtime_error);
  document = histogram.to_json();
  document["min"] = 11;
  EXPECT_THROW(Histogram::from_json(document), std::runtime_error);
}

TEST(Statistics, MedianOfOddAndEvenNumbers) {
  EXPECT_EQ(spread({3, 1, 2}).median, 2);
  EXPECT_EQ(spread({4, 1, 2, 3}).median, 2.5);
  EXPECT_TRUE(std::isnan(spread({}).median));
  const Spread of_rounds = spread({5, 9, 1});
  EXPECT_EQ(of_rounds.lowest, 1);
  EXPECT_EQ(of_rounds.highest, 9);
}

TEST(Statistics, RatioIsTakenRoundByRound) {
  // Both are three times slower in the second round; the ratio does not see it.
  EXPECT_DOUBLE_EQ(median_ratio({20, 60, 20}, {10, 30, 10}), 2);
  EXPECT_DOUBLE_EQ(median_ratio({20, 60}, {0, 30}), 2);
  EXPECT_TRUE(std::isnan(median_ratio({}, {1})));
}

TEST(Statistics, ChanceOfADifference) {
  // All of four above all of four: one order of 70, and its mirror image.
  EXPECT_NEAR(chance_of_difference({5, 6, 7, 8}, {1, 2, 3, 4}), 2.0 / 70, 1e-12);
  EXPECT_NEAR(chance_of_difference({1, 2, 3, 4}, {5, 6, 7, 8}), 2.0 / 70, 1e-12);
  EXPECT_NEAR(chance_of_difference({4, 5, 6}, {1, 2, 3}), 2.0 / 20, 1e-12);
  EXPECT_NEAR(chance_of_difference({1, 4, 6, 7}, {2, 3, 5, 8}), 1, 0.25);
  EXPECT_EQ(chance_of_difference({1, 1, 1}, {1, 1, 1}), 1);
  EXPECT_EQ(chance_of_difference({absent}, {1}), 1);
  std::vector<double> low(100);
  std::vector<double> high(100);
  for (std::size_t i = 0; i < low.size(); ++i) {
    low[i] = static_cast<double>(i);
    high[i] = low[i] + 20;
  }
  EXPECT_LT(chance_of_difference(low, high), 0.001);
  EXPECT_NEAR(chance_of_difference(low, low), 1, 1e-9);
}

TEST(Histogram, DeviationIsThatOfTheValues) {
  Histogram histogram;
  for (const int value : {100, 200}) histogram.record(nanoseconds(value));
  EXPECT_NEAR(histogram.deviation(), 50, 1e-9);
  EXPECT_EQ(Histogram().deviation(), 0);
}

TEST(Statistics, WhatIsAbsentIsLeftOutAndNoZero) {
  const Spread of_rounds = spread({absent, 4, 2, absent});
  EXPECT_EQ(of_rounds.median, 3);
  EXPECT_EQ(of_rounds.lowest, 2);
  EXPECT_TRUE(std::isnan(spread({absent}).lowest));
  EXPECT_DOUBLE_EQ(median_ratio({20, absent, 60}, {10, 30, absent}), 2);
  EXPECT_TRUE(std::isnan(median_ratio({1}, {absent})));
}

}  // namespace
}  // namespace negodbc::bench
