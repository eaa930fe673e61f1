// A peer that is broken or means ill: every login ends in time, with the right state and a clear
// text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "driver/auth/base64.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using namespace std::string_literals;

ScriptedPeer::Script answer(const std::string& bytes) {
  return [bytes](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(bytes);
    peer.sleep_until_closed();
  };
}

ScriptedPeer::Script answer_and_close(const std::string& bytes) {
  return [bytes](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(bytes);
  };
}

void expect_failure(const ScriptedPeer::Script& script, const std::string& state,
                    const std::string& text, std::chrono::milliseconds timeout = 5s) {
  const ScriptedPeer peer(script);
  LoginSettings settings = peer.settings();
  settings.password = Secret("top secret");
  settings.timeout = timeout;
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, state) << failure.text;
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr(text), HasSubstr("127.0.0.1:" + std::to_string(peer.port())),
                    Not(HasSubstr("top secret"))));
}

TEST(HostilePeer, ClosesAtEachStage) {
  expect_failure([](const PeerConnection&) {}, "08001", "broke off");
  expect_failure(answer_and_close(""), "08001", "closed the connection without a word");
  expect_failure(answer_and_close("R\0"s), "08001", "closed the connection without a word");
  expect_failure(
      [](const PeerConnection& peer) {
        peer.read_startup();
        peer.send(authentication(5, "SALT"));
        peer.read_message();
      },
      "08001", "waiting for the answer to the password");
  expect_failure(answer_and_close(authentication(0)), "08001",
                 "waiting for the server to be ready");
  expect_failure(answer_and_close(authentication(0) + parameter("a", "b")), "08001", "ready");
}

TEST(HostilePeer, SendsGarbage) {
  expect_failure(answer("HTTP/1.1 400 Bad Request\r\n\r\n"), "08001", "not PostgreSQL's protocol");
  expect_failure(answer("SSH-2.0-OpenSSH_9.2p1\r\n"), "08001", "not PostgreSQL's protocol");
  expect_failure(answer(std::string(100000, '\xFF')), "08001", "not PostgreSQL's protocol");
  expect_failure(answer(message('R', "")), "08001", "malformed Authentication");
  expect_failure(answer(message('E', "Sxx")), "08001", "malformed ErrorResponse");
  expect_failure(answer(message('D', "\0\0"s)), "08001", "message of type 68");
}

TEST(HostilePeer, SpeaksAnotherProtocol) {
  expect_failure(answer("HTTP/1.1 400 Bad Request\r\n\r\n"), "08001", "looks like HTTP");
  expect_failure(answer("\x15\x03\x01\0\x02\x02\x46"s), "08001", "looks like TLS");
}

TEST(HostilePeer, AnnouncesLengthsThatCannotBe) {
  expect_failure(answer("R\x7f\xff\xff\xff"s), "08001", "length 2147483647");
  expect_failure(answer("R\xff\xff\xff\xff"s), "08001", "length 4294967295");
  expect_failure(answer("R\0\0\0\0"s), "08001", "length 0");
  expect_failure(answer("R\0\x02\0\0"s), "08001", "length 131072");  // allowed only after the login
}

TEST(HostilePeer, SaysNothing) {
  expect_failure(answer(""), "HYT00", "waiting for the answer to the start-up message", 200ms);
  expect_failure(answer(authentication(0)), "HYT00", "waiting for the server to be ready", 200ms);
}

TEST(HostilePeer, Trickles) {
  expect_failure(
      [](const PeerConnection& peer) {
        peer.read_startup();
        for (const char byte : error("FATAL", "28000", std::string(1000, 'x'))) {
          if (!peer.send({&byte, 1})) return;
          std::this_thread::sleep_for(20ms);
        }
      },
      "HYT00", "timed out", 200ms);
}

TEST(HostilePeer, NeverStopsTalking) {
  std::atomic<bool> over = false;
  const ScriptedPeer peer([&](const PeerConnection& connection) {
    connection.read_startup();
    const std::string notice = message('N', "SNOTICE\0Mstill here\0\0"s);
    while (!over) connection.send(notice);
  });
  LoginSettings settings = peer.settings();
  settings.timeout = 200ms;
  const Failure failure = failure_of(settings);
  over = true;
  EXPECT_EQ(failure.state, "HYT00");
}

