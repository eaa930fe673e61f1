#include "driver/dsn/keywords.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "driver/base/utf.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {
namespace {

std::string folded(std::string_view name) {
  std::string out = ascii_lower(name);
  std::erase_if(out, [](char c) { return c == ' ' || c == '_'; });
  return out;
}

TEST(Keywords, NoSpellingHasTwoMeanings) {
  std::set<std::string> seen;
  const auto take = [&](std::string_view name) {
    EXPECT_TRUE(seen.insert(folded(name)).second) << name;
  };
  for (const Keyword& entry : keywords()) {
    take(entry.name);
    for (const std::string_view alias : entry.aliases) take(alias);
  }
  for (const AcceptedKeyword& entry : accepted_without_effect()) {
    take(entry.name);
    if (!entry.alias.empty()) take(entry.alias);
  }
  for (const std::string_view name : {"requirepeer", "sslcrldir", "sslcertmode", "replication"}) {
    EXPECT_TRUE(is_refused(name));
    take(name);
  }
}

TEST(Keywords, EveryNameAndAliasFindsItsRow) {
  for (const Keyword& entry : keywords()) {
    EXPECT_EQ(&keyword(entry.key), &entry);
    EXPECT_EQ(find_keyword(entry.name), &entry);
    EXPECT_EQ(find_keyword(ascii_lower(entry.name)), &entry);
    for (const std::string_view alias : entry.aliases)
      EXPECT_EQ(find_keyword(alias), &entry) << alias;
  }
  EXPECT_EQ(find_keyword("nothing"), nullptr);
  EXPECT_EQ(find_keyword(""), nullptr);
  EXPECT_EQ(find_accepted(""), "");
}

TEST(Keywords, CaseSpacesAndUnderscoresDoNotMatter) {
  for (const std::string_view name : {"Connect Timeout", "connect_timeout", "ConnectTimeout"}) {
    ASSERT_NE(find_keyword(name), nullptr) << name;
    EXPECT_EQ(find_keyword(name)->key, Key::connect_timeout);
  }
}

TEST(Keywords, EveryRowIsFitForDocumentation) {
  for (const Keyword& entry : keywords()) {
    EXPECT_FALSE(entry.description.empty()) << entry.name;
    EXPECT_EQ(entry.description.find_first_of("|\n"), std::string_view::npos) << entry.name;
    EXPECT_EQ(entry.kind == Kind::choice, !entry.choices.empty()) << entry.name;
    for (const ChoiceAlias& alias : entry.choice_aliases) {
      EXPECT_NE(std::find(entry.choices.begin(), entry.choices.end(), alias.choice),
                entry.choices.end())
          << entry.name << ' ' << alias.spelling;
    }
  }
}

TEST(Keywords, WhatHasNoEffectSaysWhy) {
  for (const AcceptedKeyword& entry : accepted_without_effect()) {
    EXPECT_FALSE(entry.reason.empty()) << entry.name;
    EXPECT_EQ(entry.reason.find_first_of("|\n"), std::string_view::npos) << entry.name;
  }
}

TEST(Keywords, EveryDefaultIsOfItsKind) {
  const Settings settings;
  for (const Keyword& entry : keywords()) {
    if (entry.default_value.empty()) continue;
    if (entry.kind == Kind::boolean) {
      EXPECT_NO_THROW((void)settings.boolean(entry.key)) << entry.name;
    } else if (entry.kind == Kind::number) {
      EXPECT_NO_THROW((void)settings.number(entry.key, 0, 65535)) << entry.name;
    } else if (entry.kind == Kind::choice) {
      EXPECT_NO_THROW((void)settings.choice(entry.key)) << entry.name;
    }
  }
}

TEST(Keywords, KnowsTheWordsOfPsqlodbcAndLibpq) {
  for (const std::string_view name : {"DSN",
                                      "Driver",
                                      "Description",
                                      "Servername",
                                      "Server",
                                      "Port",
                                      "Database",
                                      "DX",
                                      "Username",
                                      "UID",
                                      "Password",
                                      "PWD",
                                      "SSLmode",
                                      "CA",
                                      "ReadOnly",
                                      "A0",
                                      "Protocol",
                                      "A1",
                                      "ShowSystemTables",
                                      "A5",
                                      "ConnSettings",
                                      "A6",
                                      "MaxVarcharSize",
                                      "B0",
                                      "MaxLongVarcharSize",
                                      "B1",
                                      "TextAsLongVarchar",
                                      "B7",
                                      "UnknownsAsLongVarchar",
                                      "B8",
                                      "Int8As",
                                      "BI",
                                      "NumericAs",
                                      "D6",
                                      "LFConversion",
                                      "C5",
                                      "TrueIsMinus1",
                                      "C6",
                                      "BoolsAsChar",
                                      "B9",
                                      "ByteaAsLongVarBinary",
                                      "C7",
                                      "UseServerSidePrepare",
                                      "C8",
                                      "KeepaliveTime",
                                      "D1",
                                      "KeepaliveInterval",
                                      "D2",
                                      "pqopt",
                                      "D5",
                                      "IgnoreTimeout",
                                      "D9",
                                      "FetchRefcursors",
                                      "DA",
                                      "host",
                                      "hostaddr",
                                      "dbname",
                                      "user",
                                      "channel_binding",
                                      "connect_timeout",
                                      "options",
                                      "application_name",
                                      "keepalives",
                                      "keepalives_idle",
                                      "keepalives_interval",
                                      "keepalives_count",
                                      "tcp_user_timeout",
                                      "sslnegotiation",
                                      "sslcert",
                                      "sslkey",
                                      "sslpassword",
                                      "sslrootcert",
                                      "sslcrl",
                                      "sslsni",
                                      "require_auth",
                                      "ssl_min_protocol_version",
                                      "ssl_max_protocol_version",
                                      "gssencmode",
                                      "krbsrvname",
                                      "gsslib",
                                      "gssdelegation",
                                      "target_session_attrs",
                                      "load_balance_hosts",
                                      "Trusted_Connection",
                                      "Integrated Security",
                                      "ServerSPN",
                                      "Authentication",
                                      "REALM",
                                      "KerberosServiceName",
                                      "KerberosAPI",
                                      "KeepAlive",
                                      "LoginTimeout",
                                      "Timeout",
                                      "Connect Timeout",
                                      "UseDeclareFetch",
                                      "B6",
                                      "Fetch",
                                      "A7",
                                      "Debug",
                                      "B2",
                                      "CommLog",
                                      "B3",
                                      "Logdir",
                                      "APP"}) {
    EXPECT_NE(find_keyword(name), nullptr) << name;
  }
  for (const std::string_view name : {"A2",
                                      "A3",
                                      "A4",
                                      "A8",
                                      "A9",
                                      "B4",
                                      "B5",
                                      "C0",
                                      "C1",
                                      "C2",
                                      "C3",
                                      "C4",
                                      "C9",
                                      "AB",
                                      "CX",
                                      "D4",
                                      "D7",
                                      "D8",
                                      "D0",
                                      "D3",
                                      "UniqueIndex",
                                      "Lie",
                                      "TranslationDLL",
                                      "GssAuthUseGSS",
                                      "client_encoding",
                                      "sslcompression"}) {
    EXPECT_NE(find_accepted(name), "") << name;
  }
}

}  // namespace
}  // namespace negodbc::dsn
