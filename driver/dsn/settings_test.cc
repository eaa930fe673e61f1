#include "driver/dsn/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"

namespace negodbc::dsn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "08001");
    return error.what();
  }
  return "no error";
}

TEST(Settings, GivesTheTablesDefault) {
  const Settings settings;
  EXPECT_EQ(settings.get(Key::port), "5432");
  EXPECT_FALSE(settings.has(Key::port));
  EXPECT_EQ(settings.number(Key::port, 1, 65535), 5432);
}

TEST(Settings, TakesOnlyWhatIsAbsent) {
  Settings settings;
  EXPECT_TRUE(settings.set_if_absent(Key::user, "a"));
  EXPECT_FALSE(settings.set_if_absent(Key::user, "b"));
  EXPECT_EQ(settings.get(Key::user), "a");
  settings.set(Key::user, "c");
  EXPECT_EQ(settings.get(Key::user), "c");
  EXPECT_FALSE(settings.set_if_absent(Key::database, ""));
}

TEST(Settings, BooleansInEverySpelling) {
  Settings settings;
  for (const std::string_view yes : {"1", "yes", "YES", "True", "on", " y ", "t"}) {
    settings.set(Key::read_only, yes);
    EXPECT_TRUE(settings.boolean(Key::read_only)) << yes;
  }
  for (const std::string_view no : {"0", "no", "No", "false", "off", "n", "f"}) {
    settings.set(Key::read_only, no);
    EXPECT_FALSE(settings.boolean(Key::read_only)) << no;
  }
  settings.set(Key::read_only, "SSPI");
  EXPECT_THAT(message_of([&] { (void)settings.boolean(Key::read_only); }),
              AllOf(HasSubstr("ReadOnly=SSPI"), HasSubstr("yes or no")));
  settings.set(Key::trusted_connection, "sspi");
  EXPECT_TRUE(settings.boolean(Key::trusted_connection));
}

TEST(Settings, NumbersWithinTheirBounds) {
  Settings settings;
  settings.set(Key::port, " 5433 ");
  EXPECT_EQ(settings.number(Key::port, 1, 65535), 5433);
  for (const std::string_view bad :
       {"0", "65536", "x", "5x", "1,2", "99999999999999999999", "-1", "+5"}) {
    settings.set(Key::port, bad);
    EXPECT_THAT(message_of([&] { (void)settings.number(Key::port, 1, 65535); }),
                HasSubstr("Port=" + std::string(bad) + ": expected a number from 1 to 65535"));
  }
}

TEST(Settings, ChoicesByNameAndByAlias) {
  Settings settings;
  settings.set(Key::ssl_mode, "Verify-Full");
  EXPECT_EQ(settings.choice(Key::ssl_mode), 5U);
  for (const auto& [spelling, index] :
       {std::pair{"d", 0U}, {"a", 1U}, {"p", 2U}, {"r", 3U}, {"vc", 4U}, {"vf", 5U}, {"VF", 5U}}) {
    settings.set(Key::ssl_mode, spelling);
    EXPECT_EQ(settings.choice(Key::ssl_mode), index) << spelling;
  }
  settings.set(Key::ssl_mode, "sometimes");
  EXPECT_THAT(message_of([&] { (void)settings.choice(Key::ssl_mode); }),
              HasSubstr("SSLmode=sometimes: expected one of disable, allow"));
}

TEST(Settings, ErrorsNeverShowASecret) {
  Settings settings;
  settings.set(Key::password, "hunter2");
  EXPECT_THAT(message_of([&] { (void)settings.boolean(Key::password); }),
              AllOf(HasSubstr("PWD"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(message_of([&] { (void)settings.number(Key::password, 0, 1); }),
              Not(HasSubstr("hunter2")));
}

TEST(Settings, KeepsTheFirstOfAnAcceptedWord) {
  Settings settings;
  settings.keep("Parse", "1");
  settings.keep("Parse", "2");
  ASSERT_EQ(settings.kept().size(), 1U);
  EXPECT_EQ(settings.kept().front().second, "1");
}

}  // namespace
}  // namespace negodbc::dsn