TEST(HostilePeer, BreaksTheOrderOfALogin) {
  expect_failure(answer(parameter("a", "b")), "08001", "before the login was complete");
  expect_failure(answer(ready()), "08001", "before the login was complete");
  expect_failure(answer(message('K', "12345678")), "08001", "before the login was complete");
  expect_failure(answer(authentication(0) + authentication(0)), "08001", "again");
  expect_failure(answer(authentication(8, "token")), "08001", "was not begun");
  expect_failure(answer(authentication(11, "r=")), "08001", "not begun");
  expect_failure(answer(authentication(12, "v=")), "08001", "not begun");
  expect_failure(answer(authentication(5, "SALT") + authentication(5, "SALT")), "08001",
                 "two ways");
}

TEST(HostilePeer, AsksForSomethingUnknown) {
  expect_failure(answer(authentication(99)), "08001", "number 99");
  expect_failure(answer(authentication(2)), "08001", "number 2");  // Kerberos V5, long gone
  expect_failure(answer(authentication(10, "SCRAM-SHA-1\0\0"s)), "28000", "no SASL mechanism");
  expect_failure(answer(message('v', "\0\0\0\0\0\0\0\x01_pq_.x\0"s)), "08001", "protocol 3.0");
}

TEST(HostilePeer, AnErrorKeepsItsWordsWithoutControlCharacters) {
  expect_failure(answer(error("FATAL", "XX000", "a\x1b[31mb\nc")), "08004", "a [31mb c (XX000)");
  expect_failure(answer(error("FATAL", "XX000", std::string(60000, 'x'))), "08004",
                 std::string(1000, 'x'));
}

TEST(HostilePeer, DoesNotGetAPasswordWhenIntegratedLoginIsRequired) {
  for (const std::string& request :
       {authentication(3), authentication(5, "SALT"), authentication(10, "SCRAM-SHA-256\0\0"s)}) {
    std::atomic<bool> got_nothing = false;
    {
      const ScriptedPeer peer([&](const PeerConnection& connection) {
        connection.read_startup();
        connection.send(request);
        got_nothing = connection.wait_for_end();
      });
      LoginSettings settings = peer.settings();
      settings.integrated = auth::IntegratedLogin::required;
      settings.password = Secret("top secret");
      settings.allow_cleartext = true;
      const Failure failure = failure_of(settings);
      EXPECT_EQ(failure.state, "28000");
      EXPECT_THAT(failure.text, HasSubstr("integrated login is required; no password was sent"));
    }
    EXPECT_TRUE(got_nothing);
  }
}

TEST(HostilePeer, GetsACleartextPasswordOnlyWhenAllowed) {
  expect_failure(answer(authentication(3)), "28000", "clear text");
  std::string sent;
  {
    const ScriptedPeer peer([&](const PeerConnection& connection) {
      connection.read_startup();
      connection.send(authentication(3));
      sent = connection.read_message();
      connection.send(logged_in());
      connection.sleep_until_closed();
    });
    LoginSettings settings = peer.settings();
    settings.password = Secret("top secret");
    settings.allow_cleartext = true;
    EXPECT_EQ(failure_of(settings).text, "");
  }
  EXPECT_EQ(sent, "ptop secret\0"s);
}

TEST(HostilePeer, RequireAuthIsHeldBeforeAnythingIsSent) {
  const ScriptedPeer peer(answer(logged_in()));
  LoginSettings settings = peer.settings();
  settings.require_auth =
      static_cast<unsigned>(auth::AuthMethod::gss) | static_cast<unsigned>(auth::AuthMethod::scram);
  Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(
      failure.text,
      HasSubstr("without any authentication, and require_auth accepts only: scram-sha-256, gss"));
  settings.require_auth = static_cast<unsigned>(auth::AuthMethod::none);
  EXPECT_EQ(failure_of(settings).text, "");
}

TEST(HostilePeer, WhoLetsAnybodyInHasProvenNothing) {
  const ScriptedPeer peer(answer(logged_in()));
  LoginSettings settings = peer.settings();
  settings.integrated = auth::IntegratedLogin::required;
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("it has not proven whose server it is"));
  settings.require_auth = static_cast<unsigned>(auth::AuthMethod::none);
  EXPECT_EQ(failure_of(settings).text, "");
  settings.require_auth = 0;
  settings.integrated = auth::IntegratedLogin::automatic;
  EXPECT_EQ(failure_of(settings).text, "");
}

// A server that asks for SCRAM, as far as a script goes.
ScriptedPeer::Script scram_server(const std::string& iterations, const std::string& end) {
  return [=](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(authentication(10, "SCRAM-SHA-256\0\0"s));
    const std::string first = peer.read_message();
    const std::size_t nonce = first.find(",r=");
    if (nonce == std::string::npos) return;
    peer.send(authentication(11, "r=" + first.substr(nonce + 3) + "more,s=QUJD,i=" + iterations));
    if (peer.read_message().empty()) return;
    peer.send(end);
    peer.sleep_until_closed();
  };
}

