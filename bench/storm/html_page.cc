#include "bench/storm/html_page.h"

#include <algorithm>
#include <cmath>

#include "bench/storm/html_parts.h"
#include "bench/storm/plot.h"
#include "bench/storm/reconnect_report.h"
#include "bench/storm/search_view.h"

namespace negodbc::bench {
namespace {

constexpr const char* style = R"(
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1b1f23; background: #fff; max-width: 1100px;
       margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.6em; margin-bottom: .2em }
h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid #d8dee4; padding-bottom: .2em }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .88em }
th, td { text-align: right; padding: .3em .5em; white-space: nowrap; border-bottom: 1px solid #e6eaee; vertical-align: top }
th:first-child, td:first-child, td.text, th.text { text-align: left }
th { font-weight: 600 }
td small { color: #57606a; display: block }
td.text { overflow-wrap: anywhere; white-space: normal }
p, li { color: #444c56 }
svg { width: 100%; height: auto; margin: .6em 0 }
svg text { font-size: 12px; fill: #1b1f23 }
svg text.label { fill: #57606a }
.grid { stroke: #e6eaee }
.line { fill: none; stroke-width: 2 }
.faint { fill: none; stroke-width: 1.2; stroke-dasharray: 4 3 }
.whisker { stroke: #1b1f23; stroke-width: 1.5 }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em }
.legend > span { margin-right: 1.4em; white-space: nowrap }
.bad { color: #b3261e; font-weight: 600 }
)";

std::string legend(const Report& report) {
  std::string names;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    names += element("span", swatch(i) + escape_markup(report.targets[i].name));
  }
  return element("p", names, "legend");
}

std::string rate_bars(const Report& report) {
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const Spread rate = summarize(report.targets[i]).logins_per_second;
    if (std::isnan(rate.median)) continue;
    bars.push_back({report.targets[i].name, color(i), rate.median, rate.lowest, rate.highest});
  }
  return bars_to_svg("Logins per second of each target", bars);
}

// The axis stretches the tail: every ninefold part of the logins has the same width.
double tail(double q) {
  return -std::log10(1 - q);
}

std::string quantile_curves(const Report& report) {
  LatencyPlot plot;
  plot.title = "Login latency by quantile";
  plot.x_label = "share of logins that took no longer";
  double furthest = tail(0.9);
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const Histogram whole = summarize(report.targets[i]).whole.login;
    if (whole.empty()) continue;
    const double end = std::log10(static_cast<double>(whole.count()));
    std::vector<Point> points;
    constexpr double step = 0.02;
    for (int n = 0; n * step < end; ++n) {
      points.push_back({n * step, seconds(whole.quantile(1 - std::pow(10, -n * step)))});
    }
    points.push_back({end, seconds(whole.maximum())});
    furthest = std::max(furthest, end);
    plot.series.push_back({color(i), false, {points}, {}});
  }
  static constexpr std::pair<double, const char*> ticks[] = {
      {0.0, "fastest"}, {0.5, "50 %"},     {0.75, "75 %"},      {0.9, "90 %"},
      {0.99, "99 %"},   {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}};
  for (const auto& [q, label] : ticks) {
    if (tail(q) <= furthest) plot.x_ticks.push_back({tail(q), label});
  }
  return to_svg(plot);
}

std::string over_time(const Report& report) {
  LatencyPlot plot;
  plot.title = "Login latency over time";
  plot.x_label = "seconds since the storm began";
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    Series medians{color(i), false, {}, {}};
    Series tails{color(i), true, {}, {}};
    for (const auto& round : report.targets[i].rounds) {
      std::vector<Point> middle;
      std::vector<Point> high;
      for (const auto& [slice, histogram] : round.result.over_time) {
        const double x = round.begin_s + (static_cast<double>(slice) + 0.5) * report.slice_s;
        middle.push_back({x, seconds(histogram.quantile(0.5))});
        const double p99 = quantile_s(histogram, 0.99);
        if (!std::isnan(p99)) high.push_back({x, p99});
      }
      if (middle.empty()) continue;
      medians.segments.push_back(std::move(middle));
      if (!high.empty()) tails.segments.push_back(std::move(high));
    }
    plot.series.push_back(std::move(medians));
    plot.series.push_back(std::move(tails));
  }
  return to_svg(plot);
}

std::string failures_over_time(const Report& report) {
  LatencyPlot plot;
  plot.title = "Failures over time";
  plot.x_label = "seconds since the storm began";
  plot.counts = true;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    Series series{color(i), false, {}, {}};
    for (const auto& round : report.targets[i].rounds) {
      std::vector<Point> points;
      for (const auto& [slice, count] : round.result.failures_over_time) {
        const double x = round.begin_s + (static_cast<double>(slice) + 0.5) * report.slice_s;
        points.push_back({x, static_cast<double>(count)});
      }
      if (!points.empty()) series.segments.push_back(std::move(points));
    }
    plot.series.push_back(std::move(series));
  }
  return to_svg(plot);
}

// A picture where there is something to see.
std::string failures(const Report& report) {
  const bool any =
      std::any_of(report.targets.begin(), report.targets.end(),
                  [](const auto& target) { return !summarize(target).whole.failed.empty(); });
  if (!any) return failure_table(report);
  return failure_table(report) + legend(report) + failures_over_time(report) +
         element("p", "Logins that failed, by the slice of " + duration_text(report.slice_s) +
                          " in which they were due or begun.");
}

std::string remark_list(const Report& report) {
  std::string items;
  for (const auto& remark : remarks(report)) items += element("li", escape_markup(remark));
  return items.empty() ? "" : element("ul", items, "bad");
}

std::string hosts_of(const Report& report) {
  std::vector<std::string> names;
  for (const auto& each : report.environments) {
    const auto host = each.value("host", nlohmann::json());
    const std::string name = host.is_string() ? host.get<std::string>() : "unknown";
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + escape_markup(name);
  if (report.processes.size() > 1)
    text += " (" + std::to_string(report.processes.size()) + " processes of the storm)";
  return text;
}

std::string breakdown(const Report& report) {
  std::vector<Stack> stacks;
  for (const auto& target : report.targets) {
    const RoundResult whole = summarize(target).whole;
    if (whole.login.empty()) continue;
    const Histogram& from_begin = whole.service.empty() ? whole.login : whole.service;
    Stack stack{target.name, {}};
    for (const auto& [name, histogram] : whole.phases)
      stack.parts.emplace_back(name, histogram.mean() * 1e-9);
    if (stack.parts.empty()) stack.parts.emplace_back("login", from_begin.mean() * 1e-9);
    if (!whole.query.empty()) stack.parts.emplace_back("query", whole.query.mean() * 1e-9);
    stack.parts.emplace_back("logout", whole.logout.mean() * 1e-9);
    stacks.push_back(std::move(stack));
  }
  return stacks_to_svg("Mean time of the parts of a login", stacks);
}

std::string target_against_target(const Report& report) {
  const bool open = report.options.value("mode", nlohmann::json()) == "open";
  return element("h2", "Target against target") + comparison(report) +
         (is_reconnect(report) ? element("h2", "The way back") + reconnect_section(report) : "") +
         element("h2", "Logins per second") + rate_bars(report) +
         element("p", "Median, with the slowest and the fastest round.") +
         element("h2", "Login latency by quantile") + legend(report) + quantile_curves(report) +
         element("p",
                 open ? "Counted from the moment each login was due, so that a stall is seen by "
                        "all who would have come during it."
                      : "Closed mode: a client begins its next login only when the last one is "
                        "done, so these latencies are not those of a fixed load.");
}

}  // namespace

std::string to_html(const Report& report) {
  std::string body = element("h1", escape_markup(report.title));
  body += element(
      "p",
      "Begun " + escape_markup(report.started) + " on " + hosts_of(report) +
          (report.is_search()
               ? ". The targets took turns, step by step; logins arrived at random at each rate."
               : ". The targets took turns, round by round; values are medians over the rounds, × "
                 "is "
                 "the median of the rounds' ratios to the first target."));
  body += remark_list(report);
  body += report.is_search() ? search_parts(report) : target_against_target(report);
  body += element("h2", "Login latency over time") + legend(report) + over_time(report) +
          element("p", "Median (solid) of the logins in each slice of " +
                           duration_text(report.slice_s) +
                           ", and 99th percentile (dashed) where a slice has a hundred.");
  body += element("h2", "What a login is made of") + breakdown(report) +
          element("p", "Means, as far as each client lets them be seen from outside.");
  body += element("h2", "Failures") + failures(report);
  body += element("h2", "Conditions") + conditions(report);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width\"/>\n" +
         element("title", escape_markup(report.title)) + element("style", style) +
         "</head>\n<body>\n" + body + "</body>\n</html>\n";
}

}  // namespace negodbc::bench
