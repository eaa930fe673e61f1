#include "bench/storm/html_page.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "bench/storm/plot.h"

namespace negodbc::bench {
namespace {

constexpr const char* style = R"(
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1b1f23; background: #fff; max-width: 960px;
       margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.6em; margin-bottom: .2em }
h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid #d8dee4; padding-bottom: .2em }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92em }
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

// Told apart by those who see no red or no green as well (Okabe and Ito).
const std::string& color(std::size_t target) {
  static const std::array<std::string, 7> colors{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                 "#e69f00", "#56b4e9", "#333333"};
  return colors[target % colors.size()];
}

std::string fixed(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string element(const char* tag, const std::string& content, const char* css = nullptr) {
  const std::string attribute = css == nullptr ? "" : std::string(" class=\"") + css + "\"";
  return std::string("<") + tag + attribute + ">" + content + "</" + tag + ">\n";
}

std::string swatch(std::size_t target) {
  return "<span class=\"swatch\" style=\"background:" + color(target) + "\"></span>";
}

std::string legend(const Report& report) {
  std::string names;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    names += element("span", swatch(i) + escape_markup(report.targets[i].name));
  }
  return element("p", names, "legend");
}

std::string per_login_cell(const std::optional<std::uint64_t>& count, const RoundResult& whole) {
  const std::uint64_t all = whole.logins + whole.failures;
  if (!count || all == 0) return "–";
  return fixed(static_cast<double>(*count) / static_cast<double>(all), 2);
}

// A value with its ratio to the first target below it.
std::string cell(const std::string& value, double ratio, bool first) {
  return element("td",
                 value + (first || ratio == 0 ? "" : "<small>× " + fixed(ratio, 2) + "</small>"));
}

std::string comparison(const Report& report) {
  using Value = double (*)(const RoundResult&);
  const Value rate = [](const RoundResult& r) { return r.logins_per_second(); };
  const Value cpu = [](const RoundResult& r) { return r.cpu_per_login_s(); };
  const Value p50 = [](const RoundResult& r) { return seconds(r.login.quantile(0.5)); };
  const Value p99 = [](const RoundResult& r) { return seconds(r.login.quantile(0.99)); };
  std::string rows =
      "<tr><th>target</th><th>logins/s</th><th>median</th><th>p99</th><th>client CPU<br/>per "
      "login</th>"
      "<th>peak<br/>memory</th><th>backends<br/>per login</th><th>statements<br/>per login</th>"
      "<th>KDC requests<br/>per login</th><th>logins</th><th>failed</th></tr>\n";
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const TargetReport& target = report.targets[i];
    const TargetSummary summary = summarize(target);
    const auto ratio = [&](Value value) {
      return median_ratio(per_round(target, value), per_round(report.targets.front(), value));
    };
    const bool first = i == 0;
    std::string row = element("td", swatch(i) + escape_markup(target.name));
    row += cell(fixed(summary.logins_per_second.median, 1), ratio(rate), first);
    row += cell(duration_text(summary.p50.median), ratio(p50), first);
    row += cell(duration_text(summary.p99.median), ratio(p99), first);
    row += cell(duration_text(summary.cpu_per_login_s.median), ratio(cpu), first);
    row += element("td", fixed(summary.peak_memory_kb / 1024, 1) + " MB");
    row += element("td", per_login_cell(summary.server.backends, summary.whole));
    row += element("td", per_login_cell(summary.server.statements, summary.whole));
    row += element("td", per_login_cell(summary.server.kdc_requests, summary.whole));
    row += element("td", std::to_string(summary.whole.logins));
    row += element("td", std::to_string(summary.whole.failures),
                   summary.whole.failures == 0 ? "none" : "bad");
    rows += element("tr", row);
  }
  return element("table", rows);
}

