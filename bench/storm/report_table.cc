#include <cstdio>

#include "bench/storm/plot.h"
#include "bench/storm/report.h"

namespace negodbc::bench {
namespace {

std::string per_login(const std::optional<std::uint64_t>& count, const RoundResult& whole) {
  const auto all = static_cast<double>(whole.logins + whole.failures);
  if (!count || all == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(*count) / all);
  return text;
}

}  // namespace

std::string to_table(const Report& report) {
  std::string table = report.title + "\n";
  char line[512];
  std::snprintf(line, sizeof line, "%-20s %9s %7s %10s %10s %10s %9s %8s %6s %6s %6s %8s\n",
                "target", "logins/s", "ratio", "median", "p99", "CPU/login", "memory", "backends",
                "stmts", "KDC", "logins", "failed");
  table += line;
  const auto rate = [](const RoundResult& round) { return round.logins_per_second(); };
  for (const auto& target : report.targets) {
    const TargetSummary summary = summarize(target);
    const double ratio =
        median_ratio(per_round(target, rate), per_round(report.targets.front(), rate));
    // "µs" has two bytes for its first letter, which a column's width would count.
    const auto ascii = [](std::string text) {
      if (const auto at = text.find("µ"); at != std::string::npos)
        text.replace(at, std::string("µ").size(), "u");
      return text;
    };
    std::snprintf(
        line, sizeof line, "%-20s %9.1f %7.2f %10s %10s %10s %6.1f MB %8s %6s %6s %6llu %8llu\n",
        target.name.c_str(), summary.logins_per_second.median, ratio,
        ascii(duration_text(summary.p50.median)).c_str(),
        ascii(duration_text(summary.p99.median)).c_str(),
        ascii(duration_text(summary.cpu_per_login_s.median)).c_str(), summary.peak_memory_kb / 1024,
        per_login(summary.server.backends, summary.whole).c_str(),
        per_login(summary.server.statements, summary.whole).c_str(),
        per_login(summary.server.kdc_requests, summary.whole).c_str(),
        static_cast<unsigned long long>(summary.whole.logins),
        static_cast<unsigned long long>(summary.whole.failures));
    table += line;
    if (!target.broken.empty()) table += "  " + target.name + ": " + target.broken + "\n";
    for (const auto& [sqlstate, group] : summary.whole.errors) {
      table += "  " + std::to_string(group.count) + " times " +
               (sqlstate.empty() ? "no SQLSTATE" : sqlstate) + ": " + group.first_text + "\n";
    }
  }
  return table;
}

}  // namespace negodbc::bench
