#include "bench/sink/conversation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/sink/sink_client_test.h"
#include "driver/auth/base64.h"
#include "driver/auth/scram.h"
#include "driver/wire/cursor.h"

namespace negodbc::bench {
namespace {

SinkSettings all_trust() {
  SinkSettings settings;
  settings.way = Way::trust;
  return settings;
}

SinkSettings scram_for(const std::string& user, const std::string& password) {
  SinkSettings settings;
  settings.way = Way::scram;
  settings.verifiers[user] = make_verifier(password, "some salt", 4096);
  return settings;
}

TEST(SinkConversation, ALoginByTrustIsOneWrite) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  ASSERT_EQ(talk.line.writes.size(), 1U);
  EXPECT_EQ(types_in(talk.line.writes[0]), "R" + std::string(13, 'S') + "KZ");
  EXPECT_TRUE(talk.conversation.logged_in());
  talk.give(said([](wire::Frontend& to) { to.terminate(); }));
  EXPECT_TRUE(talk.conversation.over());
  EXPECT_EQ(talk.counters.of(Accepted::trust), 1U);
  EXPECT_EQ(talk.counters.of(Accepted::terminated), 1U);
}

TEST(SinkConversation, NothingIsSaidWhileALoginIsHeldBack) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.conversation.receive(startup_of("u"));
  EXPECT_TRUE(talk.conversation.waiting());
  EXPECT_TRUE(talk.line.writes.empty());
  talk.conversation.go_on();
  EXPECT_EQ(short_types(talk.taken()), "RSKZ");
}

TEST(SinkConversation, AStreamInAnyPiecesIsAnsweredTheSame) {
  const SinkSettings settings = all_trust();
  const std::string stream = said([](wire::Frontend& to) { to.gssenc_request(); }) +
                             said([](wire::Frontend& to) { to.ssl_request(); }) + startup_of("u") +
                             said([](wire::Frontend& to) {
                               to.query("SET a = 'x;y'; SELECT 1");
                               to.parse("", "SELECT 1", {});
                               to.bind("", "", {}, {});
                               to.describe_portal("");
                               to.execute("", 0);
                               to.sync();
                               to.terminate();
                             });
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    Talk talk(settings);
    talk.give(stream, piece);
    const std::string answer = talk.taken();
    ASSERT_EQ(answer.substr(0, 2), "NN");
    ASSERT_EQ(short_types(answer.substr(2)), "RSKZCTDCZ12TDCZ") << piece;
    ASSERT_TRUE(talk.conversation.over());
  }
}

TEST(SinkConversation, WhatPsqlodbcAsksAfterALogin) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  talk.taken();
  talk.give(said([](wire::Frontend& to) {
    to.query("SET DateStyle = 'ISO';SET extra_float_digits = 2;show transaction_isolation");
    to.query("select oid, typbasetype from pg_type where typname = 'lo'");
    to.query("DEALLOCATE \"_PLAN1\"");
    to.query("");
  }));
  const std::string answer = talk.taken();
  EXPECT_EQ(types_in(answer), "CCTDCZTCZCZIZ");
  EXPECT_NE(answer.find("read committed"), std::string::npos);
}

TEST(SinkConversation, EveryOtherStatementIsRefusedAndTheSessionGoesOn) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  talk.taken();
  talk.give(said([](wire::Frontend& to) {
    to.query("SELECT 2");
    to.query("SELECT 1; DROP TABLE t; SELECT 1");
    to.parse("", "SELECT * FROM t", {});
    to.bind("", "", {}, {});
    to.execute("", 0);
    to.query("SELECT 1");  // skipped: an error is followed by nothing before Sync
    to.sync();
    to.query("SELECT 1");
  }));
  const std::string answer = talk.taken();
  EXPECT_EQ(types_in(answer), "EZTDCEZEZTDCZ");
  EXPECT_NE(answer.find("is no database"), std::string::npos);
  EXPECT_EQ(talk.counters.of(Accepted::refused_statements), 3U);
}

TEST(SinkConversation, AnErrorFailsATransactionUntilItsEnd) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  talk.taken();
  talk.give(said([](wire::Frontend& to) {
    to.query("BEGIN");
    to.query("SELECT 2");
    to.query("SELECT 1");
    to.query("ROLLBACK");
    to.query("SELECT 1");
  }));
  const std::string answer = talk.taken();
  EXPECT_EQ(types_in(answer), "CZEZEZCZTDCZ");
  EXPECT_NE(answer.find("25P02"), std::string::npos);
}