std::string rate_bars(const Report& report) {
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const Spread rate = summarize(report.targets[i]).logins_per_second;
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
    plot.series.push_back({color(i), false, {points}});
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
    Series medians{color(i), false, {}};
    Series tails{color(i), true, {}};
    for (const auto& round : report.targets[i].rounds) {
      std::vector<Point> middle;
      std::vector<Point> high;
      for (const auto& [slice, histogram] : round.result.over_time) {
        const double x = round.begin_s + (static_cast<double>(slice) + 0.5) * report.slice_s;
        middle.push_back({x, seconds(histogram.quantile(0.5))});
        high.push_back({x, seconds(histogram.quantile(0.99))});
      }
      if (middle.empty()) continue;
      medians.segments.push_back(std::move(middle));
      tails.segments.push_back(std::move(high));
    }
    plot.series.push_back(std::move(medians));
    plot.series.push_back(std::move(tails));
  }
  return to_svg(plot);
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

std::string errors(const Report& report) {
  std::string rows =
      "<tr><th>target</th><th>SQLSTATE</th><th>count</th><th class=\"text\">first text</th></tr>\n";
  bool any = false;
  for (const auto& target : report.targets) {
    const std::string name = element("td", escape_markup(target.name));
    if (!target.broken.empty()) {
      any = true;
      rows += element("tr", name + element("td", "–") + element("td", "–") +
                                element("td", escape_markup(target.broken), "text"));
    }
    for (const auto& [sqlstate, group] : summarize(target).whole.errors) {
      any = true;
      rows +=
          element("tr", name + element("td", sqlstate.empty() ? "none" : escape_markup(sqlstate)) +
                            element("td", std::to_string(group.count)) +
                            element("td", escape_markup(group.first_text), "text"));
    }
  }
  return any ? element("table", rows) : element("p", "None.");
}

std::string conditions(const Report& report) {
  std::string rows =
      "<tr><th>target</th><th class=\"text\">kind</th><th class=\"text\">connection</th></tr>\n";
  for (const auto& target : report.targets) {
    std::string connections;
    for (const auto& connection : target.connections)
      connections += escape_markup(connection) + "<br/>";
    for (const auto& cache : target.caches) connections += "with " + escape_markup(cache) + "<br/>";
    rows +=
        element("tr", element("td", escape_markup(target.name)) +
                          element("td", target.kind, "text") + element("td", connections, "text"));
  }
  std::string asked;
  for (const auto& [name, value] : report.options.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    asked += (asked.empty() ? "" : ", ") + escape_markup(name) + " " + escape_markup(text);
  }
  return element("p", asked) + element("table", rows);
}

}  // namespace

std::string to_html(const Report& report) {
  std::string hosts;
  for (const auto& host : report.hosts) hosts += (hosts.empty() ? "" : ", ") + escape_markup(host);
  const bool open = report.options.value("mode", "") == "open";
  std::string body = element("h1", escape_markup(report.title));
  body += element(
      "p",
      "Begun " + escape_markup(report.started) + " on " + hosts +
          ". The targets took turns, round by round; values are medians over the rounds, × is the "
          "median of the rounds' ratios to the first target.");
  body += element("h2", "Target against target") + comparison(report);
  body += element("h2", "Logins per second") + rate_bars(report) +
          element("p", "Median, with the slowest and the fastest round.");
  body += element("h2", "Login latency by quantile") + legend(report) + quantile_curves(report);
  body += element(
      "p",
      open ? "Counted from the moment each login was due, so that a stall is seen by all who would "
             "have come during it."
           : "Closed mode: a client begins its next login only when the last one is done, so these "
             "latencies are not those of a fixed load.");
  body +=
      element("h2", "Login latency over time") + legend(report) + over_time(report) +
      element("p",
              "Median (solid) and 99th percentile (dashed) of the logins begun in each slice of " +
                  duration_text(report.slice_s) + ".");
  body += element("h2", "What a login is made of") + breakdown(report) +
          element("p", "Means, as far as each client lets them be seen from outside.");
  body += element("h2", "Failures") + errors(report);
  body += element("h2", "Conditions") + conditions(report);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width\"/>\n" +
         element("title", escape_markup(report.title)) + element("style", style) +
         "</head>\n<body>\n" + body + "</body>\n</html>\n";
}

}  // namespace negodbc::bench
