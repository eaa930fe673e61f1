#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/storm/round.h"

namespace negodbc::bench {

void RoundResult::merge(const RoundResult& other) {
  logins += other.logins;
  failures += other.failures;
  not_begun += other.not_begun;
  seconds = std::max(seconds, other.seconds);
  user_cpu_s += other.user_cpu_s;
  system_cpu_s += other.system_cpu_s;
  peak_memory_kb += other.peak_memory_kb;
  login.merge(other.login);
  service.merge(other.service);
  query.merge(other.query);
  logout.merge(other.logout);
  for (const auto& [name, histogram] : other.phases) {
    auto found = std::find_if(phases.begin(), phases.end(),
                              [&name = name](const auto& own) { return own.first == name; });
    if (found == phases.end()) found = phases.insert(phases.end(), {name, {}});
    found->second.merge(histogram);
  }
  for (const auto& [sqlstate, group] : other.errors) {
    ErrorGroup& own = errors[sqlstate];
    own.count += group.count;
    if (own.first_text.empty()) own.first_text = group.first_text;
  }
  for (const auto& [slice, histogram] : other.over_time) over_time[slice].merge(histogram);
}

double RoundResult::cpu_per_login_s() const {
  const std::uint64_t all = logins + failures;
  return all == 0 ? 0 : (user_cpu_s + system_cpu_s) / static_cast<double>(all);
}

void to_json(nlohmann::json& document, const RoundPlan& plan) {
  document = {{"start_ns", plan.start_ns}, {"open", plan.open},       {"threads", plan.threads},
              {"rate", plan.rate},         {"logins", plan.logins},   {"seconds", plan.seconds},
              {"ramp_s", plan.ramp_s},     {"think_s", plan.think_s}, {"slice_s", plan.slice_s},
              {"query", plan.query}};
}

void from_json(const nlohmann::json& document, RoundPlan& plan) {
  document.at("start_ns").get_to(plan.start_ns);
  document.at("open").get_to(plan.open);
  document.at("threads").get_to(plan.threads);
  document.at("rate").get_to(plan.rate);
  document.at("logins").get_to(plan.logins);
  document.at("seconds").get_to(plan.seconds);
  document.at("ramp_s").get_to(plan.ramp_s);
  document.at("think_s").get_to(plan.think_s);
  document.at("slice_s").get_to(plan.slice_s);
  document.at("query").get_to(plan.query);
}

void to_json(nlohmann::json& document, const RoundResult& result) {
  document = {{"logins", result.logins},
              {"failures", result.failures},
              {"not_begun", result.not_begun},
              {"seconds", result.seconds},
              {"user_cpu_s", result.user_cpu_s},
              {"system_cpu_s", result.system_cpu_s},
              {"peak_memory_kb", result.peak_memory_kb},
              {"login", result.login.to_json()},
              {"service", result.service.to_json()},
              {"query", result.query.to_json()},
              {"logout", result.logout.to_json()},
              {"phases", nlohmann::json::array()},
              {"errors", nlohmann::json::array()},
              {"over_time", nlohmann::json::array()}};
  for (const auto& [name, histogram] : result.phases) {
    document["phases"].push_back({{"name", name}, {"histogram", histogram.to_json()}});
  }
  for (const auto& [sqlstate, group] : result.errors) {
    document["errors"].push_back(
        {{"sqlstate", sqlstate}, {"count", group.count}, {"first_text", group.first_text}});
  }
  for (const auto& [slice, histogram] : result.over_time) {
    document["over_time"].push_back({{"slice", slice}, {"histogram", histogram.to_json()}});
  }
}

void from_json(const nlohmann::json& document, RoundResult& result) {
  document.at("logins").get_to(result.logins);
  document.at("failures").get_to(result.failures);
  document.at("not_begun").get_to(result.not_begun);
  document.at("seconds").get_to(result.seconds);
  document.at("user_cpu_s").get_to(result.user_cpu_s);
  document.at("system_cpu_s").get_to(result.system_cpu_s);
  document.at("peak_memory_kb").get_to(result.peak_memory_kb);
  result.login = Histogram::from_json(document.at("login"));
  result.service = Histogram::from_json(document.at("service"));
  result.query = Histogram::from_json(document.at("query"));
  result.logout = Histogram::from_json(document.at("logout"));
  for (const auto& phase : document.at("phases")) {
    result.phases.emplace_back(phase.at("name").get<std::string>(),
                               Histogram::from_json(phase.at("histogram")));
  }
  for (const auto& group : document.at("errors")) {
    result.errors[group.at("sqlstate").get<std::string>()] = {
        group.at("count").get<std::uint64_t>(), group.at("first_text").get<std::string>()};
  }
  for (const auto& slice : document.at("over_time")) {
    result.over_time[slice.at("slice").get<std::uint64_t>()] =
        Histogram::from_json(slice.at("histogram"));
  }
}

}  // namespace negodbc::bench