TEST(SinkConversation, RowsComeInPortionsAndInBinaryFormat) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  talk.taken();
  const std::vector<wire::Format> binary{wire::Format::binary};
  talk.give(said([&](wire::Frontend& to) {
    to.parse("s", "select 1", {});
    to.describe_statement("s");
    to.bind("p", "s", {}, binary);
    to.execute("p", 1);
    to.flush();
  }));
  std::string answer = talk.taken();
  EXPECT_EQ(types_in(answer), "1tT2Ds");
  EXPECT_NE(answer.find(std::string("\0\0\0\4\0\0\0\1", 8)), std::string::npos);
  talk.give(said([](wire::Frontend& to) {
    to.execute("p", 1);
    to.close_portal("p");
    to.close_statement("s");
    to.sync();
    to.execute("p", 0);
    to.sync();
  }));
  answer = talk.taken();
  EXPECT_EQ(types_in(answer), "C33ZEZ");
  EXPECT_NE(answer.find("SELECT 0"), std::string::npos);
  EXPECT_NE(answer.find("34000"), std::string::npos);
}

TEST(SinkConversation, NamesAreKeptUpToABound) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(startup_of("u"));
  talk.taken();
  for (std::size_t i = 0; i <= SessionDialog::most_names; ++i) {
    talk.give(said([&](wire::Frontend& to) {
      to.parse("s" + std::to_string(i), "SELECT 1", {});
      to.sync();
    }));
    EXPECT_EQ(types_in(talk.taken()), i < SessionDialog::most_names ? "1Z" : "EZ");
  }
}

// A length is refused before anything of the body has come.
TEST(SinkConversation, LengthsAreLookedAtBeforeTheyAreBelieved) {
  const SinkSettings trust = all_trust();
  const SinkSettings scram = scram_for("u", "p");
  struct Case {
    const SinkSettings& settings;
    std::string sent;
    Cause cause;
  };
  const std::string over_startup("\0\0\x27\x11", 4);  // 10,001
  const std::vector<Case> cases{
      {trust, over_startup, Cause::too_long},
      {trust, "GET / HTTP/1.1\r\n", Cause::too_long},
      {trust, std::string("\0\0\0\3", 4), Cause::malformed},
      {trust, std::string("\xff\xff\xff\xff", 4), Cause::too_long},
      {trust, startup_of("u") + std::string("Q\0\1\0\0", 5), Cause::too_long},
      {trust, startup_of("u") + std::string("Q\0\0\0\0", 5), Cause::malformed},
      {scram, startup_of("u") + std::string("p\0\0\3\xe9", 5), Cause::too_long},  // 1,001
  };
  for (const Case& one : cases) {
    Talk talk(one.settings);
    talk.give(one.sent);
    EXPECT_TRUE(talk.conversation.over());
    EXPECT_EQ(talk.counters.of(one.cause), 1U) << one.sent;
    EXPECT_EQ(types_in(talk.taken()).back(), 'E');
  }
}

TEST(SinkConversation, BodiesThatContradictThemselvesAreRefused) {
  const SinkSettings settings = all_trust();
  const auto framed = [](char type, const std::string& body) {
    return std::string(1, type) + std::string(3, '\0') + static_cast<char>(body.size() + 4) + body;
  };
  for (const std::string& sent :
       {framed('Q', "SELECT 1"),                              // a text without end
        framed('B', std::string("\0\0\0\0\x7f\xff\0\0", 8)),  // more values than bytes
        framed('P', std::string("\0SELECT 1\0\0\x09", 12)),   // more types than bytes
        framed('E', std::string("\0\0\0", 3)), framed('D', ""), framed('C', "S"), framed('d', "x"),
        framed('?', "")}) {
    Talk talk(settings);
    talk.give(startup_of("u"));
    talk.taken();
    talk.give(sent);
    EXPECT_TRUE(talk.conversation.over()) << sent;
    EXPECT_EQ(talk.counters.of(Cause::malformed), 1U) << sent;
  }
  for (const std::string& body : {std::string("\0\3\0\0user", 8), std::string("\0\3\0\0user\0", 9),
                                  std::string("\0\3\0\0\0", 5), std::string("\0\3", 2)}) {
    Talk talk(settings);
    talk.give(std::string(3, '\0') + static_cast<char>(body.size() + 4) + body);
    EXPECT_EQ(talk.counters.of(Cause::malformed), 1U) << body;
  }
}

TEST(SinkConversation, OtherProtocolsAreRefused) {
  const SinkSettings settings = all_trust();
  for (const std::string& version : {std::string("\0\2\0\0", 4), std::string("\0\3\0\2", 4)}) {
    Talk talk(settings);
    talk.give(std::string("\0\0\0\x0f", 4) + version + std::string("user\0u\0", 7));
    EXPECT_EQ(talk.counters.of(Cause::version), 1U);
  }
}

TEST(SinkConversation, ACancelRequestIsCountedAndNotAnswered) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(said([](wire::Frontend& to) { to.cancel_request(1, "abcd"); }));
  EXPECT_TRUE(talk.conversation.over());
  EXPECT_TRUE(talk.line.writes.empty());
  EXPECT_EQ(talk.counters.of(Accepted::cancel_requests), 1U);
}

