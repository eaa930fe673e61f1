// What of the server's words a log shows.
#include "driver/handles/log_events.h"

#include <gtest/gtest.h>

namespace negodbc::odbc {
namespace {

std::string shown(const char* state, const char* text, bool with_values = false) {
  Diagnostics diagnostics;
  diagnostics.add(Error(state, text, 1));
  return shown_text(*diagnostics.record(1), with_values);
}

TEST(ShownText, TheDriversOwnWordsAreShownAsTheyAre) {
  Diagnostics diagnostics;
  diagnostics.add(Error("HY010", "no statement \"was\" executed"));
  EXPECT_EQ(shown_text(*diagnostics.record(1), false), "no statement \"was\" executed");
}

TEST(ShownText, AValueIsNotShownBelowItsLevel) {
  const std::pair<const char*, const char*> cases[] = {
      {"22P02", "ERROR: invalid input syntax for type integer: \"geheim\"; at character: 8"},
      {"22P02",
       "ERROR: invalid input syntax for type json: \"a\" geheim \"b\"; detail: Token geheim"},
      {"23505",
       "ERROR: duplicate key value violates unique constraint \"t_pkey\"; detail: Key "
       "(a)=(geheim) already exists."},
      {"23502", "ERROR: null value in column \"b\"; detail: Failing row contains (geheim, null)."},
      {"42601", "ERROR: syntax error at or near \"\"geheim\"\"; at character: 9"},
      {"P0001", "ERROR: geheim is not welcome"},
      {"38000", "ERROR: geheim"},
  };
  for (const auto& [state, text] : cases) {
    EXPECT_EQ(shown(state, text).find("geheim"), std::string::npos) << shown(state, text);
    if (std::string_view(state) != "42601") {
      EXPECT_EQ(shown(state, text, true), text);
    }
  }
  Diagnostics diagnostics;
  diagnostics.warn("01000", "NOTICE: geheim");
  EXPECT_EQ(shown_text(*diagnostics.record(1), false).find("geheim"), std::string::npos);
  EXPECT_EQ(shown_text(*diagnostics.record(1), true), "NOTICE: geheim");
}

TEST(ShownText, WhatIsNamedIsShown) {
  EXPECT_EQ(shown("42P01", "ERROR: relation \"sales\" does not exist; at character: 15"),
            "ERROR: relation \"sales\" does not exist; at character: 15");
  EXPECT_EQ(shown("23505", "ERROR: violates unique constraint \"t_pkey\"; detail: Key (a)=(1)"),
            "ERROR: violates unique constraint \"t_pkey\"");
  EXPECT_EQ(shown("42601", "ERROR: syntax error at or near \"form\"; at character: 9"),
            "ERROR: syntax error at or near \"...\"; at character: 9");
}

TEST(ShownText, APieceOfTheTextIsShownAtNoLevel) {
  EXPECT_EQ(shown("42601", "ERROR: syntax error at or near \"'geheim'\"", true),
            "ERROR: syntax error at or near \"...\"");
}

}  // namespace
}  // namespace negodbc::odbc
