#include "bench/base/statistics.h"

#include <algorithm>
#include <cmath>

namespace negodbc::bench {
namespace {

constexpr std::size_t exact_pairs = 2500;  // beyond that the normal distribution is as good

}  // namespace

Spread spread(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

double median_ratio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!std::isnan(b[i]) && b[i] != 0) ratios.push_back(a[i] / b[i]);
  }
  return spread(std::move(ratios)).median;
}

double chance_of_difference(std::vector<double> a, std::vector<double> b) {
  for (auto* values : {&a, &b})
    std::erase_if(*values, [](double value) { return std::isnan(value); });
  if (a.empty() || b.empty()) return 1;
  double u = 0;  // pairs in which a's is the greater
  for (const double x : a) {
    for (const double y : b) u += x > y ? 1 : x == y ? 0.5 : 0;
  }
  const std::size_t pairs = a.size() * b.size();
  if (pairs > exact_pairs) {
    const auto n = static_cast<double>(pairs);
    const double variance = n * static_cast<double>(a.size() + b.size() + 1) / 12;
    return std::erfc(std::abs(u - n / 2) / std::sqrt(2 * variance));
  }
  // ways[i][k]: orders of i values of a among those of b that were placed, with k such pairs.
  std::vector<std::vector<double>> ways(a.size() + 1, std::vector<double>(pairs + 1, 0));
  ways[0][0] = 1;
  for (std::size_t placed = 1; placed <= a.size() + b.size(); ++placed) {
    for (std::size_t i = std::min(placed, a.size()); i >= 1; --i) {
      // The greatest so far is a's, and greater than the `placed - i` of b.
      const std::size_t wins = placed - i;
      if (wins > b.size()) continue;
      for (std::size_t k = pairs + 1; k-- > wins;) ways[i][k] += ways[i - 1][k - wins];
    }
  }
  const double least = std::min(u, static_cast<double>(pairs) - u);
  double as_far = 0;
  double all = 0;
  for (std::size_t k = 0; k <= pairs; ++k) {
    all += ways[a.size()][k];
    if (static_cast<double>(k) <= least) as_far += ways[a.size()][k];
  }
  return std::min(1.0, 2 * as_far / all);
}

}  // namespace negodbc::bench
