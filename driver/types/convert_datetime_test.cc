#include "driver/types/convert_datetime.h"

#include <gtest/gtest.h>

namespace negodbc::types {
namespace {

std::string shown(std::string_view text) {
  const std::optional<Moment> moment = parse_moment(text);
  if (!moment) return "none";
  std::string out;
  if (moment->has_date)
    out += std::to_string(moment->year) + "/" + std::to_string(moment->month) + "/" +
           std::to_string(moment->day);
  if (moment->has_time) {
    out += " " + std::to_string(moment->hour) + "." + std::to_string(moment->minute) + "." +
           std::to_string(moment->second) + "+" + std::to_string(moment->nanosecond);
  }
  return out;
}

TEST(Moment, ReadsWhatPostgreSqlWrites) {
  EXPECT_EQ(shown("2026-11-22"), "2026/11/22");
  EXPECT_EQ(shown("10:11:12"), " 10.11.12+0");
  EXPECT_EQ(shown("10:11:12.5"), " 10.11.12+500000000");
  EXPECT_EQ(shown("2026-11-22 10:11:12.123456"), "2026/11/22 10.11.12+123456000");
  EXPECT_EQ(shown("2026-11-22 10:11:12.123456789123"), "2026/11/22 10.11.12+123456789");
  EXPECT_EQ(shown("2026-11-22 10:11:12+01"), "2026/11/22 10.11.12+0");
  EXPECT_EQ(shown("2026-11-22 10:11:12.25-03:30"), "2026/11/22 10.11.12+250000000");
  EXPECT_EQ(shown("1880-01-01 00:00:00+00:53:28"), "1880/1/1 0.0.0+0");
  EXPECT_EQ(shown("0044-03-15 BC"), "-43/3/15");
  EXPECT_EQ(shown("0001-01-01 10:00:00 BC"), "0/1/1 10.0.0+0");
  EXPECT_EQ(shown("0001-01-01 10:00:00+00 BC"), "0/1/1 10.0.0+0");
  EXPECT_EQ(shown("294276-12-31"), "294276/12/31");
  EXPECT_EQ(shown("2024-02-29"), "2024/2/29");
}

TEST(Moment, ReadsWhatOthersWrite) {
  EXPECT_EQ(shown(" 2026-11-22 "), "2026/11/22");
  EXPECT_EQ(shown("2026-11-22T10:11:12Z"), "2026/11/22 10.11.12+0");
  EXPECT_EQ(shown("10:11"), " 10.11.0+0");
}

TEST(Moment, RefusesTheRest) {
  for (const std::string_view text : {"",
                                      "x",
                                      "infinity",
                                      "-infinity",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-00-10",
                                      "2026-01-00",
                                      "2026-1-1",
                                      "26-01-01",
                                      "2026-01-01 24:00:00",
                                      "25:00:00",
                                      "10:60:00",
                                      "10:11:62",
                                      "10:11:12.",
                                      "10:11:12x",
                                      "2026-11-22x",
                                      "2026-11-22 10",
                                      "2026-11-22 10:11:12+",
                                      "2026-11-22 10:11:12+1",
                                      "99999999-01-01",
                                      "10",
                                      "1900-02-29",
                                      "10: 11",
                                      "2026-11-2210:11:12",
                                      "-2026-01-01",
                                      "::",
                                      "2026-11-22  10:11:12"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

TEST(Moment, NoCharacterOfItMayBeAnother) {
  const std::string_view whole = "2026-11-22 10:11:12.123456";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char other : {'/', ':', 'x', '\0', '\xb2'}) {  // two are the digits' neighbours
      std::string text(whole);
      if (text[at] == other) continue;
      text[at] = other;
      EXPECT_EQ(shown(text), "none") << text;
    }
  }
}

TEST(Moment, NoNumberOfItMayBeLongerOrShorter) {
  for (const std::string_view text :
       {"2026-011-22", "2026-11-022", "2026-1-22", "2026-11-2", "026-11-22", "010:11:12",
        "10:011:12", "10:11:012", "1:11:12", "10:1:12", "10:11:1", "2026-11-22 10:11:1",
        "2026-11-22 10:11:123"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
  EXPECT_EQ(shown("12026-11-22"), "12026/11/22");
  EXPECT_EQ(shown("0000-01-01"), "0/1/1");
  EXPECT_EQ(shown("10:11:12.999999999"), " 10.11.12+999999999");
  EXPECT_EQ(shown("10:11:12.000000001"), " 10.11.12+1");
  for (const std::string_view month : {"02", "04", "06", "09", "11"}) {
    EXPECT_EQ(shown("2026-" + std::string(month) + "-31"), "none") << month;
  }
  EXPECT_EQ(shown("2026-02-28"), "2026/2/28");
}

TEST(Moment, BecomesText) {
  EXPECT_EQ(date_text(2026, 1, 2), "2026-01-02");
  EXPECT_EQ(date_text(0, 1, 2), "0001-01-02 BC");
  EXPECT_EQ(date_text(-43, 3, 15), "0044-03-15 BC");
  EXPECT_EQ(date_text(12026, 1, 2), "12026-01-02");
  EXPECT_EQ(time_text(1, 2, 3, 0), "01:02:03");
  EXPECT_EQ(time_text(1, 2, 3, 500000000), "01:02:03.5");
  EXPECT_EQ(time_text(1, 2, 3, 123456789), "01:02:03.123456");
  EXPECT_EQ(time_text(1, 2, 3, 999), "01:02:03");
}

TEST(Moment, TodayIsADate) {
  const Moment day = today();
  EXPECT_TRUE(is_date(day.year, day.month, day.day));
  EXPECT_GE(day.year, 2024);
}

}  // namespace
}  // namespace negodbc::types
