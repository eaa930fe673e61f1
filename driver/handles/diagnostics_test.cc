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

TEST(Diagnostics, TextIsOfBearableLength) {
  Diagnostics d;
  std::string text = "x";
  for (int i = 0; i < 20000; ++i) text += "ü";
  d.add(Error("HY000", text));
  d.warn("01000", text);
  for (const SQLSMALLINT number : {SQLSMALLINT{1}, SQLSMALLINT{2}}) {
    const std::string& message = d.record(number)->message;
    EXPECT_GT(message.size(), 31990U);
    EXPECT_LE(message.size(), 32000U);
    EXPECT_TRUE(message.ends_with("ü...")) << "cut at a character, and it shows";
  }
  d.clear();
  d.warn("01000", std::string(32000 - std::string("[negodbc] ").size(), 'x'));
  EXPECT_TRUE(d.record(1)->message.ends_with('x')) << "not cut";
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

// The reference's appendix A, "SQLSTATE Mappings", read backwards.
TEST(SqlStates, OfOdbc2) {
  const auto older = [](const char* state) {
    return std::string(odbc2_state(SqlState(state)).view());
  };
  for (const auto& [odbc3, odbc2] : {std::pair{"01001", "01S03"},
                                     {"07005", "24000"},
                                     {"07009", "S1002"},
                                     {"22007", "22008"},
                                     {"22018", "22005"},
                                     {"42000", "37000"},
                                     {"HY018", "70100"},
                                     {"HY019", "22003"},
                                     {"HY007", "S1010"},
                                     {"HY024", "S1009"},
                                     {"HYC00", "S1C00"},
                                     {"HYT00", "S1T00"},
                                     {"HYT01", "S1T00"},
                                     {"S1093", "S1093"}})
    EXPECT_EQ(older(odbc3), odbc2);
  for (const char* number : {"01", "02", "11", "12", "21", "22", "23"})
    EXPECT_EQ(older((std::string("42S") + number).c_str()), std::string("S00") + number);
  for (const char* number : {"000", "001", "003", "004", "008", "009", "010", "011", "012",
                             "090", "091", "092", "096", "097", "098", "099", "100", "101",
                             "103", "104", "105", "106", "107", "108", "109", "110", "111"})
    EXPECT_EQ(older((std::string("HY") + number).c_str()), std::string("S1") + number);
  for (const char* same : {"01000", "01004", "01S02", "07001", "07006", "08001", "08S01", "21S01",
                           "22003", "22012", "23000", "25000", "28000", "34000", "40001", "IM001"})
    EXPECT_EQ(older(same), same);
  EXPECT_EQ(odbc3_state(SqlState("S1093")), "07009");
  EXPECT_EQ(odbc3_state(SqlState("42S02")), "42S02");
}

}  // namespace
}  // namespace negodbc::odbc
