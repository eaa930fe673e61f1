#include "driver/dialog/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "driver/base/error.h"

namespace negodbc::dialog {
namespace {

using dsn::Key;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Somebody who answers, and a server that lets alice in by her password.
class CompletionTest : public testing::Test {
 protected:
  bool run(const char* text, Completion how) {
    settings_ = dsn::parse_connection_string(text).settings;
    return complete(
        settings_, how,
        [this](const Question& question) {
          ++asked_;
          last_ = question;
          last_.form = nullptr;
          if (answers_.empty()) return false;
          for (const auto& [key, value] : answers_.front()) question.form->set(key, value);
          answers_.erase(answers_.begin());
          return true;
        },
        [this](const dsn::Settings& settings) {
          ++logins_;
          if (settings.get(Key::server) == "odd") throw Error("HYC00", "no such thing");
          if (settings.get(Key::server) != "db") throw Error("08001", "no such host");
          if (settings.get(Key::password) != "right") throw Error("28P01", "wrong password");
        });
  }

  using Answer = std::vector<std::pair<Key, std::string>>;
  std::vector<Answer> answers_;
  dsn::Settings settings_;
  Question last_;
  int asked_ = 0;
  int logins_ = 0;
};

TEST_F(CompletionTest, NothingIsAskedWhereAllIsGivenAndRight) {
  for (const Completion how : {Completion::complete, Completion::complete_required})
    EXPECT_TRUE(run("Server=db;UID=alice;PWD=right", how));
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(logins_, 2);
}

TEST_F(CompletionTest, PromptAsksInAnyCase) {
  answers_ = {{}};
  EXPECT_TRUE(run("Server=db;UID=alice;PWD=right", Completion::prompt));
  EXPECT_EQ(asked_, 1);
  EXPECT_FALSE(last_.only);
}

TEST_F(CompletionTest, WhatIsMissingIsAskedBeforeAnyLogin) {
  answers_ = {{{Key::password, "right"}}};
  EXPECT_TRUE(
      run("DSN=sales;Server=db;UID=alice;Trusted_Connection=No", Completion::complete_required));
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(logins_, 1);
  ASSERT_TRUE(last_.only);
  EXPECT_THAT(*last_.only, ElementsAre(Key::password));
  EXPECT_EQ(last_.message, "");
  EXPECT_THAT(dsn::to_connection_string(settings_),
              AllOf(HasSubstr("DSN=sales;"), HasSubstr("PWD=right;")));
}

TEST_F(CompletionTest, AValueThatNoLoginTakesIsToldAndMayBeChanged) {
  answers_ = {{{Key::password, "right"}, {Key::port, "5432"}}};
  EXPECT_TRUE(
      run("Server=db;Port=abc;UID=alice;Trusted_Connection=No", Completion::complete_required));
  EXPECT_EQ(asked_, 1);
  EXPECT_THAT(*last_.only, ElementsAre(Key::password, Key::port));
  EXPECT_EQ(last_.message, "Port: expected a number from 1 to 65535");
}

TEST_F(CompletionTest, WhatIsRefusedIsAskedForWithTheReason) {
  answers_ = {{{Key::password, "worse"}}, {{Key::password, "right"}}};
  EXPECT_TRUE(run("Server=db;UID=alice;PWD=wrong", Completion::complete_required));
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(logins_, 3);
  EXPECT_EQ(last_.message, "wrong password");
  EXPECT_THAT(*last_.only, AllOf(Contains(Key::password), Not(Contains(Key::server))));
}

TEST_F(CompletionTest, AnotherServerCanBeNamed) {
  answers_ = {{{Key::server, "db"}}};
  EXPECT_TRUE(run("Server=elsewhere;UID=alice;PWD=right", Completion::complete));
  EXPECT_FALSE(last_.only);
  EXPECT_EQ(settings_.get(Key::server), "db");
}

TEST_F(CompletionTest, WhatNobodyCanMendIsThrown) {
  EXPECT_THROW(run("Server=odd;UID=alice;PWD=right", Completion::complete), Error);
  EXPECT_EQ(asked_, 0);
}

TEST_F(CompletionTest, CancelEndsIt) {
  EXPECT_FALSE(run("Server=db;UID=alice;Trusted_Connection=No", Completion::complete));
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(logins_, 0);
}

}  // namespace
}  // namespace negodbc::dialog
