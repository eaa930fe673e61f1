#include "driver/handles/diagnostics.h"

#include <gtest/gtest.h>

#include "driver/handles/sqlstate.h"

namespace negodbc::odbc {
namespace {

TEST(Diagnostics, ErrorsComeBeforeWarningsAndRowsInOrder) {
  Diagnostics d;
  d.warn("01004", "cut", 2, 1);
  d.warn("01000", "notice");
  d.add(Error("22003", "range"), 2, 3);
  d.add(Error("22018", "cast"), 1, 1);
  d.add(Error("08S01", "lost"));
  ASSERT_EQ(d.size(), 5);
  EXPECT_EQ(d.record(1)->state, "08S01");
  EXPECT_EQ(d.record(2)->state, "01000");
  EXPECT_EQ(d.record(3)->state, "22018");
  EXPECT_EQ(d.record(4)->state, "22003");
  EXPECT_EQ(d.record(4)->column, 3);
  EXPECT_EQ(d.record(5)->state, "01004");
  EXPECT_EQ(d.record(0), nullptr);
  EXPECT_EQ(d.record(6), nullptr);
  d.clear();
  EXPECT_TRUE(d.empty());
}

TEST(Diagnostics, TextNamesTheDriver) {
  Diagnostics d;
  d.add(Error("HY000", "what happened", 7));
  EXPECT_EQ(d.record(1)->message, "[negodbc] what happened");
  EXPECT_EQ(d.record(1)->native, 7);
}

TEST(Diagnostics, Origins) {
  EXPECT_EQ(class_origin(SqlState("IM001")), "ODBC 3.0");
  EXPECT_EQ(class_origin(SqlState("42S02")), "ISO 9075");
  EXPECT_EQ(subclass_origin(SqlState("42S02")), "ODBC 3.0");
  EXPECT_EQ(subclass_origin(SqlState("22003")), "ISO 9075");
}

TEST(SqlStates, OdbcsWhereOdbcHasOne) {
  const std::pair<const char*, const char*> cases[] = {
      {"42P01", "42S02"}, {"42P07", "42S01"}, {"42703", "42S22"}, {"42701", "42S21"},
      {"23505", "23000"}, {"23502", "23000"}, {"40P01", "40001"}, {"40001", "40001"},
      {"57014", "HY008"}, {"42601", "42000"}, {"28P01", "28000"}, {"22P02", "22018"},
      {"0A000", "HYC00"}, {"53300", "08004"}, {"57P01", "08S01"}};
  for (const auto& [server, odbc] : cases) EXPECT_EQ(odbc_state(SqlState(server)), odbc) << server;
}

TEST(SqlStates, OthersPassThrough) {
  for (const char* state : {"25P02", "42883", "P0001", "HYT00", "01004", "22012", "HY010", "42S02"})
    EXPECT_EQ(odbc_state(SqlState(state)), state);
}

TEST(SqlStates, OfOdbc2) {
  const auto older = [](const char* state) {
    return std::string(odbc2_state(SqlState(state)).view());
  };
  EXPECT_EQ(older("42000"), "37000");
  EXPECT_EQ(older("42S02"), "S0002");
  EXPECT_EQ(older("42S22"), "S0022");
  EXPECT_EQ(older("HY000"), "S1000");
  EXPECT_EQ(older("HYC00"), "S1C00");
  EXPECT_EQ(older("HYT00"), "S1T00");
  EXPECT_EQ(older("HY024"), "S1009");
  EXPECT_EQ(older("07005"), "24000");
  EXPECT_EQ(older("22018"), "22005");
  EXPECT_EQ(older("23000"), "23000");
  EXPECT_EQ(older("08S01"), "08S01");
}

}  // namespace
}  // namespace negodbc::odbc
