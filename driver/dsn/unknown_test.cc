#include "driver/dsn/unknown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/dsn/keywords.h"
#include "tests/support/repetition.h"

namespace negodbc::dsn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Unknown, TheNearestKeywordIsNamed) {
  for (const auto& [word, keyword] : {std::pair("SLLmode", "SSLmode"),
                                      {"ssl-mode", "SSLmode"},
                                      {"sslmdoe", "SSLmode"},
                                      {"Srever", "Server"},
                                      {"Severname", "Server"},
                                      {"UDI", "UID"},
                                      {"PWDD", "PWD"},
                                      {"Usrename", "UID"},
                                      {"databse", "Database"},
                                      {"requireauth2", "require_auth"},
                                      {"chanel_binding", "channel_binding"},
                                      {"gssencmod", "GssEncMode"},
                                      {"sslrootcerts", "sslrootcert"},
                                      {"Trusted_Connexion", "Trusted_Connection"},
                                      {"conection timeout", "connect_timeout"},
                                      {"UseDeclareFecth", "UseDeclareFetch"},
                                      {"Encrypt", "SSLmode"},
                                      {"Data Source", "Server"}})
    EXPECT_EQ(nearest_keyword(word), keyword) << word;
  for (const char* word : {"Frobnicate", "x", "", "z1", "somethingelse", "qqqq"})
    EXPECT_EQ(nearest_keyword(word), "") << word;
  EXPECT_EQ(nearest_keyword(std::string(100000, 's')), "");
}

// One letter left out or doubled of any keyword's name leads back to a name of it.
TEST(Unknown, ASlipInAnyKeywordIsNoticed) {
  std::size_t number = 0;
  for (const Keyword& entry : keywords()) {
    const std::string name(entry.name);
    if (name.size() < 4) continue;
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (!test::is_one_of_fewer(number++)) continue;
      const std::string doubled = std::string(name).insert(i, 1, name[i]);
      const std::string left_out = std::string(name).erase(i, 1);
      for (const std::string& slip : {doubled, left_out})
        EXPECT_TRUE(find_keyword(slip) != nullptr || !nearest_keyword(slip).empty()) << slip;
    }
  }
}

TEST(Unknown, TextSaysWhereAWordStands) {
  EXPECT_EQ(text_of({"SLLmode", "the connection string", false, 12}),
            "invalid connection string attribute: there is no keyword \"SLLmode\" (in the "
            "connection string, at character 12): it has no effect; is SSLmode meant?");
  EXPECT_EQ(text_of({"Frobnicate", "the data source x in /odbc.ini", true, 0}),
            "invalid connection string attribute: there is no keyword \"Frobnicate\" (in pqopt of "
            "the data source x in /odbc.ini): it has no effect");
  EXPECT_THAT(text_of({"", "the connection string", false, 9}),
              HasSubstr("at character 9 is no keyword, and may be a part of the password"));
  const std::string text = text_of({std::string(100000, 'x'), "y", false, 1});
  EXPECT_LT(text.size(), 250U);
  EXPECT_THAT(text, HasSubstr("xxx...\""));
}

// However many there are, a bounded number of them is compared with all keywords.
TEST(Unknown, ManyAreCounted) {
  const std::vector<Unknown> few(most_told, {"SLLmode", "x", false, 1});
  EXPECT_EQ(texts_of(few).size(), most_told);
  EXPECT_EQ(texts_of({}).size(), 0U);
  const std::vector<Unknown> many(1600, {"SLLmode", "x", false, 1});
  const std::vector<std::string> texts = texts_of(many);
  ASSERT_EQ(texts.size(), most_told + 1);
  EXPECT_THAT(texts[most_told - 1], HasSubstr("is SSLmode meant?"));
  EXPECT_EQ(texts.back(),
            "invalid connection string attribute: 1584 more words are no keywords: they have no "
            "effect");
}

// What driver managers, their set-up and other programs put there by themselves.
TEST(Unknown, WordsOfTheSurroundingsAreKnown) {
  for (const char* word : {"Driver",
                           "DSN",
                           "FILEDSN",
                           "SAVEFILE",
                           "Description",
                           "Trace",
                           "TraceFile",
                           "TraceLibrary",
                           "Threading",
                           "CPTimeout",
                           "CPTimeToLive",
                           "CPReuse",
                           "CPProbe",
                           "Pooling",
                           "UsageCount",
                           "FileUsage",
                           "Setup",
                           "Setup64",
                           "Driver64",
                           "DontDLClose",
                           "DisableGetFunctions",
                           "IconvEncoding",
                           "FakeUnicode",
                           "DMEnvAttr",
                           "DMConnAttr",
                           "DMStmtAttr",
                           "LastUser",
                           "APP",
                           "WSID",
                           "Language",
                           "Locale",
                           "LCID",
                           "Locale Identifier",
                           "Persist Security Info"})
    EXPECT_TRUE(find_keyword(word) != nullptr || !find_accepted(word).empty()) << word;
  EXPECT_THAT(text_of({"Encrypt", "x", false, 0}), Not(HasSubstr("Encrypt meant")));
}

}  // namespace
}  // namespace negodbc::dsn
