#include "bench/storm/csv.h"

#include <cmath>
#include <cstdio>

#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

std::string quoted(const std::string& text) {
  std::string cell = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

std::string cell_of(double value) {
  if (std::isnan(value)) return "";
  char text[64];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string cell_of(const std::optional<std::uint64_t>& value) {
  return value ? std::to_string(*value) : "";
}

}  // namespace

std::string to_csv(const Report& report) {
  std::string text =
      "run,target,kind,round,begin_s,seconds,due,begun,dropped,logins,failures,unfinished,"
      "logins_per_second,cpu_per_login_us,p50_us,p90_us,p99_us,max_us,failed_p50_us,failed_max_us,"
      "peak_memory_kb,backends,statements,kdc_requests,rate,held,why\r\n";
  for (const auto& target : report.targets) {
    for (std::size_t i = 0; i < target.rounds.size(); ++i) {
      const RoundResult& r = target.rounds[i].result;
      const ServerCounts& server = target.rounds[i].server;
      const auto& step = target.rounds[i].step;
      const std::string cells[] = {quoted(report.run),
                                   quoted(target.name),
                                   quoted(target.kind),
                                   std::to_string(i + 1),
                                   cell_of(target.rounds[i].begin_s),
                                   cell_of(r.seconds),
                                   cell_of(r.due),
                                   std::to_string(r.begun()),
                                   r.due ? std::to_string(r.dropped()) : "",
                                   std::to_string(r.logins),
                                   std::to_string(r.failures),
                                   std::to_string(r.unfinished),
                                   cell_of(r.logins_per_second()),
                                   cell_of(r.cpu_per_login_s() * 1e6),
                                   cell_of(quantile_s(r.login, 0.5) * 1e6),
                                   cell_of(quantile_s(r.login, 0.9) * 1e6),
                                   cell_of(quantile_s(r.login, 0.99) * 1e6),
                                   cell_of(quantile_s(r.login, 1) * 1e6),
                                   cell_of(quantile_s(r.failed, 0.5) * 1e6),
                                   cell_of(quantile_s(r.failed, 1) * 1e6),
                                   r.peak_memory_kb < 0 ? "" : std::to_string(r.peak_memory_kb),
                                   cell_of(server.backends),
                                   cell_of(server.statements),
                                   cell_of(server.kdc_requests),
                                   step ? cell_of(step->rate) : "",
                                   step ? (step->held ? "yes" : "no") : "",
                                   step ? quoted(step->why) : ""};
      bool first = true;
      for (const auto& cell : cells) {
        text += (first ? "" : ",") + cell;
        first = false;
      }
      text += "\r\n";
    }
  }
  return text;
}

}  // namespace negodbc::bench
