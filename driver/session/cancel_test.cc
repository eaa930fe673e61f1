// The connection that a CancelRequest takes: how it is protected, and that nothing is sent where it
// cannot be.
#include "driver/session/cancel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "driver/login/testing/scripted_peer.h"
#include "driver/session/session.h"

namespace negodbc::session::testing {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;

using namespace std::chrono_literals;
using namespace std::string_literals;

// "tls", "tls?" (declinable), "gss", "none", one after the other.
std::string ways(encryption::Encryption session, bool lent, encryption::GssEncMode gss,
                 encryption::SslMode ssl) {
  CancelTarget target;
  target.encryption = session;
  target.credential_was_lent = lent;
  target.settings.gssenc_mode = gss;
  target.settings.ssl_mode = ssl;
  if (ssl != encryption::SslMode::disable)
    target.tls = encryption::tls_context_for(target.settings);
  std::string all;
  for (const encryption::EncryptionAttempt& attempt : cancel_attempts(target)) {
    if (!all.empty()) all += ' ';
    all += attempt.wanted == encryption::Encryption::tls   ? "tls"
           : attempt.wanted == encryption::Encryption::gss ? "gss"
                                                           : "none";
    if (attempt.declinable) all += '?';
  }
  return all;
}

TEST(Cancel, IsProtectedAsTheSessionIs) {
  for (const bool lent : {false, true}) {
    EXPECT_EQ(ways(encryption::Encryption::none, lent, encryption::GssEncMode::prefer,
                   encryption::SslMode::prefer),
              "none");
    EXPECT_EQ(ways(encryption::Encryption::tls, lent, encryption::GssEncMode::prefer,
                   encryption::SslMode::prefer),
              "tls");
  }
  EXPECT_EQ(ways(encryption::Encryption::gss, false, encryption::GssEncMode::require,
                 encryption::SslMode::prefer),
            "gss");
}

TEST(Cancel, DoesWithoutACredentialThatWasLent) {
  const auto gss_session = [](encryption::GssEncMode gss, encryption::SslMode ssl) {
    return ways(encryption::Encryption::gss, true, gss, ssl);
  };
  EXPECT_EQ(gss_session(encryption::GssEncMode::require, encryption::SslMode::prefer), "tls");
  EXPECT_EQ(gss_session(encryption::GssEncMode::require, encryption::SslMode::allow), "tls");
  EXPECT_EQ(gss_session(encryption::GssEncMode::require, encryption::SslMode::require), "tls");
  EXPECT_EQ(gss_session(encryption::GssEncMode::require, encryption::SslMode::disable), "");
  EXPECT_EQ(gss_session(encryption::GssEncMode::prefer, encryption::SslMode::prefer), "tls? none");
  EXPECT_EQ(gss_session(encryption::GssEncMode::prefer, encryption::SslMode::require), "tls");
  EXPECT_EQ(gss_session(encryption::GssEncMode::prefer, encryption::SslMode::disable), "none");
}

// A server without TLS: what it got, and whether the request is said to be delivered.
struct Seen {
  bool delivered;
  std::string request;  // behind its question for TLS, if there was one
};
Seen cancel_without_tls(encryption::GssEncMode gss) {
  std::promise<std::string> request;
  bool told = false;
  Seen seen{};
  {
    const ScriptedPeer peer([&](const PeerConnection& c) {
      std::string first = c.read_startup();
      if (first == "\x04\xd2\x16\x2f"s) {
        c.send("N");
        first = c.read_startup();
      }
      if (!std::exchange(told, true)) request.set_value(first);
    });
    CancelTarget target;
    target.host = peer.settings().hosts.at(0);
    target.settings.gssenc_mode = gss;
    target.settings.ssl_mode = encryption::SslMode::prefer;
    target.address = net::resolve(target.host, Deadline::after(5s)).at(0);
    target.encryption = encryption::Encryption::gss;
    target.credential_was_lent = true;
    target.tls = encryption::tls_context_for(target.settings);
    target.process_id = 7;
    target.secret_key = "key!";
    seen.delivered = send_cancel_request(target, Deadline::after(5s), 5s);
    seen.request = request.get_future().get();
  }
  return seen;
}

TEST(Cancel, IsNotSentWhereItWouldHaveToBeEncrypted) {
  const Seen required = cancel_without_tls(encryption::GssEncMode::require);
  EXPECT_FALSE(required.delivered);
  EXPECT_EQ(required.request, "");
  const Seen preferred = cancel_without_tls(encryption::GssEncMode::prefer);
  EXPECT_TRUE(preferred.delivered);
  EXPECT_EQ(preferred.request, "\x04\xd2\x16\x2e\0\0\0\x07key!"s);
}

}  // namespace
}  // namespace negodbc::session::testing
