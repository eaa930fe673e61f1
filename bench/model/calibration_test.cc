// Reports made by the model itself, whose costs are known, are read back.
#include "bench/model/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace negodbc::bench::model {
namespace {

std::chrono::nanoseconds ns(double value_s) {
  return std::chrono::nanoseconds(std::llround(value_s * 1e9));
}

Storm known_storm(unsigned clients) {
  Storm storm;
  storm.costs.client_s = 0.001;
  storm.costs.accept_s = 0.0004;
  storm.costs.backend_s = 0.0036;
  storm.costs.end_s = 0.0024;
  storm.costs.round_trips = 2;
  storm.site.clients_on_server = true;
  storm.clients.count = clients;
  return storm;
}

Report report_of(const std::string& mode, unsigned at_once, const RoundResult& result,
                 const ServerCounts& server) {
  Report report;
  report.options = {{"mode", mode},
                    {"concurrency", at_once},
                    {"back-off ms", 50.0},
                    {"back-off most ms", 400.0},
                    {"login timeout s", 7}};
  report.environments.push_back({{"processors", 2}});
  report.targets = {{"one", "floor", {"host=x"}, {}, {}, "", false, 1, {}}};
  auto& round = report.targets[0].rounds.emplace_back();
  round.result = result;
  round.server = server;
  return report;
}

// Of what was worked, the processes' times tell this part.
Report closed_report(double told = 1) {
  Storm storm = known_storm(16);
  storm.closed_logins = 2000;
  const Prediction prediction = predict(storm);
  RoundResult result;
  result.logins = prediction.back;
  result.seconds = prediction.end_s;
  result.user_cpu_s = 0.001 * 2000 * told;
  ServerCounts server;
  server.cpu_s = 0.0064 * 2000 * told;
  server.own_cpu_s = 0.0004 * 2000 * told;
  return report_of("closed", 16, result, server);
}

RoundResult reconnect_result_of(const Storm& storm) {
  const unsigned clients = storm.clients.count;
  const Prediction prediction = predict(storm);
  RoundResult result;
  result.logins = clients;
  result.seconds = prediction.end_s;
  result.reconnect.emplace();
  result.reconnect->wanted = result.reconnect->held = clients;
  for (unsigned i = 0; i < clients; ++i)
    result.reconnect->lost_after.record(ns(prediction.first_noticed_s));
  result.reconnect->back_after = prediction.back_after;
  result.failures = prediction.failures;
  return result;
}

Report reconnect_report_of(unsigned clients) {
  Storm storm = known_storm(clients);
  storm.cut_s = 0.01;  // histograms are relative: what comes later is told less exactly
  return report_of("reconnect", clients, reconnect_result_of(storm), {});
}

TEST(Calibration, FindsTheCostsAgain) {
  const Measured run = measured(closed_report(), "");
  EXPECT_EQ(run.at_once, 16u);
  EXPECT_EQ(run.clients.timeout_s, 7);
  EXPECT_EQ(run.clients.back_off_s, 0.05);
  EXPECT_EQ(run.clients.back_off_most_s, 0.4);
  const Calibration calibration = calibrate(run, {});
  EXPECT_NEAR(calibration.stretch, 1, 0.001);
  const Costs& costs = calibration.storm.costs;
  EXPECT_NEAR(costs.client_s, 0.001, 1e-5);
  EXPECT_NEAR(costs.accept_s, 0.0004, 1e-5);
  EXPECT_NEAR(costs.backend_s, 0.0036, 1e-5);
  EXPECT_NEAR(costs.end_s, 0.0024, 1e-5);
  EXPECT_TRUE(calibration.storm.site.clients_on_server);
  EXPECT_EQ(calibration.storm.site.server_processors, 2u);
}

TEST(Calibration, WhatTheTimesDoNotTellIsFoundByTheRate) {
  const Calibration calibration = calibrate(measured(closed_report(0.8), ""), {});
  EXPECT_NEAR(calibration.stretch, 1.25, 0.005);
  EXPECT_NEAR(calibration.storm.costs.backend_s, 0.0036, 5e-5);
}

TEST(Calibration, OnABusyMachineTheTimesAreTakenAsTheyAre) {
  Assumed assumed;
  assumed.as_told = true;
  const Calibration calibration = calibrate(measured(closed_report(0.8), ""), assumed);
  EXPECT_EQ(calibration.stretch, 1);
  EXPECT_NEAR(calibration.storm.costs.backend_s + calibration.storm.costs.end_s, 0.8 * 0.006, 1e-6);
}

TEST(Calibration, WithoutTheServersTimesTheRestIsTheServers) {
  Report report = closed_report();
  report.targets[0].rounds[0].server = {};
  const Calibration calibration = calibrate(measured(report, ""), {});
  const Costs& costs = calibration.storm.costs;
  EXPECT_NEAR(costs.accept_s + costs.backend_s + costs.end_s, 0.0064, 0.0001);
  Assumed apart;
  apart.one_machine = false;
  EXPECT_THROW(calibrate(measured(report, ""), apart), std::runtime_error);
}

TEST(Calibration, PredictsOtherStormsThanItsOwn) {
  const Calibration calibration = calibrate(measured(closed_report(0.9), ""), {});
  for (const unsigned clients : {8u, 64u, 256u}) {
    const auto comparisons = compare(calibration, measured(reconnect_report_of(clients), ""));
    ASSERT_EQ(comparisons.size(), 3u);
    for (const Comparison& each : comparisons)
      EXPECT_NEAR(each.off(), 0, 0.02) << clients << " " << each.what;
    EXPECT_NEAR(comparisons[2].measured, clients * 0.0074 / 2, 0.05 * clients * 0.0074 / 2 + 0.001);
  }
  const auto rate = compare(calibration, measured(closed_report(), ""));
  ASSERT_EQ(rate.size(), 1u);
  EXPECT_NEAR(rate[0].off(), 0, 0.005);
}

// A server that waits, and hardly works: its rate is not for the processors to explain.
TEST(Calibration, ARateThatIdleProcessorsDoNotLimitStretchesNothing) {
  Report report = closed_report();
  report.targets[0].rounds[0].result.seconds *= 2;
  const Calibration calibration = calibrate(measured(report, ""), {});
  EXPECT_EQ(calibration.stretch, 1);
  EXPECT_NEAR(calibration.storm.costs.backend_s, 0.0036, 1e-5);
  // As slow because the rest of the machine was busy: each login took twice as much of it.
  auto& round = report.targets[0].rounds[0];
  round.server.machine_cpu_s = 2 * round.result.seconds;
  EXPECT_NEAR(calibrate(measured(report, ""), {}).stretch, 2, 0.02);
}

TEST(Calibration, RoundTripsAreThoseOfTheClient) {
  Report report = closed_report();
  EXPECT_EQ(calibrate(measured(report, ""), {}).storm.costs.round_trips, 2u);
  report.targets[0].kind = "libpq";
  EXPECT_EQ(calibrate(measured(report, ""), {}).storm.costs.round_trips, 3u);
}

// Rounds whose servers were away for more and for less time than the clients' first pause: each is
// predicted by its own, so that no mean of the two is.
TEST(Calibration, EachRoundHasItsOwnTimeWithoutAServer) {
  const Calibration calibration = calibrate(measured(closed_report(), ""), {});
  Report report;
  for (const double away_s : {0.02, 0.06, 0.02}) {
    Storm storm = known_storm(8);
    storm.clients.back_off_s = 0.05;
    storm.clients.back_off_most_s = 0.4;
    storm.cut_s = 0.25;
    storm.back_s = storm.serves_s = 0.25 + away_s;
    RoundResult result = reconnect_result_of(storm);
    result.reconnect->failed_after.record(ns(storm.back_s));
    if (report.targets.empty()) {
      report = report_of("reconnect", 8, result, {});
    } else {
      report.targets[0].rounds.emplace_back().result = result;
    }
  }
  const Measured run = measured(report, "");
  ASSERT_EQ(run.returns.size(), 3u);
  EXPECT_NEAR(run.returns[1].last_failed_s, 0.06, 0.002);
  EXPECT_GT(run.returns[1].all_back_s, run.returns[0].all_back_s * 1.5);
  for (const Comparison& each : compare(calibration, run))
    EXPECT_NEAR(each.off(), 0, 0.1) << each.what;
  // The model is told when the server was back, not when the first client was.
  const Storm same = same_storm(calibration, run, run.returns[0]);
  EXPECT_NEAR(same.back_s, 0.27, 0.002);
  EXPECT_GT(same.serves_s, same.back_s);
}

TEST(Calibration, TellsWhatItCantUse) {
  const Report closed = closed_report();
  EXPECT_THROW(measured(closed, "other"), std::runtime_error);
  Report open = closed;
  open.options["mode"] = "open";
  EXPECT_THROW(measured(open, ""), std::runtime_error);
  EXPECT_THROW(calibrate(measured(reconnect_report_of(8), ""), {}), std::runtime_error);
  Report nothing = closed;
  nothing.targets[0].rounds[0].result.logins = 0;
  EXPECT_THROW(calibrate(measured(nothing, ""), {}), std::runtime_error);
  // Sessions that did not all come back have no time at which they all were.
  Report lost = reconnect_report_of(8);
  lost.targets[0].rounds[0].result.reconnect->held = 9;
  EXPECT_TRUE(std::isnan(measured(lost, "").returns.at(0).all_back_s));
}

}  // namespace
}  // namespace negodbc::bench::model
