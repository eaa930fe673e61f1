#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {
namespace {

Settings parse_words(std::string_view text) {
  Settings settings;
  WordTaker words(settings, Place::pqopt, "a test");
  parse_conninfo(text, words);
  return settings;
}

TEST(Conninfo, TakesWordsBetweenBlanks) {
  const Settings settings = parse_words("  host = db  port=5433\tdbname= sales\n");
  EXPECT_EQ(settings.get(Key::server), "db");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_EQ(settings.get(Key::database), "sales");
}

TEST(Conninfo, QuotesAndBackslashes) {
  EXPECT_EQ(parse_words("password='a b'").get(Key::password), "a b");
  EXPECT_EQ(parse_words(R"(password='it\'s' host=h)").get(Key::password), "it's");
  EXPECT_EQ(parse_words(R"(password=a\ b host=h)").get(Key::password), "a b");
  EXPECT_EQ(parse_words(R"(password='a\\b')").get(Key::password), R"(a\b)");
  EXPECT_EQ(parse_words("password='' host=h").get(Key::server), "h");
  EXPECT_EQ(parse_words("password=a\\").get(Key::password), "a\\");
  EXPECT_EQ(parse_words("password='a'host=h").get(Key::server), "h");
}

TEST(Conninfo, RefusesWhatIsMalformed) {
  for (const std::string text :
       {"host", "host db", "=x", "password='a", "password='a\\'", "host=a b"}) {
    EXPECT_THROW(parse_words(text), Error) << text;
  }
}

TEST(Conninfo, TheEmptyStringHoldsNothing) {
  EXPECT_FALSE(parse_words(" \t ").has(Key::server));
}

TEST(Conninfo, NamesNoSourceAndNoFurtherPqopt) {
  const Settings settings = parse_words("dsn=x driver=y pqopt='host=h'");
  EXPECT_FALSE(settings.has(Key::dsn));
  EXPECT_FALSE(settings.has(Key::driver));
  EXPECT_FALSE(settings.has(Key::server));
}

}  // namespace
}  // namespace negodbc::dsn
