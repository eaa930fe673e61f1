// OAUTHBEARER against a server in the test's hands: Debian 12 has no PostgreSQL 18.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::string_literals;

const std::string offer = authentication(10, "OAUTHBEARER\0\0"s);

LoginSettings with_token(const ScriptedPeer& peer, const std::string& token) {
  LoginSettings settings = peer.settings();
  settings.oauth_token = Secret(token);
  settings.allow_cleartext = true;  // the peer has no TLS
  return settings;
}

TEST(OauthLogin, HandsTheTokenOver) {
  std::string sent;
  const ScriptedPeer peer([&](const PeerConnection& c) {
    c.read_startup();
    c.send(offer);
    sent = c.read_message();
    c.send(logged_in());
    c.sleep_until_closed();
  });
  const auto session = login(with_token(peer, "abc.DEF-123~/+=="), nullptr);
  EXPECT_EQ(session->auth_method(), "oauth");
  const std::string response =
      "n,,\x01"
      "auth=Bearer abc.DEF-123~/+==\x01\x01";
  EXPECT_EQ(sent, "pOAUTHBEARER\0\0\0\0"s + static_cast<char>(response.size()) + response);
}

TEST(OauthLogin, TellsWhyTheTokenIsRefused) {
  std::string answer;
  const ScriptedPeer peer([&](const PeerConnection& c) {
    c.read_startup();
    c.send(offer);
    c.read_message();
    c.send(authentication(11, R"({"status":"invalid_token","scope":"openid\n","more":[1]})"));
    answer = c.read_message();
    c.send(error("FATAL", "28000", "OAuth bearer authentication failed for user \"u\""));
    c.sleep_until_closed();
  });
  const Failure failure = failure_of(with_token(peer, "very-secret-token"));
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("OAuth bearer authentication failed"),
                                  HasSubstr("(invalid_token, scope openid )"),
                                  Not(HasSubstr("very-secret-token"))));
  EXPECT_EQ(answer, "p\x01");
}

TEST(OauthLogin, SurvivesAnythingForAReason) {
  for (const std::string& reason : {""s, "{"s, "[]"s, R"({"status":7})"s, "\xFF\0"s}) {
    const ScriptedPeer peer([&](const PeerConnection& c) {
      c.read_startup();
      c.send(offer);
      c.read_message();
      c.send(authentication(11, reason) + authentication(11, reason));
      c.sleep_until_closed();
    });
    const Failure failure = failure_of(with_token(peer, "token"));
    EXPECT_EQ(failure.state, "08001") << reason;
    EXPECT_THAT(failure.text, HasSubstr("that was over"));
  }
}

// What the server gets of a token that must not be sent.
std::string received(LoginSettings (*change)(LoginSettings), std::string& text) {
  std::string got;
  const ScriptedPeer peer([&](const PeerConnection& c) {
    c.read_startup();
    c.send(offer);
    got = c.read_message();
  });
  const Failure failure = failure_of(change(with_token(peer, "secret-token")));
  EXPECT_EQ(failure.state, "28000");
  text = failure.text;
  return got;
}

TEST(OauthLogin, SendsNothingWhereItMustNot) {
  std::string text;
  const auto exposed = [](LoginSettings settings) {
    settings.allow_cleartext = false;
    return settings;
  };
  EXPECT_EQ(received(exposed, text), "");
  EXPECT_THAT(text, HasSubstr("not encrypted; it was not sent"));
  const auto forged = [](LoginSettings settings) {
    settings.oauth_token = Secret("a\x01host=elsewhere");
    return settings;
  };
  EXPECT_EQ(received(forged, text), "");
  EXPECT_THAT(text, HasSubstr("no bearer token"));
  const auto refused = [](LoginSettings settings) {
    settings.require_auth = static_cast<unsigned>(auth::AuthMethod::scram);
    return settings;
  };
  EXPECT_EQ(received(refused, text), "");
  EXPECT_THAT(text, HasSubstr("require_auth accepts only: scram-sha-256"));
  const auto by_ticket = [](LoginSettings settings) {
    settings.integrated = auth::IntegratedLogin::required;
    return settings;
  };
  EXPECT_EQ(received(by_ticket, text), "");
  const auto without = [](LoginSettings settings) {
    settings.oauth_token = Secret();
    return settings;
  };
  EXPECT_EQ(received(without, text), "");
  EXPECT_THAT(text, HasSubstr("OAUTHBEARER with OAuthToken"));
}

}  // namespace
}  // namespace negodbc::login::testing
