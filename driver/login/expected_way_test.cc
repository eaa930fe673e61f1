// The first token in one write with the StartupMessage: against a scripted server and plugin.
#include "driver/login/expected_way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <vector>

#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::int32_t sasl = 10;
const std::string scram_list = "SCRAM-SHA-256\0\0"s;

class ExpectedWay : public ::testing::Test {
 protected:
  ExpectedWay() { KnownServers::of_process().clear(); }

  static LoginSettings integrated(const ScriptedPeer& peer, const std::string& script = "ok") {
    LoginSettings settings = peer.settings();
    settings.integrated = auth::IntegratedLogin::required;
    settings.auth_plugin = NEGODBC_SCRIPTED_PLUGIN;
    settings.kerberos_service = script;
    return settings;
  }

  static LoginSettings asserted(const ScriptedPeer& peer, const std::string& script = "ok") {
    LoginSettings settings = integrated(peer, script);
    settings.server_auth = ServerAuth::gss;
    return settings;
  }

  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(what);
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

  // Takes a token it has not asked for, and notes that; else asks.
  ScriptedPeer::Script asks_for_a_ticket(std::int32_t kind = 7) {
    return [this, kind](const PeerConnection& peer) {
      peer.read_startup();
      const bool ahead = peer.wait_for_bytes(200ms);
      note(ahead ? "ahead" : "asked");
      if (!ahead) peer.send(authentication(kind));
      const std::string token = peer.read_message();
      if (token != "ptoken-1") note(token);
      peer.send((ahead ? authentication(kind) : ""s) + authentication(8, "reply-1") + logged_in());
      peer.sleep_until_closed();
    };
  }

