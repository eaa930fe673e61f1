// Whole storms whose outcome can be told without a simulation.
#include "bench/model/storm_model.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace negodbc::bench::model {
namespace {

// Nothing but the server's processors.
Storm plain_storm(unsigned clients) {
  Storm storm;
  storm.costs = {};
  storm.costs.client_s = 0;
  storm.costs.accept_s = 0;
  storm.costs.end_s = 0;
  storm.costs.backend_s = 0.01;
  storm.costs.round_trip_s = 0;
  storm.costs.round_trips = 2;
  storm.costs.signal_s = 0;
  storm.site.server_processors = 4;
  storm.clients.count = clients;
  return storm;
}

TEST(StormModel, OneClientTakesWhatItsPartsTake) {
  Storm storm = plain_storm(1);
  storm.costs = {0.002, 0.0005, 0.006, 0.001, 0, 0.02, 0, 0.01, 4, 0.003, 2, 0.0004};
  storm.site.client_processors = 1;
  storm.cut_s = 1;
  const Prediction prediction = predict(storm);
  EXPECT_TRUE(prediction.all_back);
  // The server tells the session to end, its message of that, the client, two requests with their
  // round trips, four round trips of the login, the server's work and its wait.
  EXPECT_NEAR(prediction.end_s, 1.0004 + 0.0001 + 0.002 + 2 * 0.013 + 0.04 + 0.0065 + 0.02, 1e-9);
  EXPECT_NEAR(seconds(prediction.login.maximum()), 0.002 + 0.026 + 0.04 + 0.0265, 1e-6);
}

TEST(StormModel, AllAtOnceEndTogetherWhereProcessorsAreShared) {
  const Prediction prediction = predict(plain_storm(1000));
  EXPECT_NEAR(prediction.end_s, 1000 * 0.01 / 4, 1e-6);
  EXPECT_NEAR(seconds(prediction.back_after.minimum()), 2.5, 1e-6);
  EXPECT_NEAR(prediction.server_used, 1, 1e-6);
}

TEST(StormModel, FewAtOnceEndOneAfterAnother) {
  Storm storm = plain_storm(1000);
  storm.clients.at_once = 4;
  const Prediction prediction = predict(storm);
  EXPECT_NEAR(prediction.end_s, 2.5, 1e-6);
  EXPECT_NEAR(seconds(prediction.back_after.minimum()), 0.01, 1e-9);
  EXPECT_NEAR(seconds(prediction.back_after.quantile(0.5)), 1.25, 0.01);
  EXPECT_NEAR(seconds(prediction.login.maximum()), 0.01, 1e-4);
}

TEST(StormModel, WhatIsAcceptedOneAtATimeLimitsHoweverManyProcessors) {
  Storm storm = plain_storm(100);
  storm.costs.accept_s = 0.02;
  storm.site.server_processors = 64;
  EXPECT_NEAR(predict(storm).end_s, 100 * 0.02 + 0.01, 1e-6);
}

TEST(StormModel, ClientsOnTheServerTakeItsProcessors) {
  Storm storm = plain_storm(200);
  storm.costs.client_s = 0.005;
  storm.site.client_processors = 1000;
  EXPECT_NEAR(predict(storm).end_s, 200 * 0.01 / 4 + 0.005, 0.0001);
  storm.site.clients_on_server = true;
  EXPECT_NEAR(predict(storm).end_s, 200 * 0.015 / 4, 1e-6);
}

TEST(StormModel, ClientMachinesLimit) {
  Storm storm = plain_storm(100);
  storm.costs.client_s = 0.1;
  storm.site.server_processors = 1000;
  storm.site.client_processors = 1;
  const double one = predict(storm).end_s;
  storm.site.client_machines = 10;
  const double ten = predict(storm).end_s;
  EXPECT_NEAR(one, 10, 0.02);
  EXPECT_NEAR(ten, 1.01, 0.02);
}

TEST(StormModel, TheKdcIsACounter) {
  Storm storm = plain_storm(100);
  storm.site.server_processors = 1000;
  storm.costs.kdc_s = 0.03;
  storm.costs.kdc_requests = 1;
  EXPECT_NEAR(predict(storm).end_s, 3.01, 1e-6);
  storm.site.kdc_processes = 10;
  EXPECT_NEAR(predict(storm).end_s, 0.31, 1e-6);
}

TEST(StormModel, ServiceTimesGoByBesideEachOther) {
  Storm storm = plain_storm(100);
  storm.site.server_processors = 1000;
  storm.costs.wait_s = 0.5;
  EXPECT_NEAR(predict(storm).end_s, 0.51, 1e-6);
}

TEST(StormModel, WhoWaitsForTheSocketsEndKnowsLater) {
  Storm storm = plain_storm(100);
  storm.site.server_processors = 1000;
  storm.cut_s = 1;
  storm.costs.end_s = 2;
  Prediction prediction = predict(storm);
  EXPECT_NEAR(prediction.first_noticed_s, 1.2, 1e-6);
  EXPECT_NEAR(prediction.end_s, 1.21, 1e-6);
  storm.clients.notice_part = 0.9;
  prediction = predict(storm);
  EXPECT_NEAR(prediction.first_noticed_s, 2.8, 1e-6);
  EXPECT_NEAR(prediction.end_s, 2.81, 1e-6);
}

TEST(StormModel, SessionsAreToldToEndOneAfterAnother) {
  Storm storm = plain_storm(100);
  storm.site.server_processors = 1000;
  storm.costs.signal_s = 0.5;
  const Prediction prediction = predict(storm);
  EXPECT_NEAR(seconds(prediction.back_after.minimum()), 0.51, 1e-6);
  EXPECT_NEAR(prediction.end_s, 50.01, 1e-6);
}

TEST(StormModel, AServerThatIsDownIsTriedAgain) {
  Storm storm = plain_storm(50);
  storm.site.server_processors = 1000;
  storm.cut_s = 1;
  storm.back_s = 4;
  storm.clients.back_off_s = storm.clients.back_off_most_s = 0.5;
  const Prediction prediction = predict(storm);
  EXPECT_TRUE(prediction.all_back);
  EXPECT_GE(seconds(prediction.back_after.minimum()), 4);
  EXPECT_LE(prediction.end_s, 4.5 + 0.01 + 1e-6);
  // Each tries at once, then after pauses of 0.25 to 0.5 s.
  EXPECT_GE(prediction.refused_down, 50u * 6);
  EXPECT_LE(prediction.refused_down, 50u * 12);
  EXPECT_EQ(prediction.failures, prediction.refused_down);
}

// One that listens, and begins to serve later, refuses nobody: they are served in the order of
// their coming.
TEST(StormModel, AServerThatListensOnlyLetsThemWait) {
  Storm storm = plain_storm(50);
  storm.costs.accept_s = 0.01;
  storm.site.server_processors = 1000;
  storm.cut_s = 1;
  storm.back_s = 1.2;
  storm.serves_s = 4;
  storm.clients.back_off_s = storm.clients.back_off_most_s = 0.5;
  const Prediction prediction = predict(storm);
  EXPECT_TRUE(prediction.all_back);
  EXPECT_EQ(prediction.refused_down, 50u);  // the first try of each; the second is behind back_s
  EXPECT_NEAR(seconds(prediction.back_after.minimum()), 4.02, 1e-4);
  EXPECT_NEAR(prediction.end_s, 4 + 50 * 0.01 + 0.01, 1e-6);
}

TEST(StormModel, ConnectionsBeyondTheLimitAreRefusedUntilOthersEnd) {
  Storm storm = plain_storm(20);
  storm.site.max_connections = 20;
  storm.site.server_processors = 1000;
  storm.costs.end_s = 1;  // the old ones are still there when the new ones come
  storm.clients.back_off_s = storm.clients.back_off_most_s = 0.2;
  const Prediction prediction = predict(storm);
  EXPECT_TRUE(prediction.all_back);
  EXPECT_GE(prediction.refused_full, 20u);
  EXPECT_GE(seconds(prediction.back_after.minimum()), 1);
}

TEST(StormModel, AFullQueueOfConnectionsCostsSeconds) {
  Storm storm = plain_storm(10);
  storm.costs.accept_s = 0.01;
  storm.costs.backend_s = 0;
  storm.site.backlog = 3;
  const Prediction prediction = predict(storm);
  EXPECT_TRUE(prediction.all_back);
  // One is accepted, three wait; of the other six again four after a second, and two after two
  // more.
  EXPECT_EQ(prediction.lost_syns, 8u);
  EXPECT_NEAR(prediction.end_s, 3.02, 1e-6);
}

// Shared by all, the processors bring nobody to an end before the patience of all is: it is begun
// anew for ever. Fewer at once, or more patience, and all come back.
TEST(StormModel, ImpatienceKeepsAllFromComingBack) {
  Storm storm = plain_storm(1000);
  storm.clients.timeout_s = 1;
  storm.clients.back_off_s = storm.clients.back_off_most_s = 0.01;
  storm.until_s = 60;
  const Prediction never = predict(storm);
  EXPECT_FALSE(never.all_back);
  EXPECT_GT(never.timeouts, 10'000u);
  storm.clients.at_once = 100;
  const Prediction gated = predict(storm);
  EXPECT_TRUE(gated.all_back);
  EXPECT_NEAR(gated.end_s, 2.5, 1e-6);
}

TEST(StormModel, SpreadingTakesTheirTimeAndNoMore) {
  Storm storm = plain_storm(100);
  storm.clients.spread_s = 10;  // at a load of 0.025
  const Prediction prediction = predict(storm);
  EXPECT_GT(prediction.end_s, 9);
  EXPECT_LT(prediction.end_s, 10.02);
  EXPECT_LT(seconds(prediction.login.quantile(0.9)), 0.012);
}

TEST(StormModel, ClosedClientsHaveTheRateOfTheProcessors) {
  Storm storm = plain_storm(8);
  storm.closed_logins = 4000;
  storm.costs.end_s = 0.005;
  const Prediction prediction = predict(storm);
  EXPECT_EQ(prediction.back, 4000u);
  EXPECT_NEAR(4000 / prediction.end_s, 4 / 0.015, 1);
}

TEST(StormModel, IsTheSameForTheSameSeed) {
  Storm storm = plain_storm(300);
  storm.costs.variation = 0.5;
  storm.costs.accept_s = 0.001;
  storm.clients.timeout_s = 0.4;
  storm.clients.spread_s = 0.1;
  storm.until_s = 60;
  const Prediction a = predict(storm);
  const Prediction b = predict(storm);
  storm.seed = 2;
  const Prediction c = predict(storm);
  EXPECT_EQ(a.back_after.to_json(), b.back_after.to_json());
  EXPECT_EQ(a.failures, b.failures);
  EXPECT_EQ(a.end_s, b.end_s);
  EXPECT_NE(a.back_after.to_json(), c.back_after.to_json());
}

// Every second that was worked was somebody's: nothing is lost where nobody gives up.
TEST(StormModel, WorkIsKept) {
  Storm storm = plain_storm(500);
  storm.costs = {0.001, 0.0005, 0.004, 0.002, 0, 0, 0, 0.0001, 3, 0.001, 0};
  storm.site.clients_on_server = true;
  const Prediction prediction = predict(storm);
  // The last ends of old sessions may come behind the last client.
  EXPECT_NEAR(prediction.server_used * prediction.end_s * 4,
              500 * (0.001 + 0.0045 + 0.002 + storm.costs.signal_s), 0.02);
  EXPECT_LE(prediction.server_used, 1 + 1e-9);
}

}  // namespace
}  // namespace negodbc::bench::model
