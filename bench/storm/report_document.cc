#include "bench/storm/report_document.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "bench/storm/rate_search.h"
#include "bench/storm/reconnect_report.h"

namespace negodbc::bench {
namespace {

constexpr const char* format_name = "negodbc-storm 2";

template <int percent>
double round_quantile(const RoundResult& round) {
  return quantile_s(round.login, percent / 100.0);
}

// null where it is absent.
nlohmann::json known(double value) {
  return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

nlohmann::json in_microseconds(const Histogram& histogram) {
  const auto us = [&](double q) { return known(quantile_s(histogram, q) * 1e6); };
  return {{"count", histogram.count()},
          {"mean", known(histogram.empty() ? absent : histogram.mean() / 1000)},
          {"min", known(histogram.empty() ? absent : seconds(histogram.minimum()) * 1e6)},
          {"p50", us(0.5)},
          {"p90", us(0.9)},
          {"p99", us(0.99)},
          {"p999", us(0.999)},
          {"max", us(1)}};
}

nlohmann::json spread_document(const Spread& value, double unit) {
  return {{"median", known(value.median * unit)},
          {"lowest", known(value.lowest * unit)},
          {"highest", known(value.highest * unit)}};
}

nlohmann::json summary_document(const TargetReport& target, const TargetReport& first) {
  const TargetSummary summary = summarize(target);
  const RoundResult& whole = summary.whole;
  nlohmann::json document{
      {"logins", whole.logins},
      {"failures", whole.failures},
      {"unfinished", whole.unfinished},
      {"begun", whole.begun()},
      {"rounds", target.rounds.size()},
      {"logins_per_second", spread_document(summary.logins_per_second, 1)},
      {"client_cpu_per_login_us", spread_document(summary.cpu_per_login_s, 1e6)},
      {"p50_us", spread_document(summary.p50, 1e6)},
      {"p99_us", spread_document(summary.p99, 1e6)},
      {"peak_memory_kb", known(summary.peak_memory_kb)},
      {"server", summary.server},
      {"login_us", in_microseconds(whole.login)},
      {"failed_us", in_microseconds(whole.failed)},
      {"logout_us", in_microseconds(whole.logout)}};
  if (whole.due) {
    document["due"] = *whole.due;
    document["dropped"] = whole.dropped();
  }
  if (!whole.service.empty()) document["service_us"] = in_microseconds(whole.service);
  if (!whole.query.empty()) document["query_us"] = in_microseconds(whole.query);
  if (whole.reconnect) document["reconnect"] = reconnect_document(target);
  for (const auto& [name, histogram] : whole.phases)
    document["phases_us"][name] = in_microseconds(histogram);
  const auto ratio = [&](double (*value)(const RoundResult&)) {
    return known(median_ratio(per_round(target, value), per_round(first, value)));
  };
  document["ratio_to_" + first.name] = {
      {"logins_per_second", ratio([](const RoundResult& r) { return r.logins_per_second(); })},
      {"client_cpu_per_login", ratio([](const RoundResult& r) { return r.cpu_per_login_s(); })},
      {"p50", ratio(round_quantile<50>)}};
  return document;
}

nlohmann::json knee_document(const TargetReport& target) {
  const Knee knee = knee_of(target);
  nlohmann::json document{{"held_per_second", nullptr},
                          {"not_held_per_second", nullptr},
                          {"p50_us", nullptr},
                          {"p99_us", nullptr},
                          {"why_not", nullptr},
                          {"by_client", nullptr},
                          {"in_words", knee_in_words(target)}};
  if (knee.held) {
    const RoundReport& round = target.rounds[*knee.held];
    document["held_per_second"] = round.step->rate;
    document["p50_us"] = known(quantile_s(round.result.login, 0.5) * 1e6);
    document["p99_us"] = known(quantile_s(round.result.login, 0.99) * 1e6);
  }
  if (knee.not_held) {
    const StepReport& step = *target.rounds[*knee.not_held].step;
    document["not_held_per_second"] = step.rate;
    document["why_not"] = step.why;
    document["by_client"] = step.by_client;
  }
  return document;
}

nlohmann::json round_document(const RoundReport& round) {
  nlohmann::json document{{"begin_s", round.begin_s},
                          {"begin_unix_s", round.begin_unix_s},
                          {"last_begin_unix_s", round.last_begin_unix_s},
                          {"late_s", round.late_s},
                          {"result", round.result},
                          {"server", round.server}};
  if (round.step) {
    document["step"] = {{"rate", round.step->rate},
                        {"held", round.step->held},
                        {"by_client", round.step->by_client},
                        {"why", round.step->why}};
  }
  return document;
}

TargetReport target_from(const nlohmann::json& document) {
  TargetReport target;
  document.at("name").get_to(target.name);
  document.at("kind").get_to(target.kind);
  document.at("connections").get_to(target.connections);
  document.at("caches").get_to(target.caches);
  document.at("broken").get_to(target.broken);
  document.at("out_of_time").get_to(target.out_of_time);
  document.at("planned_rounds").get_to(target.planned_rounds);
  document.at("versions").get_to(target.versions);
  for (const auto& each : document.at("rounds")) {
    RoundReport& round = target.rounds.emplace_back();
    each.at("begin_s").get_to(round.begin_s);
    each.at("begin_unix_s").get_to(round.begin_unix_s);
    round.last_begin_unix_s = each.value("last_begin_unix_s", round.begin_unix_s);
    each.at("late_s").get_to(round.late_s);
    each.at("result").get_to(round.result);
    each.at("server").get_to(round.server);
    if (!each.contains("step")) continue;
    StepReport& step = round.step.emplace();
    each.at("step").at("rate").get_to(step.rate);
    each.at("step").at("held").get_to(step.held);
    each.at("step").at("by_client").get_to(step.by_client);
    each.at("step").at("why").get_to(step.why);
  }
  return target;
}

}  // namespace

nlohmann::json to_document(const Report& report) {
  nlohmann::json document{
      {"format", format_name},
      {"title", report.title},
      {"started", report.started},
      {"slice_s", report.slice_s},
      {"run", report.run},
      {"processes", report.processes},
      {"ranks", report.ranks},
      {"expected_ranks", report.expected_ranks},
      {"merged", report.merged},
      {"missing_ranks", report.missing_ranks()},
      {"environments", report.environments},
      {"options", report.options},
      {"notes", report.notes},
      {"stopped", report.stopped},
      {"p99_under_us", known(report.is_search() ? report.p99_under_s * 1e6 : absent)},
      {"exit_status", static_cast<int>(exit_status(report))},
      {"remarks", remarks(report)},
      {"targets", nlohmann::json::array()}};
  for (const auto& target : report.targets) {
    nlohmann::json one{{"name", target.name},
                       {"kind", target.kind},
                       {"connections", target.connections},
                       {"caches", target.caches},
                       {"broken", target.broken},
                       {"out_of_time", target.out_of_time},
                       {"planned_rounds", target.planned_rounds},
                       {"versions", target.versions},
                       {"rounds", nlohmann::json::array()}};
    one["summary"] = summary_document(target, report.targets.front());
    if (report.is_search()) one["summary"]["highest_rate"] = knee_document(target);
    for (const auto& round : target.rounds) one["rounds"].push_back(round_document(round));
    document["targets"].push_back(std::move(one));
  }
  return document;
}

std::string to_json_text(const Report& report) {
  return to_document(report).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Report from_document(const nlohmann::json& document) {
  if (!document.is_object() || document.value("format", "") != format_name) {
    throw std::runtime_error(std::string("this is no report of the format ") + format_name);
  }
  Report report;
  document.at("title").get_to(report.title);
  document.at("started").get_to(report.started);
  document.at("slice_s").get_to(report.slice_s);
  document.at("run").get_to(report.run);
  document.at("processes").get_to(report.processes);
  document.at("ranks").get_to(report.ranks);
  document.at("expected_ranks").get_to(report.expected_ranks);
  document.at("merged").get_to(report.merged);
  report.environments = document.at("environments");
  report.options = document.at("options");
  if (!report.options.is_object() || !report.environments.is_array() ||
      !std::all_of(report.environments.begin(), report.environments.end(),
                   [](const nlohmann::json& each) { return each.is_object(); })) {
    throw std::runtime_error("its options or environments are no objects");
  }
  document.at("notes").get_to(report.notes);
  document.at("stopped").get_to(report.stopped);
  if (const auto limit = document.value("p99_under_us", nlohmann::json()); limit.is_number())
    report.p99_under_s = limit.get<double>() / 1e6;
  for (const auto& target : document.at("targets")) report.targets.push_back(target_from(target));
  return report;
}

}  // namespace negodbc::bench
