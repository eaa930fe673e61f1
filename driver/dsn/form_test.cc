#include "driver/dsn/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/dsn/attributes.h"
#include "driver/dsn/source_name.h"

namespace negodbc::dsn {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

std::string fault_at(const Form& form, Key key) {
  for (const Fault& fault : form.faults())
    if (fault.key == key) return fault.text;
  return {};
}

TEST(Form, ANewSourceLogsInByTicketAndNeedsAName) {
  Form form = Form::for_new_source("");
  EXPECT_EQ(form.way(), Way::session);
  EXPECT_THAT(fault_at(form, Key::dsn), HasSubstr("needs a name"));
  form.set(Key::dsn, "sales");
  EXPECT_THAT(form.faults(), IsEmpty());
  EXPECT_THAT(form.changes({}), ElementsAre(Pair("Trusted_Connection", "Yes")));
}

TEST(Form, NamesOfSourcesAreTheInstallers) {
  EXPECT_EQ(fault_of_source_name("Sales of 2026"), "");
  EXPECT_EQ(fault_of_source_name(std::string(32, 'a')), "");
  for (const char* bad : {"a[b", "a;b", "a=b", "a\\b", "a?", " a", "a ", "ODBC Data Sources",
                          "odbc data sources", "ODBC", "ODBC File DSN"})
    EXPECT_NE(fault_of_source_name(bad), "") << bad;
  EXPECT_NE(fault_of_source_name(std::string(33, 'a')), "");
  // Characters, not bytes.
  std::string name;
  for (int i = 0; i < 32; ++i) name += "\xe6\x97\xa5";
  EXPECT_EQ(fault_of_source_name(name), "");
  EXPECT_NE(fault_of_source_name(name + "a"), "");
}

TEST(Form, TheWayIsWhatTheWordsSay) {
  const auto way = [](const Profile& words) { return Form::for_source("s", words).way(); };
  EXPECT_EQ(way({{"Server", "db"}}), Way::as_asked);
  EXPECT_EQ(way({{"Trusted_Connection", "SSPI"}}), Way::session);
  EXPECT_EQ(way({{"Authentication", "Kerberos"}}), Way::session);
  EXPECT_EQ(way({{"Integrated Security", "Yes"}, {"Principal", "bob@R"}}), Way::principal);
  EXPECT_EQ(way({{"Trusted_Connection", "No"}}), Way::password);
  EXPECT_EQ(way({{"Authentication", "Password"}}), Way::password);
  EXPECT_EQ(way({{"UID", "alice"}, {"Password", "x"}}), Way::password);
  EXPECT_EQ(way({{"Trusted_Connection", "perhaps"}}), Way::session);
}

TEST(Form, WhatAnotherWayWasTypedIsNotWritten) {
  Form form = Form::for_new_source("s");
  form.set_way(Way::password);
  form.set(Key::user, "alice");
  form.set(Key::password, "secret");
  EXPECT_THAT(form.changes({}), ElementsAre(Pair("UID", "alice"), Pair("PWD", "secret"),
                                            Pair("Trusted_Connection", "No")));
  form.set_way(Way::principal);
  EXPECT_THAT(fault_at(form, Key::principal), HasSubstr("whose ticket"));
  form.set(Key::principal, "bob@EXAMPLE.COM");
  EXPECT_EQ(form.password_key(), Key::principal_password);
  EXPECT_THAT(form.changes({}), ElementsAre(Pair("UID", "alice"), Pair("Trusted_Connection", "Yes"),
                                            Pair("Principal", "bob@EXAMPLE.COM")));
  form.set_way(Way::password);
  EXPECT_EQ(form.value(Key::password), "secret");
  EXPECT_THAT(form.faults(), IsEmpty());
}

TEST(Form, AWayThatContradictsAuthenticationTakesItAway) {
  Form form = Form::for_source("s", {{"Authentication", "Kerberos"}});
  form.set_way(Way::password);
  EXPECT_THAT(form.faults(), IsEmpty());
  form.set(Key::authentication, "Password");
  EXPECT_EQ(form.way(), Way::password);
  form.set_way(Way::session);
  EXPECT_THAT(form.faults(), IsEmpty());
  form.set(Key::authentication, "Kerberos");
  EXPECT_EQ(form.way(), Way::session);
}

TEST(Form, EncryptionIsOneOfTheOffersOrPageTwos) {
  Form form = Form::for_source("s", {{"SSLmode", "vf"}});
  ASSERT_TRUE(form.encryption());
  EXPECT_THAT(names_of_encryptions()[*form.encryption()], HasSubstr("host name"));
  form.set_encryption(0);
  EXPECT_EQ(form.value(Key::ssl_mode), "");
  form.set(Key::ssl_mode, "prefer");
  EXPECT_EQ(form.encryption(), 0U);
  form.set(Key::ssl_mode, "allow");
  EXPECT_FALSE(form.encryption());
  form.set(Key::ssl_mode, "nonsense");
  EXPECT_FALSE(form.encryption());
  for (std::size_t i = 0; i < names_of_encryptions().size(); ++i) {
    form.set_encryption(i);
    EXPECT_EQ(form.encryption(), i);
    EXPECT_THAT(form.faults(), IsEmpty());
  }
}

TEST(Form, EveryFaultStandsByItsField) {
  Form form = Form::for_source("s", {{"Port", "abc"},
                                     {"connect_timeout", "-1"},
                                     {"SSLmode", "strong"},
                                     {"ReadOnly", "perhaps"},
                                     {"Fetch", "many"},
                                     {"require_auth", "magic"},
                                     {"PrincipalPassword", "x"}});
  EXPECT_EQ(fault_at(form, Key::port), "expected a number from 1 to 65535");
  EXPECT_THAT(fault_at(form, Key::connect_timeout), HasSubstr("expected a number from 0"));
  EXPECT_THAT(fault_at(form, Key::ssl_mode), HasSubstr("verify-full"));
  EXPECT_THAT(fault_at(form, Key::read_only), HasSubstr("yes or no"));
  EXPECT_THAT(fault_at(form, Key::fetch), HasSubstr("expected a number"));
  EXPECT_THAT(fault_at(form, Key::require_auth),
              AllOf(HasSubstr("unknown method 'magic'"), Not(HasSubstr("require_auth"))));
  EXPECT_THAT(form.faults(), SizeIs(6));
}

TEST(Form, WordsOfAnInstallerAreToldWhereTheyAreWrong) {
  EXPECT_EQ(fault_of_words({}, {{"DSN", "s"}, {"Server", "db"}, {"Port", "5433"}}), "");
  EXPECT_EQ(fault_of_words({}, {{"Server", "db"}, {"Port", "abc"}}),
            "Port: expected a number from 1 to 65535");
  EXPECT_THAT(fault_of_words({{"SSLmode", "require"}}, {{"sslmode", "strong"}}),
              AllOf(HasSubstr("SSLmode: "), HasSubstr("verify-full")));
  // Another's fault stays as it is, or is mended.
  EXPECT_EQ(fault_of_words({{"Port", "abc"}}, {{"Server", "db"}}), "");
  EXPECT_EQ(fault_of_words({{"Port", "abc"}}, {{"Port", "5433"}}), "");
  EXPECT_THAT(fault_of_words({{"Server", "a,b"}}, {{"Port", "1,2,3"}}),
              HasSubstr("3 ports for 2 servers"));
}

TEST(Form, ContradictionsStandByOneOfTheirFields) {
  EXPECT_THAT(fault_at(Form::for_source("s", {{"Server", "a,b"}, {"Port", "1,2,3"}}), Key::port),
              HasSubstr("3 ports for 2 servers"));
  EXPECT_THAT(fault_at(Form::for_source("s", {{"Authentication", "NTLM"}}), Key::authentication),
              HasSubstr("needs AllowNTLM=Yes"));
  EXPECT_THAT(fault_at(Form::for_source("s", {{"sslnegotiation", "direct"}}), Key::ssl_negotiation),
              HasSubstr("needs SSLmode=require"));
  EXPECT_NE(fault_at(Form::for_source("s", {{"pqopt", "sslmode='"}}), Key::pqopt), "");
  EXPECT_THAT(fault_at(Form::for_source("s", {{"options", "-c a=b\r\nServer=evil"}}), Key::options),
              HasSubstr("line end"));
}

TEST(Form, SettingsAreAsTheDriverReadsThem) {
  const Form form = Form::for_source(
      "s", {{"Servername", "db"}, {"Server", "other"}, {"pqopt", "port=5433"}, {"CX", "1801"}});
  const Settings settings = form.settings();
  EXPECT_EQ(settings.get(Key::server), "db");
  EXPECT_EQ(settings.get(Key::port), "5433");
  EXPECT_EQ(settings.get(Key::lf_conversion), "1");
  EXPECT_FALSE(settings.has(Key::dsn));
  EXPECT_FALSE(Form::for_source("s", {}).settings().has(Key::server));
}

TEST(Form, ChangesKeepTheNamesThatStandThere) {
  const Profile before = {{"Driver", "negodbc"},       {"Servername", "db"}, {"Server", "other"},
                          {"Colour", "green"},         {"SSLmode", "vf"},    {"ReadOnly", "0"},
                          {"Trusted_Connection", "No"}};
  Form form = Form::for_source("s", before);
  EXPECT_THAT(form.changes(before), IsEmpty());
  form.set(Key::server, "db2");
  form.set(Key::port, "5433");
  EXPECT_THAT(form.changes(before), ElementsAre(Pair("Servername", "db2"), Pair("Port", "5433")));
  form.set(Key::server, "");
  form.set(Key::port, "");
  form.set_way(Way::as_asked);
  EXPECT_THAT(form.changes(before), ElementsAre(Pair("Servername", ""), Pair("Server", ""),
                                                Pair("Trusted_Connection", "")));
}

TEST(Form, ALoginKeepsWhatItWasGiven) {
  Parsed parsed = parse_connection_string(
      "DSN=sales;UID=alice;Trusted_Connection=No;BoolsAsChar=1;"
      "Parse=1");
  Form form = Form::for_login(parsed.settings);
  EXPECT_EQ(form.way(), Way::password);
  form.set(Key::server, "db");
  form.set(Key::password, "a;b");
  EXPECT_EQ(to_connection_string(form.settings()),
            "DSN=sales;Server=db;UID=alice;PWD={a;b};Trusted_Connection=No;BoolsAsChar=1;Parse=1;");
}

TEST(Form, AttributesAreTakenByAnyOfTheirNames) {
  Form form = Form::for_new_source("s");
  form.take("Servername", "db");
  form.take("Password", "{x}");
  form.take("Trusted_Connection", "No");
  form.take("DSN", "other");
  EXPECT_EQ(form.value(Key::server), "db");
  EXPECT_EQ(form.value(Key::password), "x");
  EXPECT_EQ(form.value(Key::dsn), "s");
  EXPECT_EQ(form.way(), Way::password);
}

TEST(Form, BracesAndQuotesOfADataSourceAreNotItsValues) {
  const Profile before = {{"UID", "{a;b}"}, {"Database", "'sales'"}, {"PWD", "{x}}y}"}};
  Form form = Form::for_source("s", before);
  EXPECT_EQ(form.value(Key::user), "a;b");
  EXPECT_EQ(form.value(Key::database), "sales");
  EXPECT_EQ(form.value(Key::password), "x}y");
  EXPECT_THAT(form.changes(before), IsEmpty());
  form.set(Key::user, "{a;b}");
  EXPECT_THAT(form.changes(before), ElementsAre(Pair("UID", "{{a;b}}}")));
}

// Whatever was typed: the data source, the form of it and a connection string say the same.
TEST(Form, WhatIsTypedIsReadAsItWasTyped) {
  const std::string strange[] = {"a;b",
                                 "{x}",
                                 "}",
                                 "a}}b",
                                 "{",
                                 "a=b",
                                 "'q'",
                                 "\"q\"",
                                 "\ttab",
                                 "\x1a",
                                 "%s%n",
                                 "$(rm)",
                                 "\\0",
                                 "-",
                                 "\xc3\xbc\xe6\x97\xa5",
                                 std::string(5000, 'x')};
  for (const std::string& text : strange) {
    Form form = Form::for_new_source("s");
    form.set_way(Way::password);
    for (const Key key : {Key::user, Key::password, Key::description}) form.set(key, text);
    Profile written = form.changes({});
    const Form again = Form::for_source("s", written);
    Settings read;
    (void)complete_from_dsn(
        read, "s", [&](std::string_view) { return written; },
        [](std::string_view) { return Profile(); });
    const Settings told = parse_connection_string(to_connection_string(form.settings())).settings;
    for (const Key key : {Key::user, Key::password, Key::description}) {
      EXPECT_EQ(again.value(key), text);
      EXPECT_EQ(read.get(key), text);
      EXPECT_EQ(told.get(key), text);
    }
  }
}

TEST(MissingForLogin, IsWhatNobodyCanGuess) {
  const auto missing = [](const char* text) {
    return missing_for_login(parse_connection_string(text).settings);
  };
  EXPECT_THAT(missing("Server=db;Trusted_Connection=Yes"), IsEmpty());
  EXPECT_THAT(missing("Server=db"), IsEmpty());
  EXPECT_THAT(missing("Trusted_Connection=Yes"), ElementsAre(Key::server));
  EXPECT_THAT(missing("hostaddr=10.0.0.1;UID=a;PWD=b"), IsEmpty());
  EXPECT_THAT(missing("Server=db;Authentication=Password;UID=a"), ElementsAre(Key::password));
  EXPECT_THAT(missing("Trusted_Connection=No"), ElementsAre(Key::server, Key::user, Key::password));
}

TEST(MatchingKeywords, AreFoundByNameOtherNameExplanationAndChoice) {
  const auto found = [](std::string_view words) {
    std::vector<std::string_view> names;
    for (const Keyword* entry : matching_keywords(words)) names.push_back(entry->name);
    return names;
  };
  EXPECT_EQ(found("").size(), keywords().size() - 3);
  EXPECT_THAT(found("sslmode"), Contains("SSLmode"));
  EXPECT_THAT(found("servername"), Contains("Server"));
  EXPECT_THAT(found("verify-full"), Contains("SSLmode"));
  EXPECT_THAT(found("  Keep-Alive  seconds "), Contains("keepalives_idle"));
  EXPECT_THAT(found("nothing has this"), IsEmpty());
  EXPECT_THAT(found("DSN"), Not(Contains("DSN")));
}

TEST(Attributes, AreTextsUpToAnEmptyOne) {
  EXPECT_THAT(parse_attributes("DSN=a\0Server=b=c\0word\0\0ignored=1\0"),
              ElementsAre(Pair("DSN", "a"), Pair("Server", "b=c")));
  EXPECT_THAT(parse_attributes(nullptr), IsEmpty());
  EXPECT_EQ(refusal_of("Servername"), "");
  EXPECT_THAT(refusal_of("Servr"), HasSubstr("is Server meant?"));
}

TEST(Offers, AreChoicesOrYesAndNo) {
  EXPECT_THAT(offers_of(keyword(Key::read_only)), ElementsAre("", "Yes", "No"));
  EXPECT_THAT(offers_of(keyword(Key::ssl_mode)), Contains("verify-full"));
  EXPECT_THAT(offers_of(keyword(Key::server)), IsEmpty());
  EXPECT_THAT(help_of(keyword(Key::server)), HasSubstr("(without it: localhost)"));
}

}  // namespace
}  // namespace negodbc::dsn