TEST(HostilePeer, DoesNotKnowTheScramPassword) {
  const std::string wrong = "v=" + auth::base64_encode(std::string(32, 'x'));
  expect_failure(scram_server("1", authentication(12, wrong) + logged_in()), "28000",
                 "could not prove");
  expect_failure(scram_server("1", logged_in()), "28000",
                 "without proving that it knows the password");
  expect_failure(scram_server("1", authentication(12, "e=invalid-proof")), "28000",
                 "invalid-proof");
  expect_failure(scram_server("0", ""), "28000", "iteration count");
  expect_failure(scram_server("10000000", ""), "HYT00", "iteration count", 300ms);
}

TEST(HostilePeer, RefusesTls) {
  const auto with_tls = [](const ScriptedPeer::Script& script, encryption::SslMode mode,
                           std::chrono::milliseconds timeout) {
    const ScriptedPeer peer(script);
    LoginSettings settings = peer.settings();
    settings.ssl_mode = mode;
    settings.timeout = timeout;
    return failure_of(settings);
  };
  const auto say = [](const std::string& bytes) {
    return [bytes](const PeerConnection& peer) {
      peer.read_startup();
      peer.send(bytes);
      peer.sleep_until_closed();
    };
  };
  Failure failure = with_tls(say("N"), encryption::SslMode::require, 5s);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("does not offer TLS, and sslmode requires it"));
  failure = with_tls(say(error("FATAL", "XX000", "believe me")), encryption::SslMode::require, 5s);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("with an error"), Not(HasSubstr("believe me"))));
  failure = with_tls(say("?"), encryption::SslMode::require, 5s);
  EXPECT_THAT(failure.text, HasSubstr("something else than yes or no"));
  // Bytes behind the answer, in the clear (CVE-2021-23214).
  failure = with_tls(say("S" + authentication(0)), encryption::SslMode::prefer, 5s);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("tampering"));
  failure = with_tls(say("S"), encryption::SslMode::require, 200ms);
  EXPECT_EQ(failure.state, "HYT00");
  failure = with_tls([](const PeerConnection& peer) { peer.read_startup(); },
                     encryption::SslMode::require, 5s);
  EXPECT_THAT(failure.text, HasSubstr("closed the connection when asked for TLS"));
  const auto garbage = [](const PeerConnection& peer) {
    peer.read_startup();
    peer.send("S");
    peer.read(5);
    peer.send("this is no TLS record at all");
    peer.sleep_until_closed();
  };
  failure = with_tls(garbage, encryption::SslMode::require, 5s);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("TLS with 127.0.0.1"));
}

TEST(HostilePeer, PreferGoesOnWithoutTlsWhereItIsDeclined) {
  std::atomic<int> connections = 0;
  const ScriptedPeer peer([&](const PeerConnection& connection) {
    ++connections;
    if (connection.read_startup().size() != 4) return;  // SSLRequest
    connection.send("N");
    connection.read_startup();
    connection.send(logged_in());
    connection.sleep_until_closed();
  });
  LoginSettings settings = peer.settings();
  settings.ssl_mode = encryption::SslMode::prefer;
  EXPECT_EQ(failure_of(settings).text, "");
  EXPECT_EQ(connections, 1);
}

// What a server says to whom a proxy shows another certificate, or hides what it offers.
TEST(HostilePeer, WhoStandsBetweenIsTold) {
  for (const char* const words :
       {"SCRAM channel binding check failed", "SCRAM channel binding negotiation error"})
    expect_failure(answer_and_close(error("FATAL", "28000", words)), "28000",
                   "Somebody stands between this machine and the server");
}

TEST(HostilePeer, PreferDoesNotSendAPasswordTwice) {
  std::atomic<int> connections = 0;
  const ScriptedPeer peer([&](const PeerConnection& connection) {
    ++connections;
    connection.read_startup();
    connection.send("N");
    connection.read_startup();
    connection.send(authentication(5, "SALT"));
    connection.read_message();
    connection.send(error("FATAL", "28P01", "password authentication failed"));
  });
  LoginSettings settings = peer.settings();
  settings.ssl_mode = encryption::SslMode::prefer;
  settings.password = Secret("p");
  EXPECT_EQ(failure_of(settings).state, "28000");
  EXPECT_EQ(connections, 1);
}

}  // namespace
}  // namespace negodbc::login::testing
