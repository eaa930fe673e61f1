#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"
#include "driver/dsn/settings.h"
#include "tests/support/repetition.h"

namespace negodbc::dsn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string state_of(const std::string& text, std::string* message = nullptr) {
  try {
    parse_connection_string(text);
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return std::string(error.state().view());
  }
  return "none";
}

MATCHER_P2(Word, word, position, "") {
  return arg.word == word && arg.position == static_cast<std::size_t>(position) &&
         arg.source == "the connection string";
}

Settings parse(std::string_view text) {
  return parse_connection_string(text).settings;
}

TEST(ConnectionString, TakesPairsAndTrimsBlanks) {
  const Settings settings = parse(" Server = db.example.com ;; Port=5433;UID=alice; ");
  EXPECT_EQ(settings.get(Key::server), "db.example.com");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_EQ(settings.get(Key::user), "alice");
  EXPECT_FALSE(settings.has(Key::database));
}

TEST(ConnectionString, TheEmptyStringHoldsNothing) {
  EXPECT_EQ(to_connection_string(parse("")), "");
  EXPECT_EQ(to_connection_string(parse(" ; ;")), "");
}

TEST(ConnectionString, ABracedValueEndsAtTheClosingBrace) {
  EXPECT_EQ(parse("PWD={a;b=c}").get(Key::password), "a;b=c");
  EXPECT_EQ(parse("PWD={a}}b{c}} };UID=u").get(Key::password), "a}b{c} ");
  EXPECT_EQ(parse("PWD={};UID=u").get(Key::user), "u");
  EXPECT_EQ(parse("PWD={ x } ;UID=u").get(Key::password), " x ");
}

TEST(ConnectionString, ABraceInsideAPlainValueIsItself) {
  EXPECT_EQ(parse("PWD=a{b}c;UID=u").get(Key::password), "a{b}c");
}

TEST(ConnectionString, AnEqualsSignBelongsToTheValue) {
  EXPECT_EQ(parse("PWD=a=b==;UID=u").get(Key::password), "a=b==");
}

TEST(ConnectionString, PasswordsAreTakenLiterally) {
  EXPECT_EQ(parse("PWD=100%25+x").get(Key::password), "100%25+x");
}

TEST(ConnectionString, MalformedTextIsRefusedWithThePosition) {
  std::string message;
  EXPECT_EQ(state_of("UID=a;PWD={secret", &message), "HY000");
  EXPECT_THAT(message, HasSubstr("at character 11"));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
  EXPECT_EQ(state_of("UID=a;what", &message), "HY000");
  EXPECT_THAT(message, HasSubstr("at character 7"));
  EXPECT_EQ(state_of("what;UID=a"), "HY000");
  EXPECT_EQ(state_of("=a"), "HY000");
  EXPECT_EQ(state_of("PWD={a}b;UID=c", &message), "HY000");
  EXPECT_THAT(message, HasSubstr("at character 8"));
  EXPECT_EQ(state_of("PWD={a}}"), "HY000");
}

TEST(ConnectionString, TheFirstOfRepeatedKeywordsWins) {
  EXPECT_EQ(parse("UID=a;UID=b").get(Key::user), "a");
  EXPECT_EQ(parse("user=a;Username=b;UID=c").get(Key::user), "a");
}

TEST(ConnectionString, AnEmptyValueIsNoValue) {
  const Settings settings = parse("UID=;PWD=;UID=a");
  EXPECT_EQ(settings.get(Key::user), "a");
  EXPECT_FALSE(settings.has(Key::password));
}

TEST(ConnectionString, OfDsnAndDriverTheFirstWins) {
  EXPECT_FALSE(parse("DSN=a;DRIVER={b}").has(Key::driver));
  EXPECT_FALSE(parse("DRIVER={b};DSN=a").has(Key::dsn));
  EXPECT_FALSE(parse("FILEDSN=f;DSN=a").has(Key::dsn));
  EXPECT_FALSE(parse("DSN=a;FILEDSN=f").has(Key::file_dsn));
  EXPECT_TRUE(parse("FILEDSN=f;DRIVER=d").has(Key::driver));
}

TEST(ConnectionString, AcceptsOtherDriversWords) {
  const Parsed parsed = parse_connection_string(
      "Trusted_Connection=Yes;Servername=h;dbname=d;KerberosServiceName=pg;Connect Timeout=3;"
      "Parse=1;C0=0;A3=1;WSID=box");
  EXPECT_THAT(parsed.unknown, IsEmpty());
  EXPECT_EQ(parsed.settings.get(Key::server), "h");
  EXPECT_EQ(parsed.settings.get(Key::database), "d");
  EXPECT_EQ(parsed.settings.get(Key::kerberos_service), "pg");
  EXPECT_EQ(parsed.settings.get(Key::connect_timeout), "3");
  EXPECT_TRUE(parsed.settings.boolean(Key::trusted_connection));
  EXPECT_EQ(to_connection_string(parsed.settings),
            "Server=h;Database=d;Trusted_Connection=Yes;KrbSrvName=pg;connect_timeout=3;"
            "Parse=1;ShowOidColumn=1;WSID=box;");
}

