#include "bench/model/sizing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "bench/base/statistics.h"
#include "bench/storm/html_parts.h"
#include "bench/storm/plot.h"

namespace negodbc::bench::model {
namespace {

constexpr unsigned sessions_of_machine = 50;
constexpr unsigned picture_sessions = 10'000;  // of those that show one storm
constexpr std::array<unsigned, 7> session_counts{1'000,  2'000,  5'000,  10'000,
                                                 20'000, 50'000, 100'000};
constexpr std::array<unsigned, 4> processor_counts{2, 4, 8, 16};

struct Curve {
  std::string name;
  std::vector<Point> points;
  bool faint = false;
};

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

// A picture that stands alone: background, style, title and legend, which a page of HTML brings for
// those in it.
std::string alone(const LatencyPlot& plot, const std::vector<Curve>& curves) {
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 400\" font-family=\"system-ui, "
      "DejaVu Sans, sans-serif\">\n<style>text { font-size: 12px; fill: #1b1f23 } .label { fill: "
      "#57606a } .title { font-size: 15px; font-weight: 600 } .grid { stroke: #e6eaee } .line { "
      "fill: none; stroke-width: 2 } .faint { fill: none; stroke-width: 1.6; stroke-dasharray: 5 4 "
      "}</style>\n<rect width=\"860\" height=\"400\" fill=\"#ffffff\"/>\n<text class=\"title\" "
      "x=\"16\" y=\"22\">" +
      escape_markup(plot.title) + "</text>\n";
  double x = 16;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "<rect x=\"%.0f\" y=\"38\" width=\"18\" height=\"4\" fill=\"%s\"/>", x,
                  color(i).c_str());
    svg += text;
    std::snprintf(text, sizeof text, "<text x=\"%.0f\" y=\"44\">", x + 24);
    svg += text + escape_markup(curves[i].name) + "</text>\n";
    x += 24 + 7 * static_cast<double>(curves[i].name.size()) + 22;
  }
  svg += "<svg x=\"0\" y=\"58\" width=\"860\" height=\"338\"";
  svg += to_svg(plot).substr(4);  // behind its own "<svg"
  return svg + "</svg>\n";
}

Picture picture(const std::string& name, LatencyPlot plot, std::vector<Curve> curves) {
  for (std::size_t i = 0; i < curves.size(); ++i)
    plot.series.push_back({color(i), curves[i].faint, {curves[i].points}});
  return {name, alone(plot, curves)};
}

double all_back_s(const Storm& storm) {
  const Prediction prediction = predict(storm);
  return prediction.all_back ? prediction.end_s : absent;
}

// Seconds until all are back, for each number of sessions and of the server's processors.
struct Grid {
  std::vector<unsigned> sessions;
  std::vector<std::vector<double>> all_back;  // by processor_counts, then by sessions

  Grid(const Costs& costs, unsigned up_to) {
    for (const unsigned count : session_counts) {
      if (count <= up_to) sessions.push_back(count);
    }
    for (const unsigned processors : processor_counts) {
      all_back.emplace_back();
      for (const unsigned count : sessions) {
        Storm storm = page_storm(costs, count);
        storm.site.server_processors = processors;
        all_back.back().push_back(all_back_s(storm));
      }
    }
  }

  std::vector<Tick> ticks() const {
    std::vector<Tick> ticks;
    ticks.reserve(sessions.size());
    for (const unsigned count : sessions) ticks.push_back({std::log10(count), grouped(count)});
    return ticks;
  }
  std::vector<Point> points(const std::vector<double>& values) const {
    std::vector<Point> points;
    points.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      points.push_back({std::log10(sessions[i]), values[i]});
    return points;
  }
};

Picture by_sessions(const Grid& grid) {
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < processor_counts.size(); ++i)
    curves.push_back(
        {std::to_string(processor_counts[i]) + " processors", grid.points(grid.all_back[i])});
  LatencyPlot plot;
  plot.title = "Until all are back, by the server's processors";
  plot.x_label = "sessions that are cut";
  plot.x_ticks = grid.ticks();
  return picture("sizing-sessions.svg", std::move(plot), std::move(curves));
}

Curve back_over_time(const std::string& name, const Storm& storm, double end_s) {
  const Prediction prediction = predict(storm);
  Curve curve{name, {{0, 0}}};
  for (const auto& [at_s, back] : prediction.over_time) {
    if (at_s <= end_s) curve.points.push_back({at_s, static_cast<double>(back)});
  }
  curve.points.push_back({end_s, curve.points.back().y});
  return curve;
}

