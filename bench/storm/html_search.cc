#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "bench/storm/html_parts.h"
#include "bench/storm/plot.h"
#include "bench/storm/rate_search.h"
#include "bench/storm/search_view.h"

namespace negodbc::bench {
namespace {

std::string rate_cell(double rate) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f", rate);
  return element("td", text);
}

std::string answers(const Report& report) {
  std::string rows =
      "<tr><th>target</th><th>highest rate<br/>that held</th><th>median</th><th>p99</th>"
      "<th>lowest that<br/>did not</th><th class=\"text\">why</th></tr>\n";
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const TargetReport& target = report.targets[i];
    const Knee knee = knee_of(target);
    std::string row = element("td", swatch(i) + escape_markup(target.name));
    if (knee.held) {
      const RoundReport& round = target.rounds[*knee.held];
      row += rate_cell(round.step->rate) +
             element("td", duration_text(quantile_s(round.result.login, 0.5))) +
             element("td", duration_text(quantile_s(round.result.login, 0.99)));
    } else {
      row += element("td", "none", "bad") + element("td", "–") + element("td", "–");
    }
    if (knee.not_held) {
      const StepReport& step = *target.rounds[*knee.not_held].step;
      const std::string whose =
          step.by_client ? ": a limit of the client, not of the server" : std::string();
      row += rate_cell(step.rate) + element("td", escape_markup(step.why + whose), "text");
    } else {
      row += element("td", "–") + element("td", "no higher rate was asked for", "text");
    }
    rows += element("tr", row);
  }
  return element("table", rows);
}

// Of the rounds of one rate, the one by which it held; else the last.
std::map<double, const RoundReport*> by_rate(const TargetReport& target) {
  std::map<double, const RoundReport*> rounds;
  for (const auto& round : target.rounds) {
    if (!round.step) continue;
    const RoundReport*& known = rounds[round.step->rate];
    if (known == nullptr || !known->step->held) known = &round;
  }
  return rounds;
}

std::string knee_plot(const Report& report) {
  LatencyPlot plot;
  plot.title = "Login latency by arrival rate";
  plot.x_label = "logins due per second";
  double highest = 0;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    Series tails{color(i), false, {{}}, {}};
    Series medians{color(i), true, {{}}, {}};
    for (const auto& [rate, round] : by_rate(report.targets[i])) {
      highest = std::max(highest, rate);
      const Histogram& login = round->result.login;
      if (login.empty()) continue;
      medians.segments[0].push_back({rate, seconds(login.quantile(0.5))});
      const double p99 = quantile_s(login, 0.99);
      if (std::isnan(p99)) continue;
      tails.segments[0].push_back({rate, p99});
      tails.marks.push_back({{rate, p99}, !round->step->held});
    }
    for (Series* each : {&tails, &medians}) {
      if (!each->segments[0].empty()) plot.series.push_back(std::move(*each));
    }
  }
  plot.series.push_back(
      {"#b3261e", true, {{{0, report.p99_under_s}, {highest, report.p99_under_s}}}, {}});
  return to_svg(plot);
}

std::string steps(const Report& report) {
  std::string rows =
      "<tr><th>target</th><th>rate</th><th>due</th><th>dropped</th><th>failed</th>"
      "<th>median</th><th>p99</th><th class=\"text\">verdict</th></tr>\n";
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    for (const auto& round : report.targets[i].rounds) {
      if (!round.step) continue;
      const RoundResult& r = round.result;
      rows += element(
          "tr",
          element("td", swatch(i) + escape_markup(report.targets[i].name)) +
              rate_cell(round.step->rate) + element("td", std::to_string(r.due.value_or(0))) +
              element("td", std::to_string(r.dropped())) +
              element("td", std::to_string(r.failures)) +
              element("td", duration_text(quantile_s(r.login, 0.5))) +
              element("td", duration_text(quantile_s(r.login, 0.99))) +
              element("td",
                      round.step->held ? "held" : "did not hold: " + escape_markup(round.step->why),
                      "text"));
    }
  }
  return element("table", rows);
}

}  // namespace

std::string search_parts(const Report& report) {
  std::string names;
  for (std::size_t i = 0; i < report.targets.size(); ++i)
    names += element("span", swatch(i) + escape_markup(report.targets[i].name));
  const std::string limit = duration_text(report.p99_under_s);
  return element("h2", "Highest rate with p99 under " + limit) + answers(report) +
         element("h2", "The knee") + element("p", names, "legend") + knee_plot(report) +
         element(
             "p",
             "99th percentile (solid; a point is a rate that held, a cross one that did not) and "
             "median (dashed) of each step, counted from the moment a login was due. The red "
             "line is the limit of " +
                 limit + ".") +
         element("h2", "Steps") + steps(report);
}

}  // namespace negodbc::bench
