#include "driver/dsn/browse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"

namespace negodbc::dsn {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Profile profile(std::string_view section) {
  if (section == "sales") return {{"Server", "db"}, {"Trusted_Connection", "Yes"}};
  if (section == "whole") return {{"Server", "db"}, {"PWD", "x"}, {"Database", "shop"}};
  if (section == "open") return {{"Server", "db"}};
  return {};
}

Profile no_defaults(std::string_view /*driver*/) {
  return {};
}

std::vector<std::string> none(const Settings& /*settings*/) {
  return {};
}

TEST(Browse, AsksForServerThenDatabase) {
  Browse browse(profile, no_defaults);
  EXPECT_THAT(browse.answer("DRIVER={negodbc};"), IsEmpty());
  EXPECT_EQ(browse.prompt(none),
            "Server:Server=?;*Port:Port=?;*UID:User name=?;*PWD:Password=?;"
            "*Trusted_Connection:Log in by ticket={Yes,No}");
  EXPECT_THAT(browse.answer("SERVER=red;UID=Smith"), IsEmpty());
  int asked = 0;
  EXPECT_EQ(browse.prompt([&](const Settings& settings) {
    ++asked;
    EXPECT_EQ(settings.get(Key::server), "red");
    return std::vector<std::string>{"shop", "a,b", "books"};
  }),
            "*Database:Database={shop,books}");
  browse.answer("Database=books");
  EXPECT_EQ(browse.prompt(none), "");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(browse.settings().get(Key::user), "Smith");
  EXPECT_EQ(browse.settings().get(Key::database), "books");
}

TEST(Browse, TheServerIsAskedForUntilItIsThere) {
  Browse browse(profile, no_defaults);
  browse.answer("DRIVER=negodbc;PWD=x;UID=u;Port=1");
  EXPECT_EQ(browse.prompt(none), "Server:Server=?");
  browse.answer("");
  EXPECT_EQ(browse.prompt(none), "Server:Server=?");
}

TEST(Browse, WhatTheDriversSectionSaysIsNotAskedFor) {
  const auto drivers = [](std::string_view section) -> Profile {
    if (section != "negodbc") return {};
    return {{"Server", "of the driver"}, {"Trusted_Connection", "Yes"}, {"Setup", "x"}};
  };
  Browse by_driver(profile, drivers);
  by_driver.answer("DRIVER=negodbc");
  EXPECT_EQ(by_driver.prompt(none), "*Database:Database=?");
  EXPECT_EQ(by_driver.settings().get(Key::server), "of the driver");
  // As SQLDriverConnect has it.
  Settings connected = parse_connection_string("DRIVER=negodbc").settings;
  complete_from_driver(connected, "negodbc", drivers);
  EXPECT_EQ(to_connection_string(by_driver.settings()), to_connection_string(connected));
  Browse said(profile, drivers);
  said.answer("DRIVER=negodbc;Server=mine");
  said.prompt(none);
  EXPECT_EQ(said.settings().get(Key::server), "mine");
}

TEST(Browse, WhatTheDsnSaysIsNotAskedFor) {
  Browse sales(profile, no_defaults);
  sales.answer("DSN=sales");
  EXPECT_EQ(sales.prompt(none), "*Database:Database=?");
  sales.answer("");
  EXPECT_EQ(sales.prompt(none), "");  // what is optional may stay unanswered
  Browse whole(profile, no_defaults);
  whole.answer("DSN=whole");
  EXPECT_EQ(whole.prompt(none), "");
  Browse open(profile, no_defaults);
  open.answer("DSN=open");
  EXPECT_EQ(open.prompt(none),
            "*Port:Port=?;*UID:User name=?;*PWD:Password=?;"
            "*Trusted_Connection:Log in by ticket={Yes,No}");
  open.answer("");
  EXPECT_EQ(open.prompt(none), "*Database:Database=?");
}

TEST(Browse, AnEarlierAnswerChanged) {
  Browse browse(profile, no_defaults);
  browse.answer("DRIVER=negodbc;Server=red;PWD=x");
  EXPECT_EQ(browse.prompt(none), "*Database:Database=?");
  browse.answer("Server=green");
  EXPECT_EQ(browse.settings().get(Key::server), "green");
  EXPECT_EQ(browse.prompt(none), "*Database:Database=?");
  browse.answer("Server=blue;Database=shop");
  EXPECT_EQ(browse.prompt(none), "");
  EXPECT_EQ(browse.settings().get(Key::database), "shop");
}

TEST(Browse, UnknownAndMalformed) {
  Browse browse(profile, no_defaults);
  EXPECT_THAT(browse.answer("DRIVER=negodbc;Colour=red"),
              ElementsAre(::testing::Field(&Unknown::word, "Colour")));
  EXPECT_THROW(browse.answer("Server={red"), Error);
  EXPECT_THROW(Browse(profile).answer("DSN=missing"), Error);
}

}  // namespace
}  // namespace negodbc::dsn