TEST(ConnectionString, UnknownKeywordsAreCollected) {
  EXPECT_THAT(parse_connection_string("Frobnicate=1;UID=a;x y=2").unknown,
              ElementsAre(Word("Frobnicate", 1), Word("x y", 20)));
}

TEST(ConnectionString, WhatMayBeAPieceOfAPasswordIsNotRepeated) {
  EXPECT_THAT(parse_connection_string("PWD=se;cr=et;x=y;UID=a;z=1").unknown,
              ElementsAre(Word("", 8), Word("", 14), Word("z", 24)));
  EXPECT_THAT(parse_connection_string("sslpassword=se;cr=et").unknown, ElementsAre(Word("", 16)));
  EXPECT_THAT(parse_connection_string("PWD={secret};zz=et").unknown, ElementsAre(Word("zz", 14)));
  EXPECT_THAT(parse_connection_string("PWD=secret;SLLmode=verify-full").unknown,
              ElementsAre(Word("SLLmode", 12)))
      << "nearly a keyword";
}

TEST(ConnectionString, AProtectionItDoesNotHaveIsRefused) {
  std::string message;
  EXPECT_EQ(state_of("requirepeer=postgres", &message), "HYC00");
  EXPECT_THAT(message, HasSubstr("requirepeer"));
  EXPECT_EQ(state_of("pqopt={sslcrldir=/x}"), "HYC00");
}

TEST(ConnectionString, PqoptRanksBelowTheWordsBesideIt) {
  const Parsed parsed =
      parse_connection_string("pqopt={host=a krbsrvname=pg frob=1 gsslib=gssapi};Server=b");
  EXPECT_EQ(parsed.settings.get(Key::server), "b");
  EXPECT_EQ(parsed.settings.get(Key::kerberos_service), "pg");
  ASSERT_THAT(parsed.unknown, ElementsAre(Word("frob", 0)));
  EXPECT_TRUE(parsed.unknown[0].within_pqopt);
  EXPECT_FALSE(parsed.settings.has(Key::pqopt));
  EXPECT_EQ(to_connection_string(parsed.settings), "Server=b;KrbSrvName=pg;GssLib=gssapi;");
}

TEST(ConnectionString, MalformedPqoptIsRefused) {
  std::string message;
  EXPECT_EQ(state_of("pqopt={password='secret}", &message), "HY000");
  EXPECT_THAT(message, HasSubstr("pqopt"));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
}

TEST(ConnectionString, WritesBackWhatItReadWhateverTheValue) {
  for (const std::string value : {"plain", "a;b", "{", "}", "}}", "{a}", " a", "a ", "a=b", "[x]",
                                  "a@b", "\xC3\xA9", "=;{}", "a\tb", "\t", "*", "!"}) {
    Settings settings;
    settings.set(Key::password, value);
    settings.set(Key::user, "u");
    const std::string text = to_connection_string(settings);
    const Settings again = parse(text);
    EXPECT_EQ(again.get(Key::password), value) << text;
    EXPECT_EQ(again.get(Key::user), "u") << text;
    EXPECT_EQ(to_connection_string(again), text);
  }
}

TEST(ConnectionString, WritesPlainValuesWithoutBraces) {
  EXPECT_EQ(to_connection_string(parse("PWD={simple};A0={1}")), "PWD=simple;ReadOnly=1;");
}

TEST(ConnectionString, LongTextIsReadInLinearTime) {
  // So much that work which grows with its square would go on for longer than a test may last.
  const std::string many(test::repeated_by_one_thread(1U << 23U), '}');
  const Settings settings = parse("PWD={" + many + "};UID=u");
  EXPECT_TRUE(settings.get(Key::password) == many.substr(many.size() / 2));
  EXPECT_EQ(settings.get(Key::user), "u");
}

TEST(ConnectionString, ConnSettingsAsPsqlodbcHasThem) {
  const auto read = [](const std::string& text) {
    return std::string(parse_connection_string(text).settings.get(Key::connect_settings));
  };
  EXPECT_EQ(read("ConnSettings=set+application_name+to+abc"), "set application_name to abc");
  EXPECT_EQ(read("A6=set%20application_name%20to%20'a%2Bb'"), "set application_name to 'a+b'");
  EXPECT_EQ(read("A6={select 1+1, '%20'}"), "select 1+1, '%20'");
  // Written back it is read as the same again.
  for (const char* written : {"A6=values(1%2B1)", "A6=set+a+to+b", "A6=values(1)"}) {
    const Parsed once = parse_connection_string(written);
    EXPECT_EQ(read(to_connection_string(once.settings)), read(written)) << written;
  }
}