  // Answers what a server does that takes no ticket; notes what it was sent beyond the start.
  ScriptedPeer::Script answers(const std::string& answer) {
    return [this, answer](const PeerConnection& peer) {
      peer.read_startup();
      note(peer.wait_for_bytes(200ms) ? peer.read_message() : "asked");
      peer.send(answer);
      peer.sleep_until_closed();
    };
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> seen_;
};

TEST_F(ExpectedWay, IsWhatTheServerAskedForTheLastTime) {
  for (const auto& [kind, name] : {std::pair(7, "gss"), std::pair(9, "sspi")}) {
    const ScriptedPeer peer(asks_for_a_ticket(kind));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(login(integrated(peer), nullptr)->auth_method(), name);
    EXPECT_THAT(seen(), ElementsAre("asked", "ahead", "ahead"));
    LoginSettings other = integrated(peer);
    other.database = "another";
    login(other, nullptr);
    EXPECT_THAT(seen(), ElementsAre("asked"));
  }
}

TEST_F(ExpectedWay, IsWhatTheSettingsAssert) {
  const ScriptedPeer peer(asks_for_a_ticket());
  EXPECT_EQ(login(asserted(peer), nullptr)->auth_method(), "gss");
  LoginSettings settings = asserted(peer);
  settings.server_auth = ServerAuth::sspi;
  settings.database = "another";
  EXPECT_EQ(login(settings, nullptr)->auth_method(), "gss");  // its token is another
  settings.server_auth = ServerAuth::gss;
  settings.user = "";  // the session of the plugin that tells the name makes the token
  EXPECT_EQ(login(settings, nullptr)->user(), "alice");
  EXPECT_THAT(seen(), ElementsAre("ahead", "ahead", "asked", "ahead"));
}

TEST_F(ExpectedWay, IsNothingWhenSwitchedOff) {
  const ScriptedPeer peer(asks_for_a_ticket());
  LoginSettings settings = integrated(peer);
  settings.server_auth = ServerAuth::ask;
  login(settings, nullptr);
  login(settings, nullptr);
  login(integrated(peer), nullptr);  // nothing was learned either
  EXPECT_THAT(seen(), ElementsAre("asked", "asked", "asked"));
}

TEST_F(ExpectedWay, IsUsedAlsoWhereNobodyAskedForATicket) {
  const ScriptedPeer peer(asks_for_a_ticket());
  LoginSettings settings = integrated(peer);
  settings.integrated = auth::IntegratedLogin::automatic;
  settings.password = Secret("never sent");
  login(settings, nullptr);
  login(settings, nullptr);
  EXPECT_THAT(seen(), ElementsAre("asked", "ahead"));
}

TEST_F(ExpectedWay, NeverGoesBeyondWhatTheSettingsAllow) {
  const ScriptedPeer peer(answers(authentication(7)));
  LoginSettings settings = asserted(peer);
  settings.require_auth = static_cast<unsigned>(auth::AuthMethod::scram);
  EXPECT_THAT(failure_of(settings).text, HasSubstr("require_auth accepts only: scram-sha-256"));
  settings = asserted(peer);
  settings.channel_binding = auth::ChannelBinding::require;
  EXPECT_THAT(failure_of(settings).text, HasSubstr("channel_binding=require"));
  settings = asserted(peer);
  settings.integrated = auth::IntegratedLogin::never;
  EXPECT_THAT(failure_of(settings).text, HasSubstr("Trusted_Connection=No"));
  EXPECT_THAT(seen(), ElementsAre("asked", "asked", "asked"));
}

TEST_F(ExpectedWay, DoesNotMakeAnUnprovenServerAcceptable) {
  const ScriptedPeer peer(answers(authentication(7) + logged_in()));
  EXPECT_THAT(failure_of(asserted(peer)).text, HasSubstr("without proving its own identity"));
  LoginSettings settings = asserted(peer);
  settings.require_auth = static_cast<unsigned>(auth::AuthMethod::gss);
  const ScriptedPeer trusting(answers(logged_in()));
  settings.hosts = trusting.settings().hosts;
  EXPECT_THAT(failure_of(settings).text, HasSubstr("let the user in without any authentication"));
}

TEST_F(ExpectedWay, WasWrongAndTheUserSeesNothing) {
  const std::pair<const char*, std::string> ways[] = {
      {"none", logged_in()}, {"password", authentication(3)}, {"md5", authentication(5, "salt")}};
  for (const auto& [name, answer] : ways) {
    SCOPED_TRACE(name);
    const std::string asks = answer;
    const ScriptedPeer peer([this, asks](const PeerConnection& connection) {
      connection.read_startup();
      note(connection.wait_for_bytes(200ms) ? connection.read_message() : "asked");
      connection.send(asks);
      const std::string reply = connection.read_message();
      if (!reply.empty() && reply[0] != 'X') note(reply.substr(0, 4));
      connection.send(logged_in());
      connection.sleep_until_closed();
    });
    LoginSettings settings = asserted(peer);
    settings.integrated = auth::IntegratedLogin::automatic;
    settings.password = Secret("secret");
    settings.allow_cleartext = true;
    EXPECT_EQ(login(settings, nullptr)->auth_method(), name);
    auto messages = seen();
    ASSERT_GE(messages.size(), 2U);
    EXPECT_EQ(messages[0], "ptoken-1");  // no password before the server has asked for it
    EXPECT_EQ(messages[1], "asked");     // on a connection of its own
    // The assertion is not believed any more.
    EXPECT_EQ(login(settings, nullptr)->auth_method(), name);
    EXPECT_EQ(seen()[0], "asked");
  }
}

TEST_F(ExpectedWay, IsLearnedAgainWhenTheServerWantsTicketsAgain) {
  std::atomic<bool> wants_tickets = true;
  const auto ticket = asks_for_a_ticket();
  const auto trust = answers(logged_in());
  const ScriptedPeer peer(
      [&](const PeerConnection& connection) { (wants_tickets ? ticket : trust)(connection); });
  LoginSettings settings = integrated(peer);
  settings.integrated = auth::IntegratedLogin::automatic;
  login(settings, nullptr);
  login(settings, nullptr);
  EXPECT_THAT(seen(), ElementsAre("asked", "ahead"));
  wants_tickets = false;
  login(settings, nullptr);
  login(settings, nullptr);
  EXPECT_THAT(seen(), ElementsAre("ptoken-1", "asked", "asked"));
  wants_tickets = true;
  login(settings, nullptr);
  login(settings, nullptr);
  EXPECT_THAT(seen(), ElementsAre("asked", "ahead"));
}

TEST_F(ExpectedWay, ErrorsAreThoseOfTheOrdinaryWay) {
  const ScriptedPeer rejecting(answers(error("FATAL", "28000", "pg_hba.conf rejects connection")));
  const Failure failure = failure_of(asserted(rejecting));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("pg_hba.conf rejects"), Not(HasSubstr("ticket"))));
  EXPECT_THAT(seen(), ElementsAre("ptoken-1", "asked"));
  const ScriptedPeer scram(answers(authentication(sasl, scram_list)));
  EXPECT_THAT(failure_of(asserted(scram)).text,
              HasSubstr("although integrated login is required; no password was sent"));
  EXPECT_THAT(seen(), ElementsAre("ptoken-1", "asked"));
  // What has nothing to do with who one is is told at once: a full server is not asked twice.
  const ScriptedPeer full(answers(error("FATAL", "53300", "sorry, too many clients already")));
  EXPECT_THAT(failure_of(asserted(full)).text, HasSubstr("too many clients"));
  EXPECT_THAT(seen(), ElementsAre("ptoken-1"));
}