// Patience is chosen from what the server needs: less than that, and more.
Picture by_patience(const Costs& costs, unsigned sessions) {
  const Storm gated = page_storm(costs, sessions);
  const double needed = all_back_s(gated);
  const double end_s = 4 * needed;
  const auto crowd = [&](double patience_s) {
    Storm storm = gated;
    storm.clients.at_once = 0;
    storm.clients.timeout_s = patience_s;
    storm.until_s = end_s;
    return storm;
  };
  Storm impatient_gated = gated;
  impatient_gated.clients.timeout_s = needed / 2;
  Storm spread_out = crowd(needed / 2);
  spread_out.clients.spread_s = needed * 1.25;
  std::vector<Curve> curves;
  curves.push_back(back_over_time("all at once, patient", crowd(2 * needed), end_s));
  curves.push_back(back_over_time("all at once, half the patience", crowd(needed / 2), end_s));
  curves.push_back(back_over_time("2 a machine, half", impatient_gated, end_s));
  curves.push_back(back_over_time("spread over 1.25 times, half", spread_out, end_s));
  LatencyPlot plot;
  plot.counts = true;
  plot.title = grouped(sessions) + " sessions, 16 processors, by the clients' patience";
  plot.x_label = "seconds since the cut";
  return picture("sizing-patience.svg", std::move(plot), std::move(curves));
}

Picture by_kdc(const Costs& costs, const Grid& grid) {
  std::vector<Curve> curves{{"tickets kept", grid.points(grid.all_back.back())}};
  const auto add = [&](const std::string& name, double requests, unsigned processes) {
    std::vector<double> values;
    for (const unsigned count : grid.sessions) {
      Storm storm = page_storm(costs, count);
      storm.site.server_processors = processor_counts.back();
      storm.costs.kdc_requests = requests;
      storm.site.kdc_processes = processes;
      values.push_back(all_back_s(storm));
    }
    curves.push_back({name, grid.points(values)});
  };
  add("one request a login, 4 KDC processes", 1, 4);
  add("one request, 1 process", 1, 1);
  add("4 requests, 1 process", 4, 1);
  LatencyPlot plot;
  plot.title = "Until all are back at a server of 16 processors, by what is asked of the KDC";
  plot.x_label = "sessions that are cut";
  plot.x_ticks = grid.ticks();
  return picture("sizing-kdc.svg", std::move(plot), std::move(curves));
}

Picture by_outage(const Costs& costs, unsigned sessions) {
  std::vector<Curve> curves;
  constexpr double outage_s = 20;
  const auto add = [&](const std::string& name, double first_s, double most_s) {
    Storm storm = page_storm(costs, sessions);
    storm.site.server_processors = processor_counts.back();
    storm.back_s = outage_s;
    storm.clients.back_off_s = first_s;
    storm.clients.back_off_most_s = most_s;
    curves.push_back(back_over_time(name, storm, 60));
  };
  add("pauses up to 0.1 s", 0.1, 0.1);
  add("0.1 s, doubled up to 2 s", 0.1, 2);
  add("doubled up to 10 s", 0.1, 10);
  add("doubled up to 60 s", 0.1, 60);
  LatencyPlot plot;
  plot.counts = true;
  plot.title = grouped(sessions) + " sessions, a server that is down for 20 s, by back-off";
  plot.x_label = "seconds since the cut";
  return picture("sizing-back-off.svg", std::move(plot), std::move(curves));
}

std::string table_of(const Grid& grid) {
  std::string table = "| sessions |";
  std::string rule = "|---|";
  for (const unsigned processors : processor_counts) {
    table += ' ' + std::to_string(processors) + " processors |";
    rule += "---|";
  }
  table += '\n' + rule + '\n';
  for (std::size_t i = 0; i < grid.sessions.size(); ++i) {
    table += "| ";
    table += grouped(grid.sessions[i]) + " |";
    for (const auto& column : grid.all_back) table += ' ' + duration_text(column[i]) + " |";
    table += '\n';
  }
  return table;
}

}  // namespace

Storm page_storm(const Costs& costs, unsigned sessions) {
  Storm storm;
  storm.costs = costs;
  storm.costs.round_trip_s = 0.0005;
  storm.costs.kdc_requests = 0;
  storm.site.server_processors = 16;
  storm.site.backlog = 4096;
  storm.site.client_machines = (sessions + sessions_of_machine - 1) / sessions_of_machine;
  storm.site.client_processors = 4;
  storm.clients.count = sessions;
  storm.clients.at_once = 2;
  storm.clients.timeout_s = 1e6;
  storm.until_s = 7200;
  return storm;
}

Sizing sizing(const Costs& costs, unsigned up_to) {
  const Grid grid(costs, up_to);
  const unsigned shown = std::min(up_to, picture_sessions);
  return {
      {by_sessions(grid), by_patience(costs, shown), by_outage(costs, shown), by_kdc(costs, grid)},
      table_of(grid)};
}

}  // namespace negodbc::bench::model
