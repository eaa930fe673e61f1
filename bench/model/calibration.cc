#include "bench/model/calibration.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace negodbc::bench::model {
namespace {

constexpr int seeds = 7;
constexpr double least_stretch = 0.5;
constexpr double most_stretch = 4;

double option(const Report& report, const char* name, double otherwise) {
  const auto found = report.options.find(name);
  return found != report.options.end() && found->is_number() ? found->get<double>() : otherwise;
}

double median_of(const TargetReport& target, double (*value)(const RoundReport&)) {
  std::vector<double> values;
  values.reserve(target.rounds.size());
  for (const auto& round : target.rounds) values.push_back(value(round));
  return spread(std::move(values)).median;
}

double per_login(const std::optional<double>& cpu_s, const RoundReport& round) {
  return cpu_s && round.result.logins != 0 ? *cpu_s / static_cast<double>(round.result.logins)
                                           : absent;
}

double since_first_loss(const RoundReport& round, double q) {
  const auto& sessions = round.result.reconnect;
  if (!sessions || std::isnan(sessions->all_back_s()) || sessions->lost() == 0) return absent;
  return seconds(sessions->back_after.quantile(q)) - seconds(sessions->lost_after.minimum());
}

void read_sessions(const TargetReport& target, Measured& run) {
  run.first_lost_s = median_of(target, [](const RoundReport& round) {
    return seconds(round.result.reconnect->lost_after.minimum());
  });
  run.first_back_s =
      median_of(target, [](const RoundReport& round) { return since_first_loss(round, 0); });
  run.half_back_s =
      median_of(target, [](const RoundReport& round) { return since_first_loss(round, 0.5); });
  run.most_back_s =
      median_of(target, [](const RoundReport& round) { return since_first_loss(round, 0.9); });
  std::vector<double> all;
  all.reserve(target.rounds.size());
  for (const auto& round : target.rounds) all.push_back(since_first_loss(round, 1));
  const Spread of_rounds = spread(std::move(all));
  run.all_back_s = of_rounds.median;
  run.lowest_all_back_s = of_rounds.lowest;
  run.highest_all_back_s = of_rounds.highest;
}

void scale(Costs& costs, double factor) {
  for (double* each : {&costs.client_s, &costs.accept_s, &costs.backend_s, &costs.end_s})
    *each *= factor;
}

double closed_rate(Storm storm) {
  const Prediction prediction = predict(storm);
  return static_cast<double>(prediction.back) / prediction.end_s;
}

// The rate falls as the costs grow.
double stretch_for(const Storm& storm, const Measured& run) {
  const auto rate = [&](double factor) {
    Storm stretched = storm;
    scale(stretched.costs, factor);
    return closed_rate(stretched);
  };
  double low = least_stretch;
  double high = most_stretch;
  if (rate(low) < run.logins_per_second || rate(high) > run.logins_per_second) return 1;
  while (high - low > 1e-4) {
    const double middle = (low + high) / 2;
    (rate(middle) > run.logins_per_second ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Measured measured(const Report& report, const std::string& name) {
  for (const auto& target : report.targets) {
    if (!name.empty() && target.name != name) continue;
    if (target.rounds.empty())
      throw std::runtime_error("the target " + target.name + " has no rounds");
    const std::string mode = report.options.value("mode", "");
    if (mode != "closed" && mode != "reconnect")
      throw std::runtime_error("only storms of the modes closed and reconnect can be compared");
    Measured run;
    run.name = target.name;
    run.reconnect = mode == "reconnect";
    run.at_once = static_cast<unsigned>(option(report, "concurrency", 0));
    if (!report.environments.empty())
      run.processors = report.environments.front().value("processors", 0u);
    run.logins = median_of(
        target, [](const RoundReport& round) { return static_cast<double>(round.result.logins); });
    run.logins_per_second = median_of(
        target, [](const RoundReport& round) { return round.result.logins_per_second(); });
    run.client_cpu_s =
        median_of(target, [](const RoundReport& round) { return round.result.cpu_per_login_s(); });
    run.server_cpu_s = median_of(
        target, [](const RoundReport& round) { return per_login(round.server.cpu_s, round); });
    run.accept_cpu_s = median_of(
        target, [](const RoundReport& round) { return per_login(round.server.own_cpu_s, round); });
    run.clients.count = run.at_once;
    run.clients.timeout_s = option(report, "login timeout s", 30);
    run.clients.back_off_s = option(report, "back-off ms", 100) / 1000;
    run.clients.back_off_most_s = option(report, "back-off most ms", 2000) / 1000;
    run.clients.spread_s = option(report, "spread ms", 0) / 1000;
    // Such a client sees its loss when it looks.
    if (target.kind == "odbc") run.clients.spread_s += option(report, "probe ms", 0) / 1000;
    for (const auto& round : target.rounds) run.failures += round.result.failures;
    if (run.reconnect) read_sessions(target, run);
    if (run.at_once == 0) throw std::runtime_error("the report does not tell the concurrency");
    return run;
  }
  throw std::runtime_error("the report has no target " + name);
}

Calibration calibrate(const Measured& run, const Assumed& assumed) {
  if (run.reconnect) throw std::runtime_error("costs are taken from a storm of the closed mode");
  if (std::isnan(run.client_cpu_s) || std::isnan(run.logins_per_second))
    throw std::runtime_error("no login of the report has worked");
  Calibration calibration;
  Storm& storm = calibration.storm;
  storm.site.client_processors = run.processors;
  storm.site.server_processors =
      assumed.server_processors != 0 ? assumed.server_processors : run.processors;
  storm.site.clients_on_server = assumed.one_machine;
  double server_s = run.server_cpu_s;
  if (std::isnan(server_s)) {
    // The processors were busy with nothing else: what the clients did not use is the server's.
    if (!assumed.one_machine)
      throw std::runtime_error("the report does not tell the server's CPU time (--server-pid)");
    server_s = run.processors / run.logins_per_second - run.client_cpu_s;
    if (server_s <= 0) throw std::runtime_error("the clients alone kept the processors busy");
  }
  Costs& costs = storm.costs;
  costs.client_s = run.client_cpu_s;
  costs.accept_s = std::isnan(run.accept_cpu_s) ? 0 : run.accept_cpu_s;
  const double rest = std::max(0.0, server_s - costs.accept_s);
  costs.end_s = rest * assumed.end_part;
  costs.backend_s = rest - costs.end_s;
  costs.refuse_s = costs.end_s;
  costs.wait_s = assumed.wait_s;
  if (assumed.as_told) return calibration;
  Storm closed = same_storm(calibration, run);
  calibration.stretch = stretch_for(closed, run);
  scale(costs, calibration.stretch);
  costs.refuse_s *= calibration.stretch;
  return calibration;
}

Storm same_storm(const Calibration& calibration, const Measured& run) {
  Storm storm = calibration.storm;
  storm.clients = run.clients;
  if (run.reconnect) {
    // When it was cut, and for how long the server was not there, is not the model's to know.
    storm.cut_s = run.first_lost_s;
    const Costs& costs = storm.costs;
    const double one_login_s = costs.client_s + costs.accept_s + costs.backend_s + costs.wait_s +
                               costs.round_trips * costs.round_trip_s;
    if (run.failures != 0)
      storm.back_s = run.first_lost_s + std::max(0.0, run.first_back_s - one_login_s);
  } else {
    storm.closed_logins = static_cast<std::uint64_t>(std::max(1.0, run.logins));
  }
  return storm;
}

std::vector<Comparison> compare(const Calibration& calibration, const Measured& run) {
  Storm storm = same_storm(calibration, run);
  std::vector<double> rate;
  std::vector<double> half;
  std::vector<double> most;
  std::vector<double> all;
  for (int i = 1; i <= seeds; ++i) {
    storm.seed = static_cast<std::uint64_t>(i);
    const Prediction prediction = predict(storm);
    rate.push_back(static_cast<double>(prediction.back) / prediction.end_s);
    const auto back = [&](double q) {
      return prediction.all_back ? seconds(prediction.back_after.quantile(q)) - storm.cut_s
                                 : absent;
    };
    half.push_back(back(0.5));
    most.push_back(back(0.9));
    all.push_back(back(1));
  }
  if (!run.reconnect) return {{"logins a second", run.logins_per_second, spread(rate).median}};
  return {{"half back, s", run.half_back_s, spread(half).median},
          {"nine of ten back, s", run.most_back_s, spread(most).median},
          {"all back, s", run.all_back_s, spread(all).median}};
}

}  // namespace negodbc::bench::model
