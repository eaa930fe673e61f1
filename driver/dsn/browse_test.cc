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

std::vector<std::string> none(const Settings& /*settings*/) {
  return {};
}

TEST(Browse, AsksForServerThenDatabase) {
  Browse browse(profile);
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
  Browse browse(profile);
  browse.answer("DRIVER=negodbc;PWD=x;UID=u;Port=1");
  EXPECT_EQ(browse.prompt(none), "Server:Server=?");
  browse.answer("");
  EXPECT_EQ(browse.prompt(none), "Server:Server=?");
}

TEST(Browse, WhatTheDsnSaysIsNotAskedFor) {
  Browse sales(profile);
  sales.answer("DSN=sales");
  EXPECT_EQ(sales.prompt(none), "*Database:Database=?");
  sales.answer("");
  EXPECT_EQ(sales.prompt(none), "");  // what is optional may stay unanswered
  Browse whole(profile);
  whole.answer("DSN=whole");
  EXPECT_EQ(whole.prompt(none), "");
  Browse open(profile);
  open.answer("DSN=open");
  EXPECT_EQ(open.prompt(none),
            "*Port:Port=?;*UID:User name=?;*PWD:Password=?;"
            "*Trusted_Connection:Log in by ticket={Yes,No}");
  open.answer("");
  EXPECT_EQ(open.prompt(none), "*Database:Database=?");
}

TEST(Browse, AnEarlierAnswerChanged) {
  Browse browse(profile);
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
  Browse browse(profile);
  EXPECT_THAT(browse.answer("DRIVER=negodbc;Colour=red"), ElementsAre("Colour"));
  EXPECT_THROW(browse.answer("Server={red"), Error);
  EXPECT_THROW(Browse(profile).answer("DSN=missing"), Error);
}

}  // namespace
}  // namespace negodbc::dsn
