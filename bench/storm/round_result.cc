#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/base/statistics.h"
#include "bench/storm/round.h"

namespace negodbc::bench {

void RoundResult::merge(const RoundResult& other) {
  logins += other.logins;
  failures += other.failures;
  unfinished += other.unfinished;
  if (other.due) due = due.value_or(0) + *other.due;
  seconds = std::max(seconds, other.seconds);
  user_cpu_s += other.user_cpu_s;
  system_cpu_s += other.system_cpu_s;
  failed_cpu_s += other.failed_cpu_s;
  storm_cpu_s += other.storm_cpu_s;
  if (other.peak_memory_kb >= 0)
    peak_memory_kb = std::max<std::int64_t>(peak_memory_kb, 0) + other.peak_memory_kb;
  storm_memory_kb += other.storm_memory_kb;
  threads += other.threads;
  late_s = std::max(late_s, other.late_s);
  stopped = stopped || other.stopped;
  login.merge(other.login);
  service.merge(other.service);
  failed.merge(other.failed);
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
  for (const auto& [slice, count] : other.failures_over_time) failures_over_time[slice] += count;
  if (!other.reconnect) return;
  if (!reconnect) reconnect.emplace();
  reconnect->merge(*other.reconnect);
}

double RoundResult::logins_per_second() const {
  return seconds > 0 ? static_cast<double>(logins) / seconds : absent;
}

double RoundResult::cpu_per_login_s() const {
  if (logins == 0) return absent;
  const double of_logins = user_cpu_s + system_cpu_s - failed_cpu_s - storm_cpu_s;
  return std::max(0.0, of_logins) / static_cast<double>(logins);
}

std::size_t RoundResult::histogram_memory() const {
  std::size_t bytes = 0;
  for (const Histogram* each : {&login, &service, &failed, &query, &logout})
    bytes += each->memory();
  for (const auto& [name, histogram] : phases) bytes += histogram.memory();
  for (const auto& [slice, histogram] : over_time) bytes += sizeof histogram + histogram.memory();
  return bytes;
}

void to_json(nlohmann::json& document, const RoundResult& result) {
  document = {{"logins", result.logins},
              {"failures", result.failures},
              {"unfinished", result.unfinished},
              {"stopped", result.stopped},
              {"seconds", result.seconds},
              {"user_cpu_s", result.user_cpu_s},
              {"system_cpu_s", result.system_cpu_s},
              {"failed_cpu_s", result.failed_cpu_s},
              {"storm_cpu_s", result.storm_cpu_s},
              {"storm_memory_kb", result.storm_memory_kb},
              {"threads", result.threads},
              {"late_s", result.late_s},
              {"login", result.login.to_json()},
              {"service", result.service.to_json()},
              {"failed", result.failed.to_json()},
              {"query", result.query.to_json()},
              {"logout", result.logout.to_json()},
              {"phases", nlohmann::json::array()},
              {"errors", nlohmann::json::array()},
              {"over_time", nlohmann::json::array()},
              {"failures_over_time", nlohmann::json::array()}};
  if (result.due) {
    document["due"] = *result.due;
    document["dropped"] = result.dropped();
  }
  if (result.reconnect) document["reconnect"] = *result.reconnect;
  if (result.peak_memory_kb >= 0) document["peak_memory_kb"] = result.peak_memory_kb;
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
  for (const auto& [slice, count] : result.failures_over_time) {
    document["failures_over_time"].push_back({{"slice", slice}, {"count", count}});
  }
}

void from_json(const nlohmann::json& document, RoundResult& result) {
  document.at("logins").get_to(result.logins);
  document.at("failures").get_to(result.failures);
  document.at("unfinished").get_to(result.unfinished);
  document.at("stopped").get_to(result.stopped);
  if (document.contains("due")) result.due = document.at("due").get<std::uint64_t>();
  if (document.contains("reconnect"))
    result.reconnect = document.at("reconnect").get<ReconnectResult>();
  document.at("seconds").get_to(result.seconds);
  document.at("user_cpu_s").get_to(result.user_cpu_s);
  document.at("system_cpu_s").get_to(result.system_cpu_s);
  document.at("failed_cpu_s").get_to(result.failed_cpu_s);
  document.at("storm_cpu_s").get_to(result.storm_cpu_s);
  result.peak_memory_kb = document.value("peak_memory_kb", std::int64_t{-1});
  document.at("storm_memory_kb").get_to(result.storm_memory_kb);
  document.at("threads").get_to(result.threads);
  result.late_s = document.value("late_s", 0.0);
  result.login = Histogram::from_json(document.at("login"));
  result.service = Histogram::from_json(document.at("service"));
  result.failed = Histogram::from_json(document.at("failed"));
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
  for (const auto& slice : document.at("failures_over_time")) {
    result.failures_over_time[slice.at("slice").get<std::uint64_t>()] =
        slice.at("count").get<std::uint64_t>();
  }
}

}  // namespace negodbc::bench
