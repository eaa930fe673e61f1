#include "bench/storm/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

constexpr double accepted_chance = 0.05;
constexpr std::size_t fewest_rounds = 4;

struct Figure {
  const char* name;
  double (*value)(const RoundResult&);
  double unit;
  bool more_is_better;
};

const Figure figures[] = {
    {"logins/s", [](const RoundResult& r) { return r.logins_per_second(); }, 1, true},
    {"median, ms", [](const RoundResult& r) { return quantile_s(r.login, 0.5); }, 1e3, false},
    {"p99, ms", [](const RoundResult& r) { return quantile_s(r.login, 0.99); }, 1e3, false},
    {"CPU/login, us", [](const RoundResult& r) { return r.cpu_per_login_s(); }, 1e6, false}};

std::vector<double> ratios(const std::vector<double>& own, const std::vector<double>& first) {
  std::vector<double> all;
  for (std::size_t i = 0; i < std::min(own.size(), first.size()); ++i)
    all.push_back(first[i] == 0 ? absent : own[i] / first[i]);
  return all;
}

std::string with_spread(const Spread& value, double unit) {
  if (std::isnan(value.median)) return "-";
  char text[120];
  std::snprintf(text, sizeof text, "%.4g (%.4g to %.4g)", value.median * unit, value.lowest * unit,
                value.highest * unit);
  return text;
}

std::size_t present(const std::vector<double>& values) {
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [](double value) { return !std::isnan(value); }));
}

void add_line(ReportComparison& comparison, const std::string& name, const Figure& figure,
              double unit, const std::vector<double>& before, const std::vector<double>& after) {
  const Spread a = spread(before);
  const Spread b = spread(after);
  std::string verdict;
  if (std::min(present(before), present(after)) < fewest_rounds) {
    verdict = "too few rounds to tell (four are needed)";
  } else if (chance_of_difference(before, after) > accepted_chance) {
    verdict = "no difference beyond the spread";
  } else {
    const bool better = (b.median > a.median) == figure.more_is_better;
    verdict = better ? "better" : "WORSE";
    comparison.worse = comparison.worse || !better;
  }
  char change[40] = "-";
  if (a.median > 0 && !std::isnan(b.median))
    std::snprintf(change, sizeof change, "x %.3f", b.median / a.median);
  comparison.text += "  " + name + "  " + with_spread(a, unit) + " -> " + with_spread(b, unit) +
                     "  " + change + "  " + verdict + "\n";
}

void compare_target(ReportComparison& comparison, const TargetReport& before,
                    const TargetReport& after, const TargetReport* first_before,
                    const TargetReport* first_after) {
  comparison.text += one_line(after.name) + "\n";
  for (const Figure& figure : figures) {
    const auto a = per_round(before, figure.value);
    const auto b = per_round(after, figure.value);
    add_line(comparison, figure.name, figure, figure.unit, a, b);
    if (first_before == nullptr) continue;
    const std::string whole_name = figure.name;
    const std::string name =
        whole_name.substr(0, whole_name.find(',')) + " by that of " + one_line(first_after->name);
    add_line(comparison, name, figure, 1, ratios(a, per_round(*first_before, figure.value)),
             ratios(b, per_round(*first_after, figure.value)));
  }
  const auto failures = [](const TargetReport& target) {
    const RoundResult whole = summarize(target).whole;
    return whole.failures + whole.dropped();
  };
  if (failures(after) > failures(before)) {
    comparison.worse = true;
    comparison.text += "  failed or dropped  " + std::to_string(failures(before)) + " -> " +
                       std::to_string(failures(after)) + "  WORSE\n";
  }
}

}  // namespace

ReportComparison compare(const Report& before, const Report& after) {
  ReportComparison comparison;
  if (before.options != after.options) {
    comparison.text += "The plans are not the same:";
    for (const auto* each : {&before.options, &after.options}) {
      comparison.text += each == &before.options ? " " : " and ";
      comparison.text +=
          one_line(each->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    comparison.text += "\n";
  }
  for (const auto& target : after.targets) {
    const auto same =
        std::find_if(before.targets.begin(), before.targets.end(),
                     [&](const TargetReport& each) { return each.name == target.name; });
    if (same == before.targets.end()) {
      comparison.text += one_line(target.name) + "\n  only in the second report\n";
      continue;
    }
    const bool beside = &target != &after.targets.front() && same != before.targets.begin() &&
                        before.targets.front().name == after.targets.front().name;
    compare_target(comparison, *same, target, beside ? &before.targets.front() : nullptr,
                   beside ? &after.targets.front() : nullptr);
  }
  return comparison;
}

}  // namespace negodbc::bench
