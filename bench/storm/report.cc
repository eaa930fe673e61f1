#include "bench/storm/report.h"

#include <algorithm>
#include <stdexcept>

namespace negodbc::bench {
namespace {

constexpr const char* format_name = "negodbc-storm 1";

template <int percent>
double quantile_of_round(const RoundResult& round) {
  return seconds(round.login.quantile(percent / 100.0));
}

Spread over_rounds(const TargetReport& target, double (*value)(const RoundResult&)) {
  return spread(per_round(target, value));
}

nlohmann::json in_microseconds(const Histogram& histogram) {
  const auto us = [](std::chrono::nanoseconds value) {
    return static_cast<double>(value.count()) / 1000;
  };
  return {{"count", histogram.count()},
          {"mean", histogram.mean() / 1000},
          {"min", us(histogram.minimum())},
          {"p50", us(histogram.quantile(0.5))},
          {"p90", us(histogram.quantile(0.9))},
          {"p99", us(histogram.quantile(0.99))},
          {"p999", us(histogram.quantile(0.999))},
          {"max", us(histogram.maximum())}};
}

nlohmann::json to_json(const Spread& value, double unit) {
  return {{"median", value.median * unit},
          {"lowest", value.lowest * unit},
          {"highest", value.highest * unit}};
}

nlohmann::json summary_document(const TargetReport& target, const TargetReport& first) {
  const TargetSummary summary = summarize(target);
  nlohmann::json document{{"logins", summary.whole.logins},
                          {"failures", summary.whole.failures},
                          {"logins_per_second", to_json(summary.logins_per_second, 1)},
                          {"client_cpu_per_login_us", to_json(summary.cpu_per_login_s, 1e6)},
                          {"p50_us", to_json(summary.p50, 1e6)},
                          {"p99_us", to_json(summary.p99, 1e6)},
                          {"peak_memory_kb", summary.peak_memory_kb},
                          {"server", summary.server},
                          {"login_us", in_microseconds(summary.whole.login)},
                          {"logout_us", in_microseconds(summary.whole.logout)}};
  if (!summary.whole.service.empty())
    document["service_us"] = in_microseconds(summary.whole.service);
  if (!summary.whole.query.empty()) document["query_us"] = in_microseconds(summary.whole.query);
  for (const auto& [name, histogram] : summary.whole.phases) {
    document["phases_us"][name] = in_microseconds(histogram);
  }
  document["ratio_to_" + first.name] = {
      {"logins_per_second",
       median_ratio(per_round(target, [](const RoundResult& r) { return r.logins_per_second(); }),
                    per_round(first, [](const RoundResult& r) { return r.logins_per_second(); }))},
      {"client_cpu_per_login",
       median_ratio(per_round(target, [](const RoundResult& r) { return r.cpu_per_login_s(); }),
                    per_round(first, [](const RoundResult& r) { return r.cpu_per_login_s(); }))},
      {"p50", median_ratio(per_round(target, quantile_of_round<50>),
                           per_round(first, quantile_of_round<50>))}};
  return document;
}

}  // namespace

bool Report::all_well() const {
  return std::all_of(targets.begin(), targets.end(), [](const TargetReport& target) {
    return target.broken.empty() && summarize(target).whole.failures == 0;
  });
}

std::vector<double> per_round(const TargetReport& target, double (*value)(const RoundResult&)) {
  std::vector<double> values;
  for (const auto& round : target.rounds) values.push_back(value(round.result));
  return values;
}

TargetSummary summarize(const TargetReport& target) {
  TargetSummary summary;
  for (const auto& round : target.rounds) {
    summary.whole.merge(round.result);
    summary.server.merge(round.server);
    summary.peak_memory_kb =
        std::max(summary.peak_memory_kb, static_cast<double>(round.result.peak_memory_kb));
  }
  summary.logins_per_second =
      over_rounds(target, [](const RoundResult& r) { return r.logins_per_second(); });
  summary.cpu_per_login_s =
      over_rounds(target, [](const RoundResult& r) { return r.cpu_per_login_s(); });
  summary.p50 = over_rounds(target, quantile_of_round<50>);
  summary.p90 = over_rounds(target, quantile_of_round<90>);
  summary.p99 = over_rounds(target, quantile_of_round<99>);
  summary.maximum = over_rounds(target, quantile_of_round<100>);
  return summary;
}

nlohmann::json to_document(const Report& report) {
  nlohmann::json document{{"format", format_name},
                          {"title", report.title},
                          {"started", report.started},
                          {"hosts", report.hosts},
                          {"slice_s", report.slice_s},
                          {"options", report.options},
                          {"targets", nlohmann::json::array()}};
  for (const auto& target : report.targets) {
    nlohmann::json one{
        {"name", target.name},     {"kind", target.kind},     {"connections", target.connections},
        {"caches", target.caches}, {"broken", target.broken}, {"rounds", nlohmann::json::array()}};
    one["summary"] = summary_document(target, report.targets.front());
    for (const auto& round : target.rounds) {
      one["rounds"].push_back(
          {{"begin_s", round.begin_s}, {"result", round.result}, {"server", round.server}});
    }
    document["targets"].push_back(std::move(one));
  }
  return document;
}

Report from_document(const nlohmann::json& document) {
  if (document.value("format", "") != format_name) {
    throw std::runtime_error(std::string("this is no report of the format ") + format_name);
  }
  Report report;
  document.at("title").get_to(report.title);
  document.at("started").get_to(report.started);
  document.at("hosts").get_to(report.hosts);
  document.at("slice_s").get_to(report.slice_s);
  report.options = document.at("options");
  for (const auto& one : document.at("targets")) {
    TargetReport& target = report.targets.emplace_back();
    one.at("name").get_to(target.name);
    one.at("kind").get_to(target.kind);
    one.at("connections").get_to(target.connections);
    one.at("caches").get_to(target.caches);
    one.at("broken").get_to(target.broken);
    for (const auto& round : one.at("rounds")) {
      target.rounds.push_back({round.at("begin_s").get<double>(),
                               round.at("result").get<RoundResult>(),
                               round.at("server").get<ServerCounts>()});
    }
  }
  return report;
}

void merge(Report& own, const Report& other) {
  if (own.slice_s != other.slice_s)
    throw std::runtime_error("the reports have slices of different lengths");
  own.hosts.insert(own.hosts.end(), other.hosts.begin(), other.hosts.end());
  own.started = std::min(own.started, other.started);
  for (const auto& target : other.targets) {
    const auto same =
        std::find_if(own.targets.begin(), own.targets.end(),
                     [&](const TargetReport& each) { return each.name == target.name; });
    if (same == own.targets.end()) {
      own.targets.push_back(target);
      continue;
    }
    if (same->kind != target.kind)
      throw std::runtime_error("the target " + target.name + " has two kinds");
    if (same->broken.empty()) same->broken = target.broken;
    if (same->rounds.size() < target.rounds.size()) same->rounds.resize(target.rounds.size());
    for (std::size_t i = 0; i < target.rounds.size(); ++i) {
      same->rounds[i].result.merge(target.rounds[i].result);
      same->rounds[i].server.merge(target.rounds[i].server);
    }
  }
}

}  // namespace negodbc::bench
