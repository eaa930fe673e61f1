#include <array>
#include <cmath>
#include <cstdio>

#include "bench/storm/html_parts.h"
#include "bench/storm/plot.h"

namespace negodbc::bench {
namespace {

std::string fixed(double value, int digits) {
  if (std::isnan(value)) return "–";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string per_login_cell(const std::optional<std::uint64_t>& count, const RoundResult& whole) {
  const std::uint64_t all = whole.begun();
  if (!count || all == 0) return "–";
  return fixed(static_cast<double>(*count) / static_cast<double>(all), 2);
}

// A value with its ratio to the first target below it.
std::string cell(const std::string& value, double ratio, bool first) {
  return element(
      "td", value + (first || std::isnan(ratio) ? "" : "<small>× " + fixed(ratio, 2) + "</small>"));
}

}  // namespace

std::string element(const char* tag, const std::string& content, const char* css) {
  const std::string attribute = css == nullptr ? "" : std::string(" class=\"") + css + "\"";
  return std::string("<") + tag + attribute + ">" + content + "</" + tag + ">\n";
}

// Told apart by those who see no red or no green as well (Okabe and Ito).
const std::string& color(std::size_t target) {
  static const std::array<std::string, 7> colors{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                 "#e69f00", "#56b4e9", "#333333"};
  return colors[target % colors.size()];
}

std::string swatch(std::size_t target) {
  return "<span class=\"swatch\" style=\"background:" + color(target) + "\"></span>";
}

std::string comparison(const Report& report) {
  using Value = double (*)(const RoundResult&);
  const Value rate = [](const RoundResult& r) { return r.logins_per_second(); };
  const Value cpu = [](const RoundResult& r) { return r.cpu_per_login_s(); };
  const Value p50 = [](const RoundResult& r) { return quantile_s(r.login, 0.5); };
  const Value p99 = [](const RoundResult& r) { return quantile_s(r.login, 0.99); };
  std::string rows =
      "<tr><th>target</th><th>logins/s</th><th>median</th><th>p99</th><th>client CPU<br/>per "
      "login</th>"
      "<th>peak<br/>memory</th><th>backends<br/>per login</th><th>statements<br/>per login</th>"
      "<th>KDC requests<br/>per login</th><th>due</th><th>begun</th><th>dropped</th><th>failed</th>"
      "<th>logins</th></tr>\n";
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const TargetReport& target = report.targets[i];
    const TargetSummary summary = summarize(target);
    const auto ratio = [&](Value value) {
      return median_ratio(per_round(target, value), per_round(report.targets.front(), value));
    };
    const bool first = i == 0;
    std::string row = element("td", swatch(i) + escape_markup(target.name));
    row += cell(fixed(summary.logins_per_second.median, 1), ratio(rate), first);
    row += cell(duration_text(shown_quantile_s(summary.p50, summary.whole.login, 0.5)), ratio(p50),
                first);
    row += cell(duration_text(shown_quantile_s(summary.p99, summary.whole.login, 0.99)), ratio(p99),
                first);
    row += cell(duration_text(summary.cpu_per_login_s.median), ratio(cpu), first);
    row += element("td", std::isnan(summary.peak_memory_kb)
                             ? "–"
                             : fixed(summary.peak_memory_kb / 1024, 1) + " MB");
    row += element("td", per_login_cell(summary.server.backends, summary.whole));
    row += element("td", per_login_cell(summary.server.statements, summary.whole));
    row += element("td", per_login_cell(summary.server.kdc_requests, summary.whole));
    const RoundResult& whole = summary.whole;
    const auto count = [](std::uint64_t number) {
      return element("td", std::to_string(number), number == 0 ? "none" : "bad");
    };
    row += element("td", whole.due ? std::to_string(*whole.due) : "–");
    row += element("td", std::to_string(whole.begun()));
    row += whole.due ? count(whole.dropped()) : element("td", "–");
    row += count(whole.failures);
    row += element("td", std::to_string(whole.logins));
    rows += element("tr", row);
  }
  return element("table", rows);
}

std::string failure_table(const Report& report) {
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
    if (const Histogram failed = summarize(target).whole.failed; !failed.empty()) {
      rows += element(
          "tr", name + element("td", "all") + element("td", std::to_string(failed.count())) +
                    element("td",
                            "failed after " + duration_text(quantile_s(failed, 0.5)) +
                                " in the median, " + duration_text(quantile_s(failed, 0.99)) +
                                " at the 99th percentile, " + duration_text(quantile_s(failed, 1)) +
                                " at most",
                            "text"));
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
    std::string versions;
    for (const auto& [what, version] : target.versions) {
      versions += versions.empty() ? "" : ", ";
      versions += escape_markup(what) + " " + escape_markup(version);
    }
    if (!versions.empty()) connections += element("small", versions);
    rows += element("tr", element("td", escape_markup(target.name)) +
                              element("td", escape_markup(target.kind), "text") +
                              element("td", connections, "text"));
  }
  std::string asked;
  for (const auto& [name, value] : report.options.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    asked += (asked.empty() ? "" : ", ") + escape_markup(name) + " " + escape_markup(text);
  }
  std::string machines;
  for (const auto& each : report.environments) {
    std::string line;
    for (const auto& [name, value] : each.items()) {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      line += (line.empty() ? "" : ", ") + escape_markup(name) + " " + escape_markup(text);
    }
    machines += element("li", line);
  }
  return element("p", "Run " + escape_markup(report.run) + ": " + asked) + element("table", rows) +
         (machines.empty() ? "" : element("ul", machines));
}

}  // namespace negodbc::bench
