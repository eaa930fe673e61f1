#include "bench/storm/live.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/storm/plot.h"
#include "bench/storm/report.h"

namespace negodbc::bench {

void LiveSample::merge(const LiveSample& other) {
  logins += other.logins;
  failures += other.failures;
  in_flight += other.in_flight;
  window_s = std::max(window_s, other.window_s);
  recent.merge(other.recent);
}

void to_json(nlohmann::json& document, const LiveSample& sample) {
  document = {{"logins", sample.logins},
              {"failures", sample.failures},
              {"in_flight", sample.in_flight},
              {"window_s", sample.window_s},
              {"recent", sample.recent.to_json()}};
}

void from_json(const nlohmann::json& document, LiveSample& sample) {
  document.at("logins").get_to(sample.logins);
  document.at("failures").get_to(sample.failures);
  document.at("in_flight").get_to(sample.in_flight);
  document.at("window_s").get_to(sample.window_s);
  sample.recent = Histogram::from_json(document.at("recent"));
}

std::string live_text(const LiveSample& sample) {
  std::string text;
  if (sample.window_s > 0) {
    const double rate = static_cast<double>(sample.recent.count()) / sample.window_s;
    const double p99 = quantile_s(sample.recent, 0.99);
    text = std::to_string(std::lround(rate)) + "/s  p50 " +
           duration_text(quantile_s(sample.recent, 0.5)) +
           (std::isnan(p99) ? "  slowest " + duration_text(quantile_s(sample.recent, 1))
                            : "  p99 " + duration_text(p99)) +
           "  in flight " + std::to_string(sample.in_flight) + "  ";
  }
  return text + std::to_string(sample.logins) + " logins  " + std::to_string(sample.failures) +
         " failed";
}

}  // namespace negodbc::bench
