#include "driver/dialog/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace negodbc::dialog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view failing = R"({"version":"1","verdict":"failed","steps":[
  {"step":"driver","verdict":"ok","text":"C:\\negodbc.dll, version 1",
   "facts":[{"name":"architecture","value":""}]},
  {"step":"settings","verdict":"note","text":"db:5432","notes":["invalid keyword"],
   "facts":[{"name":"Server","value":"db","source":"the connection string"},
            {"name":"Fetch","value":"9","source":"[negodbc] of odbcinst.ini"}]},
  {"step":"ticket for the server","verdict":"failed","text":"db knows no such service\nok: forged",
   "sqlstate":"28000","remedy":"put ServerSPN=postgres/db.example.com into the connection string"},
  {"step":"server","verdict":"skipped","text":"not asked"},
  {"step":"login","verdict":"failed","text":"fails for the reason that ticket has told",
   "same_as":"ticket for the server"}]})";

TEST(Diagnosis, TellsCauseAndRemedyFirstAndThenAllSteps) {
  const std::optional<Outcome> outcome = outcome_of_report(failing);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->good);
  EXPECT_EQ(outcome->text,
            "ticket for the server: db knows no such service ok: forged (SQLSTATE 28000)\n"
            "What to do: Under All keywords, set ServerSPN to postgres/db.example.com.\n"
            "\n"
            "Step by step:\n"
            "ok: driver: C:\\negodbc.dll, version 1\n"
            "note: settings: db:5432\n"
            "    Fetch: 9\n"
            "    invalid keyword\n"
            "failed: ticket for the server: db knows no such service ok: forged\n"
            "left out: server: not asked\n"
            "failed: login: fails for the reason that ticket has told");
}

TEST(Diagnosis, TellsWhoIsLoggedIn) {
  const auto outcome = outcome_of_report(
      R"({"verdict":"ok","steps":[{"step":"server","verdict":"note","text":"slow",
          "remedy":"take hostaddr out of the connection string"},
          {"step":"login","verdict":"ok","text":"as alice to database sales by gss",
          "facts":[{"name":"encryption","value":"by the ticket"}]}]})");
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->good);
  EXPECT_THAT(outcome->text, AllOf(StartsWith("Logged in as alice to database sales by gss."),
                                   HasSubstr("    encryption: by the ticket"),
                                   HasSubstr("What to do: Under All keywords, empty hostaddr.")));
}

// What crashed, was cut off, or is another program's.
TEST(Diagnosis, WhatIsNoWholeReportIsNone) {
  for (std::size_t size = 0; size < failing.size(); ++size)
    EXPECT_FALSE(outcome_of_report(failing.substr(0, size))) << size;
  for (const char* text :
       {"[]", "{}", "1", "null", R"({"steps":[]})", R"({"verdict":"ok","steps":[]})",
        R"({"verdict":"ok","steps":{}})", R"({"verdict":7,"steps":[{}]})",
        R"({"verdict":"failed","steps":[7]})", R"({"verdict":"failed","steps":[{}]})"})
    EXPECT_FALSE(outcome_of_report(text)) << text;
}

TEST(Diagnosis, OddTypesAreLeftOut) {
  EXPECT_TRUE(outcome_of_report(
      R"({"verdict":"failed","steps":[{"step":"a","verdict":"failed","text":5,"facts":7,"notes":"x"},
          {"step":["b"],"verdict":null,"facts":[1,{"name":2}],"notes":[3,{}]}]})"));
}

TEST(Diagnosis, AsksAboutTheFormAndNotItsDataSource) {
  dsn::Settings settings;
  settings.set(dsn::Key::dsn, "sales");
  settings.set(dsn::Key::driver, "negodbc");
  settings.set(dsn::Key::server, "db");
  settings.set(dsn::Key::password, "a;b");
  EXPECT_EQ(connection_to_examine(settings), "Server=db;PWD={a;b};");
  EXPECT_THAT(connection_to_examine({}), HasSubstr("="));
  EXPECT_THAT(connection_to_examine({}), Not(HasSubstr("DSN")));
}

}  // namespace
}  // namespace negodbc::dialog
