#include "bench/storm/reconnect_report.h"

#include <algorithm>
#include <cmath>

#include "bench/storm/html_parts.h"
#include "bench/storm/plot.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

const ReconnectResult& sessions_of(const RoundResult& result) {
  static const ReconnectResult none;
  return result.reconnect ? *result.reconnect : none;
}

double last_lost_s(const RoundResult& result) {
  return quantile_s(sessions_of(result).lost_after, 1);
}

double half_back_s(const RoundResult& result) {
  const ReconnectResult& sessions = sessions_of(result);
  return std::isnan(sessions.all_back_s()) ? absent : seconds(sessions.back_after.quantile(0.5));
}

double all_back_s_of(const RoundResult& result) {
  return sessions_of(result).all_back_s();
}

std::string with_range(const Spread& value) {
  return duration_text(value.median) + " (" + duration_text(value.lowest) + " to " +
         duration_text(value.highest) + ")";
}

nlohmann::json in_us(double value_s) {
  return std::isnan(value_s) ? nlohmann::json() : nlohmann::json(value_s * 1e6);
}

nlohmann::json spread_in_us(const Spread& value) {
  return {{"median", in_us(value.median)},
          {"lowest", in_us(value.lowest)},
          {"highest", in_us(value.highest)}};
}

// How many sessions there were after so many seconds, in one round.
std::vector<Point> sessions_over_time(const ReconnectResult& sessions) {
  std::vector<std::pair<double, int>> changes;
  const auto add = [&](const Histogram& times, int change) {
    const auto count = static_cast<double>(times.count());
    for (std::uint64_t i = 1; i <= times.count(); ++i)
      changes.emplace_back(seconds(times.quantile(static_cast<double>(i) / count)), change);
  };
  add(sessions.lost_after, -1);
  add(sessions.back_after, 1);
  std::sort(changes.begin(), changes.end());
  auto there = static_cast<double>(sessions.held);
  std::vector<Point> points{{0, there}};
  for (const auto& [at, change] : changes) {
    points.push_back({at, there});
    there += change;
    points.push_back({at, there});
  }
  return points;
}

}  // namespace

bool is_reconnect(const Report& report) {
  return std::any_of(report.targets.begin(), report.targets.end(), [](const auto& target) {
    return !target.rounds.empty() && target.rounds.front().result.reconnect;
  });
}

ReconnectSummary summarize_reconnect(const TargetReport& target) {
  ReconnectSummary summary;
  for (const auto& round : target.rounds) summary.whole.merge(sessions_of(round.result));
  summary.last_lost = spread(per_round(target, last_lost_s));
  summary.half_back = spread(per_round(target, half_back_s));
  summary.all_back = spread(per_round(target, all_back_s_of));
  return summary;
}

nlohmann::json reconnect_document(const TargetReport& target) {
  const ReconnectSummary summary = summarize_reconnect(target);
  return {{"wanted", summary.whole.wanted},
          {"held", summary.whole.held},
          {"lost", summary.whole.lost()},
          {"back", summary.whole.back()},
          {"lost_again", summary.whole.lost_again},
          {"backed_off_s", summary.whole.backed_off_s},
          {"last_lost_us", spread_in_us(summary.last_lost)},
          {"half_back_us", spread_in_us(summary.half_back)},
          {"all_back_us", spread_in_us(summary.all_back)}};
}

std::string reconnect_table(const Report& report) {
  std::string lines;
  for (const auto& target : report.targets) {
    if (target.rounds.empty()) continue;
    const ReconnectSummary summary = summarize_reconnect(target);
    const ReconnectResult& whole = summary.whole;
    lines += "  " + one_line(target.name) + ": " + std::to_string(whole.held) + " held, " +
             std::to_string(whole.lost()) + " lost, the last after " +
             with_range(summary.last_lost) + "; " + std::to_string(whole.back()) +
             " back, half after " + with_range(summary.half_back) + ", all after " +
             with_range(summary.all_back) + "\n";
  }
  return lines;
}

std::string reconnect_section(const Report& report) {
  std::string rows =
      "<tr><th>target</th><th>held</th><th>lost</th><th>back</th><th>failures</th><th>pauses</th>"
      "<th>last loss after</th><th>half back after</th><th>all back after</th></tr>\n";
  LatencyPlot plot;
  plot.counts = true;
  plot.title = "Sessions over time";
  plot.x_label = "seconds since the cut";
  std::string names;
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const TargetReport& target = report.targets[i];
    const ReconnectSummary summary = summarize_reconnect(target);
    std::uint64_t failures = 0;
    Series series{color(i), false, {}};
    for (const auto& round : target.rounds) {
      failures += round.result.failures;
      series.segments.push_back(sessions_over_time(sessions_of(round.result)));
    }
    plot.series.push_back(std::move(series));
    names += element("span", swatch(i) + escape_markup(target.name));
    const ReconnectResult& whole = summary.whole;
    std::string row = element("td", swatch(i) + escape_markup(target.name));
    for (const auto count : {whole.held, whole.lost(), whole.back(), failures})
      row += element("td", std::to_string(count));
    row += element("td", duration_text(whole.backed_off_s));
    for (const Spread& value : {summary.last_lost, summary.half_back, summary.all_back})
      row += element("td", with_range(value));
    rows += element("tr", row);
  }
  return element("table", rows) + element("p", names, "legend") + to_svg(plot) +
         element("p", "Sessions that were there, a line for each round.");
}

std::string reconnect_remark(const ReconnectResult& whole) {
  std::string text;
  const auto say = [&text](std::uint64_t count, const char* what) {
    if (count != 0)
      text += (text.empty() ? "" : "; ") + std::to_string(count) +
              (count == 1 ? " session was " : " sessions were ") + what;
  };
  say(whole.wanted - std::min(whole.wanted, whole.held), "never opened, and so not cut");
  say(whole.held - std::min(whole.held, whole.lost()), "not lost: the command of --cut left them");
  say(whole.lost() - std::min(whole.lost(), whole.back()), "not back at the round's end");
  say(whole.lost_again, "back and lost again");
  return text;
}

}  // namespace negodbc::bench