TEST(SinkConversation, ARequestForEncryptionComesOnce) {
  const SinkSettings settings = all_trust();
  Talk talk(settings);
  talk.give(said([](wire::Frontend& to) {
    to.ssl_request();
    to.ssl_request();
  }));
  EXPECT_TRUE(talk.conversation.over());
  EXPECT_EQ(talk.counters.of(Accepted::tls_declined), 1U);
}

TEST(SinkConversation, WhoClosesIsCountedByWhen) {
  const SinkSettings settings = all_trust();
  Talk early(settings);
  early.give(startup_of("u").substr(0, 7));
  early.conversation.closed();
  EXPECT_EQ(early.counters.of(Cause::went), 1U);
  Talk late(settings);
  late.give(startup_of("u"));
  late.conversation.closed();
  late.conversation.closed();
  EXPECT_EQ(late.counters.of(Accepted::gone), 1U);
  EXPECT_EQ(late.counters.of(Cause::went), 0U);
}

// The driver's client beside the sink's server.
void log_in_by_scram(Talk& talk, const std::string& user, const std::string& password) {
  auth::ScramClient client(password, auth::ScramBinding::unsupported, "");
  talk.give(startup_of(user));
  EXPECT_EQ(types_in(talk.taken()), "R");
  talk.give(said([&](wire::Frontend& to) {
    to.sasl_initial_response("SCRAM-SHA-256", client.first_message());
  }));
  const std::string first = talk.taken();
  ASSERT_EQ(types_in(first), "R");
  talk.give(said([&](wire::Frontend& to) {
    to.sasl_response(client.final_message(first.substr(9), Deadline::never()));
  }));
  const std::string last = talk.line.all();
  if (types_in(last)[0] != 'R') return;
  const std::size_t size = wire::load_u32(last.data() + 1) - 8;
  client.verify(last.substr(9, size));
  EXPECT_TRUE(client.verified());
}

TEST(SinkConversation, ALoginByPassword) {
  const SinkSettings settings = scram_for("u", "p\xc3\xa4ssword");
  Talk talk(settings);
  log_in_by_scram(talk, "u", "p\xc3\xa4ssword");
  EXPECT_EQ(short_types(talk.taken()), "RRSKZ");
  EXPECT_EQ(talk.counters.of(Accepted::scram), 1U);
}

TEST(SinkConversation, AWrongPasswordAndAnUnknownUserAreToldAlike) {
  const SinkSettings settings = scram_for("u", "right");
  Talk wrong(settings);
  log_in_by_scram(wrong, "u", "wrong");
  Talk unknown(settings);
  log_in_by_scram(unknown, "v", "right");
  EXPECT_EQ(wrong.counters.of(Cause::wrong_password), 1U);
  EXPECT_EQ(unknown.counters.of(Cause::unknown_user), 1U);
  std::string other = unknown.taken();
  other.replace(other.find("\"v\""), 3, "\"u\"");
  EXPECT_EQ(wrong.taken(), other);
}

// RFC 7677, section 3.
TEST(SinkScram, ThePublishedExchange) {
  const ScramVerifier verifier =
      make_verifier("pencil", *auth::base64_decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
  ScramServer server(verifier, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  EXPECT_EQ(
      server.first_message("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  EXPECT_EQ(server.final_message("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(SinkScram, MessagesThatAreNone) {
  const ScramVerifier verifier = make_verifier("pencil", "salt", 1);
  for (const char* first :
       {"", "n,,", "n,,n=u", "n,,n=u,r=", "p=tls-unique,,n=u,r=x", "n,a=z,n=u,r=x"}) {
    ScramServer server(verifier, "nonce");
    EXPECT_THROW(server.first_message(first), Refusal) << first;
  }
  for (const char* last : {"", "c=biws,r=xnonce", "c=biws,r=xnonce,p=", "c=biws,r=xnonce,p=AAAA",
                           "c=eSws,r=xnonce,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                           "c=biws,r=x,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                           "c=biws,r=xnonce,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="}) {
    ScramServer server(verifier, "nonce");
    server.first_message("n,,n=u,r=x");
    EXPECT_THROW(server.final_message(last), Refusal) << last;
  }
}

TEST(SinkCounters, AreToldAsJsonAndAsText) {
  Counters counters;
  counters.add(Accepted::gss);
  counters.add(Cause::replayed_token);
  counters.add(Cause::replayed_token);
  const auto document = counters.to_json();
  EXPECT_EQ(document["logins"], 1);
  EXPECT_EQ(document["accepted"]["gss"], 1);
  EXPECT_EQ(document["accepted"]["scram"], 0);
  EXPECT_EQ(document["refused"]["replayed_token"], 2);
  EXPECT_EQ(counters.to_text(), "1 logins\naccepted: 1 gss\nrefused: 2 replayed_token\n");
}

}  // namespace
}  // namespace negodbc::bench
