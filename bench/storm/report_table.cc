#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/storm/plot.h"
#include "bench/storm/reconnect_report.h"
#include "bench/storm/report.h"
#include "bench/storm/search_view.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

std::string decimal(double value, int digits) {
  if (std::isnan(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string time_text(double seconds) {
  return std::isnan(seconds) ? "-" : duration_text(seconds);
}

std::string per_login(const std::optional<std::uint64_t>& count, const RoundResult& whole) {
  const auto all = static_cast<double>(whole.begun());
  return count && all != 0 ? decimal(static_cast<double>(*count) / all, 2) : "-";
}

using Row = std::vector<std::string>;

// The first column begins at the left, the others end at the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - width_of(row[i]), ' ');
      text += i == 0 ? row[i] + blanks : "  " + blanks + row[i];
    }
    text += "\n";
  }
  return text;
}

Row row_of(const TargetReport& target, const TargetReport& first) {
  const TargetSummary summary = summarize(target);
  const RoundResult& whole = summary.whole;
  const auto rate = [](const RoundResult& round) { return round.logins_per_second(); };
  return {
      one_line(target.name),
      decimal(summary.logins_per_second.median, 1),
      decimal(median_ratio(per_round(target, rate), per_round(first, rate)), 2),
      time_text(shown_quantile_s(summary.p50, whole.login, 0.5)),
      time_text(shown_quantile_s(summary.p99, whole.login, 0.99)),
      time_text(summary.cpu_per_login_s.median),
      std::isnan(summary.peak_memory_kb) ? "-" : decimal(summary.peak_memory_kb / 1024, 1) + " MB",
      per_login(summary.server.backends, whole),
      per_login(summary.server.statements, whole),
      per_login(summary.server.kdc_requests, whole),
      whole.due ? std::to_string(*whole.due) : "-",
      std::to_string(whole.begun()),
      whole.due ? std::to_string(whole.dropped()) : "-",
      std::to_string(whole.failures),
      std::to_string(whole.logins)};
}

}  // namespace

std::string to_table(const Report& report) {
  std::vector<Row> rows{{"target", "logins/s", "ratio", "median", "p99", "CPU/login", "memory",
                         "backends", "stmts", "KDC", "due", "begun", "dropped", "failed",
                         "logins"}};
  for (const auto& target : report.targets) rows.push_back(row_of(target, report.targets.front()));
  std::string table =
      one_line(report.title) + "\n" + (report.is_search() ? search_table(report) : aligned(rows));
  if (is_reconnect(report)) table += reconnect_table(report);
  for (const auto& target : report.targets) {
    const RoundResult whole = summarize(target).whole;
    for (const auto& [sqlstate, group] : whole.errors) {
      table += "  " + one_line(target.name) + ": " + std::to_string(group.count) + " times " +
               (sqlstate.empty() ? "no SQLSTATE" : one_line(sqlstate)) + ": " +
               one_line(group.first_text) + "\n";
    }
    if (!whole.failed.empty()) {
      table += "  " + one_line(target.name) + ": failures took " +
               time_text(quantile_s(whole.failed, 0.5)) + " in the median, " +
               time_text(quantile_s(whole.failed, 1)) + " at most\n";
    }
  }
  for (const auto& remark : remarks(report)) table += "  " + one_line(remark) + "\n";
  return table;
}

}  // namespace negodbc::bench
