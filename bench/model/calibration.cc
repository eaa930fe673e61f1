#include "bench/model/calibration.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace negodbc::bench::model {
namespace {

constexpr unsigned seeds = 7;
constexpr double least_stretch = 0.5;
constexpr double most_stretch = 4;
constexpr double noticed_by_socket = 0.9;  // of a process' end, when the kernel closes its files
constexpr double least_used = 0.7;  // of the processors, for their being what limits the rate

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

MeasuredReturn return_of(const RoundReport& round) {
  MeasuredReturn measured;
  if (!round.result.reconnect) return measured;
  const auto& sessions = *round.result.reconnect;
  measured.first_lost_s = seconds(sessions.lost_after.minimum());
  if (!sessions.failed_after.empty())
    measured.last_failed_s = seconds(sessions.failed_after.maximum()) - measured.first_lost_s;
  measured.first_back_s = since_first_loss(round, 0);
  measured.half_back_s = since_first_loss(round, 0.5);
  measured.most_back_s = since_first_loss(round, 0.9);
  measured.all_back_s = since_first_loss(round, 1);
  measured.failures = round.result.failures != 0;
  return measured;
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
    run.machine_cpu_s = median_of(target, [](const RoundReport& round) {
      return per_login(round.server.machine_cpu_s, round);
    });
    run.clients.count = run.at_once;
    run.clients.timeout_s = option(report, "login timeout s", 30);
    run.clients.back_off_s = option(report, "back-off ms", 100) / 1000;
    run.clients.back_off_most_s = option(report, "back-off most ms", 2000) / 1000;
    run.clients.spread_s = option(report, "spread ms", 0) / 1000;
    // Such a client sees its loss when it looks.
    if (target.kind == "odbc") run.clients.spread_s += option(report, "probe ms", 0) / 1000;
    // libpq's connection is there until its socket is closed, whatever the server has said before.
    if (target.kind == "libpq") run.clients.notice_part = noticed_by_socket;
    run.returns.reserve(target.rounds.size());
    for (const auto& round : target.rounds) {
      if (run.reconnect) run.returns.push_back(return_of(round));
    }
    // A floor sends all it has to say at once.
    if (target.kind == "floor" || target.kind == "gssfloor") run.round_trips = 2;
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
  costs.round_trips = run.round_trips;
  // Of processors that were idle the rate says nothing. Those of a busy machine were not, whoever
  // used them.
  const double worked_s =
      std::isnan(run.machine_cpu_s) ? run.client_cpu_s + server_s : run.machine_cpu_s;
  const double used = run.logins_per_second * worked_s / run.processors;
  if (assumed.as_told || (assumed.one_machine && used < least_used)) return calibration;
  Storm closed = same_storm(calibration, run);
  calibration.stretch = stretch_for(closed, run);
  scale(costs, calibration.stretch);
  costs.refuse_s *= calibration.stretch;
  return calibration;
}

Storm same_storm(const Calibration& calibration, const Measured& run) {
  Storm storm = calibration.storm;
  storm.clients = run.clients;
  storm.closed_logins = static_cast<std::uint64_t>(std::max(1.0, run.logins));
  return storm;
}

// The server listened when an attempt had failed for the last time, and served when the first that
// worked began. Between them nobody was refused: whoever came was left waiting.
Storm same_storm(const Calibration& calibration, const Measured& run, const MeasuredReturn& round) {
  Storm storm = calibration.storm;
  storm.clients = run.clients;
  storm.cut_s = round.first_lost_s;
  if (!round.failures) return storm;
  const Costs& costs = storm.costs;
  const double one_login_s = costs.client_s + costs.accept_s + costs.backend_s + costs.wait_s +
                             costs.round_trips * costs.round_trip_s;
  const double first_begun_s = std::max(0.0, round.first_back_s - one_login_s);
  storm.serves_s = storm.cut_s + first_begun_s;
  storm.back_s = std::isnan(round.last_failed_s)
                     ? storm.serves_s
                     : storm.cut_s + std::min(round.last_failed_s, first_begun_s);
  return storm;
}

std::vector<Comparison> compare(const Calibration& calibration, const Measured& run) {
  const auto median = [](const std::vector<double>& values) { return spread(values).median; };
  const auto predictions = [](Storm storm) {
    std::vector<Prediction> made;
    made.reserve(seeds);
    for (storm.seed = 1; storm.seed <= seeds; ++storm.seed) made.push_back(predict(storm));
    return made;
  };
  std::vector<double> values;
  if (!run.reconnect) {
    for (const Prediction& each : predictions(same_storm(calibration, run)))
      values.push_back(static_cast<double>(each.back) / each.end_s);
    return {{"logins a second", run.logins_per_second, median(values)}};
  }
  struct Moment {
    const char* name;
    double quantile;
    double MeasuredReturn::*measured;
    std::vector<double> of_rounds;
    std::vector<double> predicted;
  };
  std::vector<Moment> moments{{"half back, s", 0.5, &MeasuredReturn::half_back_s, {}, {}},
                              {"nine of ten back, s", 0.9, &MeasuredReturn::most_back_s, {}, {}},
                              {"all back, s", 1, &MeasuredReturn::all_back_s, {}, {}}};
  for (const MeasuredReturn& round : run.returns) {
    if (std::isnan(round.all_back_s)) continue;
    const Storm storm = same_storm(calibration, run, round);
    const auto made = predictions(storm);
    for (Moment& moment : moments) {
      values.clear();
      for (const Prediction& each : made)
        values.push_back(each.all_back ? seconds(each.back_after.quantile(moment.quantile)) -
                                             each.first_noticed_s
                                       : absent);
      moment.of_rounds.push_back(round.*moment.measured);
      moment.predicted.push_back(median(values));
    }
  }
  std::vector<Comparison> comparisons;
  comparisons.reserve(moments.size());
  for (const Moment& moment : moments)
    comparisons.push_back({moment.name, median(moment.of_rounds), median(moment.predicted)});
  return comparisons;
}

}  // namespace negodbc::bench::model