TEST_F(ExpectedWay, ServerThatBreaksDownIsAskedFromThenOn) {
  const std::string answers_when_sent_ahead[] = {"", "\xFF\xFF garbage",
                                                 error("FATAL", "08P01", "unexpected message")};
  for (const std::string& answer : answers_when_sent_ahead) {
    const ScriptedPeer peer([this, answer](const PeerConnection& connection) {
      connection.read_startup();
      if (connection.wait_for_bytes(200ms)) {
        note("ahead");
        connection.send(answer);
        return;
      }
      note("asked");
      connection.send(authentication(7));
      connection.read_message();
      connection.send(authentication(8, "reply-1") + logged_in());
      connection.sleep_until_closed();
    });
    for (int i = 0; i < 3; ++i) login(asserted(peer), nullptr);
    EXPECT_THAT(seen(), ElementsAre("ahead", "asked", "asked", "asked"));
  }
}

TEST_F(ExpectedWay, ServerThatDropsWhatItDidNotAskForIsAskedFromThenOn) {
  const ScriptedPeer peer([this](const PeerConnection& connection) {
    connection.read_startup();
    const bool ahead = connection.wait_for_bytes(200ms);
    if (ahead) connection.read_message();
    note(ahead ? "ahead" : "asked");
    connection.send(authentication(7));
    if (connection.read_message().empty()) return;
    connection.send(authentication(8, "reply-1") + logged_in());
    connection.sleep_until_closed();
  });
  LoginSettings settings = asserted(peer);
  settings.timeout = 1500ms;
  EXPECT_EQ(failure_of(settings).state, "HYT00");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(failure_of(settings).text, "");
  EXPECT_THAT(seen(), ElementsAre("ahead", "asked", "asked"));
}

TEST_F(ExpectedWay, WithoutATicketTheServerIsAskedWhatItWants) {
  const ScriptedPeer trusting(answers(logged_in()));
  LoginSettings trusted = asserted(trusting, "fail5");
  trusted.integrated = auth::IntegratedLogin::automatic;
  EXPECT_EQ(failure_of(trusted).text, "");
  const ScriptedPeer peer(answers(authentication(7)));
  const Failure failure = failure_of(asserted(peer, "fail5"));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("no Kerberos ticket"));
  EXPECT_THAT(seen(), ElementsAre("asked", "asked"));
  LoginSettings slow = asserted(peer, "slow");
  slow.timeout = 200ms;
  EXPECT_EQ(failure_of(slow).state, "HYT00");
}

}  // namespace
}  // namespace negodbc::login::testing
