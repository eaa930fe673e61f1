#include "bench/model/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/model/sizing.h"

namespace negodbc::bench::model {
namespace {

TEST(Parameters, AreReadBack) {
  Storm storm;
  storm.costs.backend_s = 0.0123;
  storm.costs.round_trips = 5;
  storm.site.clients_on_server = true;
  storm.site.max_connections = 4000;
  storm.clients.at_once = 3;
  storm.back_s = 7.5;
  storm.seed = 99;
  const auto document = to_document(storm);
  Storm again;
  read_document(document, again);
  EXPECT_EQ(to_document(again), document);
  EXPECT_EQ(again.costs.backend_s, 0.0123);
  EXPECT_EQ(again.seed, 99u);
}

TEST(Parameters, WhatIsMissingStays) {
  Storm storm;
  storm.costs.backend_s = 0.5;
  read_document({{"costs", {{"client_s", 0.25}}}}, storm);
  EXPECT_EQ(storm.costs.backend_s, 0.5);
  EXPECT_EQ(storm.costs.client_s, 0.25);
}

TEST(Parameters, WhatIsNotKnownIsRefused) {
  Storm storm;
  for (const char* text :
       {R"([])", R"({"costs": 1})", R"({"costs": {"cleint_s": 1}})",
        R"({"costs": {"client_s": "1"}})", R"({"site": {"server_processors": -1}})",
        R"({"site": {"server_processors": 1.5}})", R"({"clients": {"count": 4294967296}})",
        R"({"site": {"clients_on_server": 1}})"})
    EXPECT_THROW(read_document(nlohmann::json::parse(text), storm), std::runtime_error) << text;
  EXPECT_THROW(read_file("/no/such/file", storm), std::runtime_error);
}

TEST(Parameters, WhatCantBeIsRefused) {
  const auto refused = [](const char* part, const char* name, const nlohmann::json& value) {
    Storm storm;
    read_document({{part, {{name, value}}}}, storm);
    try {
      check(storm);
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  EXPECT_NO_THROW(check(Storm()));
  EXPECT_TRUE(refused("costs", "client_s", -1));
  EXPECT_TRUE(refused("clients", "count", 0));
  EXPECT_TRUE(refused("clients", "timeout_s", 0));
  EXPECT_TRUE(refused("site", "server_processors", 0));
  EXPECT_FALSE(refused("site", "max_connections", 1));
  Storm few;
  few.clients.count = 10;
  few.site.max_connections = 9;
  EXPECT_THROW(check(few), std::runtime_error);
}

TEST(Parameters, AbsentIsNull) {
  Prediction nobody;
  const auto document = to_document(nobody);
  EXPECT_TRUE(document["all_back_s"].is_null());
  EXPECT_TRUE(document["login_us"].is_null());
}

TEST(Sizing, ThePageHasGatedClientsOfFiftySessions) {
  const Storm storm = page_storm(Costs(), 1000);
  EXPECT_EQ(storm.site.client_machines, 20u);
  EXPECT_EQ(storm.clients.at_once, 2u);
  EXPECT_NO_THROW(check(storm));
}

}  // namespace
}  // namespace negodbc::bench::model
