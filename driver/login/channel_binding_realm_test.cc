// The ticket is bound to the TLS session (tls-server-end-point, RFC 5929): a server of ours, with a
// real acceptor of each library, that insists on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>

#include "driver/encryption/openssl/openssl_certificate.h"
#include "driver/encryption/testing/self_signed.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/realm.h"
#include "driver/login/testing/scripted_peer.h"
#include "driver/wire/cursor.h"
#include "tests/support/handshake.h"

namespace negodbc::login::testing {
namespace {

using ::testing::HasSubstr;

// The server's side of TLS over an accepted connection.
class TlsPeer {
 public:
  TlsPeer(SSL_CTX* context, const PeerConnection& connection)
      : tls_(SSL_new(context), &SSL_free), accepted_(start(connection)) {}
  [[nodiscard]] bool accepted() const { return accepted_; }
  [[nodiscard]] std::string read(std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const int got = SSL_read(tls_.get(), bytes.data() + done, static_cast<int>(size - done));
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }
  [[nodiscard]] std::string read_sized() const {
    const std::string head = read(4);
    return head.size() < 4 ? "" : read(wire::load_u32(head.data()) - 4);
  }
  void write(const std::string& bytes) const {
    SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }

 private:
  [[nodiscard]] bool start(const PeerConnection& connection) const {
    SSL_set_fd(tls_.get(), connection.socket());
    return SSL_accept(tls_.get()) == 1;
  }
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool accepted_;
};

// library, package
class ChannelBindings : public ::testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { test::prepare_acceptors(); }
  ChannelBindings() {
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
  }
  // A login to a server whose acceptor expects these bindings; "" when it went well.
  std::string refusal(const std::string& expected, auth::ChannelBinding wanted) {
    const ScriptedPeer peer([&](const PeerConnection& connection) {
      connection.read_startup();
      connection.send("S");
      const TlsPeer tls(context_.get(), connection);
      if (!tls.accepted()) return;
      serve(tls, expected);
    });
    LoginSettings settings = peer.settings();
    settings.hosts.front().name = "localhost";
    settings.hosts.front().address = "127.0.0.1";
    settings.ssl_mode = encryption::SslMode::require;
    settings.channel_binding = wanted;
    settings.user = user_;
    settings.integrated = auth::IntegratedLogin::required;
    settings.auth_plugin = realm("NEGODBC_TEST_PLUGIN");
    settings.gss_library = GetParam().first;
    settings.auth_package = GetParam().second;
    return failure_of(settings).text;
  }
  [[nodiscard]] std::string bindings() const {
    return "tls-server-end-point:" + encryption::channel_binding_hash(certificate_.get());
  }
  std::string user_ = "alice";

 private:
  static void serve(const TlsPeer& tls, const std::string& expected) {
    (void)tls.read_sized();
    tls.write(authentication(7));
    // A first token may have come with the start-up message.
    (void)tls.read(1);
    const std::string token = tls.read_sized();
    const test::TestCredential acceptor =
        test::acquire(GetParam().first, GetParam().second, SECPKG_CRED_INBOUND);
    test::End server;
    server.channel_bindings = test::bytes_of(expected);
    if (server.accept(acceptor, test::bytes_of(token)) == SEC_E_OK) {
      tls.write(authentication(8, test::text_of(server.token)) + logged_in());
    } else {
      tls.write(error("FATAL", "28000", "the bindings differ"));
    }
    (void)tls.read(1);
  }
  const encryption::testing::Key key_ = encryption::testing::rsa_key();
  const encryption::testing::Certificate certificate_ =
      encryption::testing::certificate(key_, "localhost", nullptr, EVP_sha256());
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()),
                                                                   &SSL_CTX_free};
};

INSTANTIATE_TEST_SUITE_P(
    Libraries, ChannelBindings,
    ::testing::Values(std::pair("heimdal", "Negotiate"), std::pair("heimdal", "Kerberos"),
                      std::pair("mit", "Negotiate"), std::pair("mit", "Kerberos")),
    [](const auto& way) { return std::string(way.param.first) + "_" + way.param.second; });

TEST_P(ChannelBindings, ArePassedWhereTlsIsUp) {
  EXPECT_EQ(refusal(bindings(), auth::ChannelBinding::prefer), "");
  // Also when the ticket was looked at before TLS, for the user's name.
  user_ = "";
  EXPECT_EQ(refusal(bindings(), auth::ChannelBinding::prefer), "");
}

TEST_P(ChannelBindings, OfAnotherServerAreRefused) {
  EXPECT_THAT(refusal("tls-server-end-point:another", auth::ChannelBinding::prefer),
              HasSubstr("the bindings differ"));
}

TEST_P(ChannelBindings, AreNotPassedWhenDisabled) {
  // An acceptor lets through who names none.
  EXPECT_EQ(refusal("tls-server-end-point:another", auth::ChannelBinding::disable), "");
}

TEST_P(ChannelBindings, AreIgnoredByAnAcceptorWithoutAny) {
  EXPECT_EQ(refusal("", auth::ChannelBinding::prefer), "");
}

}  // namespace
}  // namespace negodbc::login::testing