// As Excel saves psqlodbc's connection strings.
TEST(ConnectionString, PsqlodbcsFlagsInOneNumber) {
  const std::string bits = "1c3058000";  // ReadOnly, BoolsAsChar, TextAsLongVarchar, bytea, prepare
  const Settings settings = parse_connection_string("A0=0;CX=" + bits + ";A1=7.4-1").settings;
  EXPECT_EQ(settings.get(Key::read_only), "0");  // given by itself
  EXPECT_TRUE(settings.boolean(Key::text_as_long_varchar));
  EXPECT_TRUE(settings.boolean(Key::bools_as_char));
  EXPECT_FALSE(settings.boolean(Key::show_system_tables));
  EXPECT_TRUE(settings.boolean(Key::bytea_as_long_varbinary));
  EXPECT_TRUE(settings.boolean(Key::use_server_side_prepare));
  EXPECT_EQ(settings.get(Key::unknowns_as_long_varchar), "0");
  EXPECT_EQ(settings.get(Key::lf_conversion), "0");
  const Settings others = parse_connection_string("CX=1c820001").settings;
  EXPECT_TRUE(others.boolean(Key::lf_conversion));
  EXPECT_TRUE(others.boolean(Key::true_is_minus_one));
  EXPECT_TRUE(others.boolean(Key::unknowns_as_long_varchar));
  EXPECT_EQ(others.get(Key::text_as_long_varchar), "0");
  // Fewer flags than are known: the others are not given.
  const Settings older = parse_connection_string("CX=12000").settings;
  EXPECT_TRUE(older.has(Key::text_as_long_varchar));
  EXPECT_FALSE(older.has(Key::use_server_side_prepare));
  // psqlodbc's own, of all flags that can be set by keywords; FetchRefcursors lies beyond its
  // count.
  const Settings wished = parse_connection_string("CX=1c1305008a").settings;
  EXPECT_TRUE(wished.boolean(Key::fetch_refcursors));
  EXPECT_FALSE(wished.has(Key::use_declare_fetch));
  EXPECT_FALSE(wished.has(Key::debug));
  EXPECT_EQ(parse_connection_string("CX=1c305408a").settings.get(Key::use_declare_fetch), "1");
  EXPECT_FALSE(parse_connection_string("CX=1c305408a").settings.has(Key::fetch_refcursors));
  EXPECT_EQ(parse_connection_string("CX=1c305088a").settings.get(Key::debug), "1");
  EXPECT_EQ(parse_connection_string("CX=1c305048a").settings.get(Key::comm_log), "1");
  EXPECT_EQ(parse_connection_string("B6=0;CX=1c305408a").settings.get(Key::use_declare_fetch), "0");
  for (const char* bad : {"CX=", "CX=1", "CX=1c", "CX=zz", "CX=1cxyz", "CX=1c-1", "CX=1cfffffffff"})
    EXPECT_FALSE(parse_connection_string(bad).settings.has(Key::bools_as_char)) << bad;
  EXPECT_TRUE(parse_connection_string("CX=3").settings.boolean(Key::lf_conversion));
  EXPECT_EQ(parse_connection_string("CX=2").settings.get(Key::lf_conversion), "0");
  EXPECT_FALSE(parse_connection_string("CX=3").settings.has(Key::read_only));
  EXPECT_FALSE(parse_connection_string("AB=40").settings.boolean(Key::keepalives));
  EXPECT_TRUE(parse_connection_string("AB=4").settings.boolean(Key::keepalives));
  EXPECT_FALSE(parse_connection_string("AB=4").settings.boolean(Key::null_dates));
  for (const char* both : {"AB=48", "AB=0x48", "ExtraOptions=48"}) {
    EXPECT_FALSE(parse_connection_string(both).settings.boolean(Key::keepalives)) << both;
    EXPECT_TRUE(parse_connection_string(both).settings.boolean(Key::null_dates)) << both;
  }
  // Not among libpq's words: what is written back must mean the same.
  const Parsed within = parse_connection_string("pqopt={CX=" + bits + "}");
  EXPECT_FALSE(within.settings.has(Key::bools_as_char));
  EXPECT_FALSE(within.unknown.empty());
  EXPECT_TRUE(within.settings.kept().empty());
}

}  // namespace
}  // namespace negodbc::dsn
