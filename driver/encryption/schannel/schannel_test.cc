// TLS by Schannel's function table, driven by a fake: what no real server or Schannel does on call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "driver/encryption/schannel/schannel_certificate.h"
#include "driver/encryption/schannel/schannel_transport.h"
#include "driver/encryption/testing/fake_schannel.h"
#include "driver/encryption/testing/fixed_certificates.h"
#include "driver/login/testing/scripted_peer.h"

// After windows.h.
#include <schannel.h>

namespace negodbc::encryption::testing {
namespace {

using login::testing::error;
using login::testing::PeerConnection;
using login::testing::ScriptedPeer;

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

Certificate certificate_of(const char* pem) {
  SecretBytes file(std::strlen(pem));
  std::memcpy(file.data(), pem, std::strlen(pem));
  const CertificateStore store = memory_store();
  Certificate first;
  EXPECT_EQ(add_certificates(file, store.get(), &first), 1U);
  return first;
}

std::string hex(const std::string& bytes) {
  std::string text;
  char two[3];
  for (const char byte : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(byte));
    text += two;
  }
  return text;
}

class Schannel : public ::testing::Test {
 protected:
  Schannel() : server_(certificate_of(localhost_pem)) {
    fake_schannel() = FakeSchannel{};
    fake_schannel().certificate = server_.get();
    settings_.ssl_mode = SslMode::require;
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 ("negodbc-schannel-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directory(directory_);
  }
  ~Schannel() override {
    EXPECT_EQ(fake_schannel().live(), 0);
    std::filesystem::remove_all(directory_);
  }

  // Where the settings find it.
  std::string file(const char* name, const std::string& text) {
    const std::filesystem::path path = directory_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  std::shared_ptr<const TlsContext> context() {
    return std::make_shared<const TlsContext>(settings_, fake_schannel_table());
  }

  std::unique_ptr<SchannelTransport> connect(const ScriptedPeer& peer,
                                             Deadline deadline = Deadline::after(10s)) {
    const net::Host host = {"localhost", "127.0.0.1", peer.port()};
    auto socket = std::make_unique<net::SocketTransport>(net::resolve(host, deadline).at(0),
                                                         net::SocketOptions{}, deadline);
    return std::make_unique<SchannelTransport>(std::move(socket), context(), host, deadline);
  }

  // What a login over TLS with this peer fails with.
  net::LoginError failure(const ScriptedPeer& peer) {
    try {
      connect(peer);
    } catch (const net::LoginError& error) {
      return error;
    }
    ADD_FAILURE() << "it worked";
    return {"", ""};
  }

  static std::string read(SchannelTransport& tls) {
    char into[4096];
    return {into, tls.read(into, Deadline::after(10s))};
  }

  Certificate server_;
  TlsOptions settings_;
  std::filesystem::path directory_;
};

// The client's first record, then what the test says; stays until the client goes.
ScriptedPeer::Script after_hello(std::function<void(const PeerConnection&)> rest) {
  return [rest = std::move(rest)](const PeerConnection& peer) {
    peer.read(record(handshake_record, "client hello").size());
    rest(peer);
    peer.sleep_until_closed();
  };
}

ScriptedPeer::Script says(const std::string& bytes) {
  return after_hello([bytes](const PeerConnection& peer) { peer.send(bytes); });
}

std::string shake(const char* word) {
  return record(handshake_record, word);
}

TEST_F(Schannel, HandshakeInFragments) {
  const ScriptedPeer peer(after_hello([](const PeerConnection& connection) {
    for (const char byte : shake("more") + shake("finish")) {
      connection.send({&byte, 1});
      std::this_thread::sleep_for(2ms);
    }
  }));
  const auto tls = connect(peer);
  EXPECT_GT(fake_schannel().incomplete, 0);
  EXPECT_EQ(fake_schannel().target, "localhost");
  EXPECT_EQ(tls->description(), "TLSv1.3, 256 bits");
  EXPECT_EQ(hex(tls->channel_binding()),
            "410f4df174823cc15ca3d3bac2fc82db41ec09d9e89b218916129f4d485bc778");
}

TEST_F(Schannel, WhatComesBehindTheHandshakeIsNotLost) {
  const ScriptedPeer peer(says(shake("more") + shake("finish") + data_of("one") + data_of("two")));
  const auto tls = connect(peer);
  EXPECT_TRUE(tls->readable());
  EXPECT_EQ(read(*tls), "one");
  EXPECT_EQ(read(*tls), "two");
}

TEST_F(Schannel, RecordsInParts) {
  const ScriptedPeer peer(after_hello([](const PeerConnection& connection) {
    connection.send(shake("finish"));
    for (const char byte : data_of("first") + data_of("second")) {
      connection.send({&byte, 1});
      std::this_thread::sleep_for(1ms);
    }
  }));
  const auto tls = connect(peer);
  EXPECT_EQ(read(*tls), "first");
  EXPECT_EQ(read(*tls), "second");
}

TEST_F(Schannel, ATimeOutLosesNothing) {
  std::atomic<bool> go = false;
  const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
    const std::string whole = data_of("patience");
    connection.send(shake("finish") + whole.substr(0, 7));
    while (!go) std::this_thread::sleep_for(1ms);
    connection.send(whole.substr(7));
  }));
  const auto tls = connect(peer);
  char into[16];
  EXPECT_THROW(tls->read(into, Deadline::after(50ms)), net::Timeout);
  go = true;
  EXPECT_EQ(read(*tls), "patience");
}

TEST_F(Schannel, TakesTicketsAndNewKeysBetweenTheData) {
  std::string answered;
  {
    const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
      connection.send(shake("finish") + shake("ticket") + data_of("a") + shake("ticket") +
                      shake("update") + data_of("b"));
      connection.read(shake("client finished").size());
      answered = connection.read(shake("client update").size());
    }));
    const auto tls = connect(peer);
    EXPECT_EQ(read(*tls), "a");
    EXPECT_EQ(read(*tls), "b");
  }
  EXPECT_EQ(answered, shake("client update"));
}

TEST_F(Schannel, AHandshakeMessageBetweenTheDataMayComeInParts) {
  const ScriptedPeer peer(after_hello([](const PeerConnection& connection) {
    connection.send(shake("finish") + data_of("a") + shake("half"));
    std::this_thread::sleep_for(50ms);
    connection.send(shake("other half") + data_of("b"));
  }));
  const auto tls = connect(peer);
  EXPECT_EQ(read(*tls), "a");
  EXPECT_EQ(read(*tls), "b");
}

// Who has been verified could be another one behind it.
TEST_F(Schannel, NoSecondHandshakeBeforeTls13) {
  fake_schannel().is_tls_1_3 = false;
  const ScriptedPeer peer(says(shake("finish") + data_of("a") + shake("ticket") + data_of("b")));
  const auto tls = connect(peer);
  EXPECT_EQ(tls->description(), "TLSv1.2, 256 bits");
  EXPECT_EQ(read(*tls), "a");
  char into[16];
  try {
    tls->read(into, Deadline::after(5s));
    ADD_FAILURE() << "it was taken";
  } catch (const ConnectionError& broken) {
    EXPECT_THAT(broken.what(), HasSubstr("the server began another handshake"));
  }
  EXPECT_EQ(fake_schannel().handshake_calls, 2);
}

TEST_F(Schannel, SaysThatItHasNoCertificate) {
  const ScriptedPeer peer(says(shake("certificate?") + shake("finish") + data_of("x")));
  const auto tls = connect(peer);
  EXPECT_EQ(read(*tls), "x");
  EXPECT_EQ(fake_schannel().certificates_given, 0U);
}

TEST_F(Schannel, ButDoesNotRepeatItForEver) {
  fake_schannel().satisfied_without_certificate = false;
  const ScriptedPeer peer(says(shake("certificate?")));
  EXPECT_THAT(failure(peer).what(), HasSubstr("insists on another client certificate"));
}

TEST_F(Schannel, WritesRecordsOfTheSizeItMay) {
  std::string got;
  {
    const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
      connection.send(shake("finish"));
      connection.read(shake("client finished").size());
      got = connection.read(data_of(std::string(100, 'x')).size() * 2 + data_of("xxxxx").size());
    }));
    const auto tls = connect(peer);
    tls->write(std::string(205, 'x'), Deadline::after(10s));
  }
  const std::string full = data_of(std::string(100, 'x'));
  EXPECT_EQ(got, full + full + data_of("xxxxx"));
}

TEST_F(Schannel, TheServersGoodbyeIsTheEnd) {
  const ScriptedPeer peer(says(shake("finish") + data_of("last") + record(alert_record, "close")));
  const auto tls = connect(peer);
  EXPECT_EQ(read(*tls), "last");
  EXPECT_EQ(read(*tls), "");
  EXPECT_TRUE(tls->dead());
}

TEST_F(Schannel, DeadIsFoundOutWithoutLosingAByte) {
  std::atomic<bool> go = false;
  const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
    connection.send(shake("finish") + shake("ticket") + data_of("kept"));
    while (!go) std::this_thread::sleep_for(1ms);
    connection.send(record(alert_record, "close"));
  }));
  const auto tls = connect(peer);
  EXPECT_FALSE(tls->dead());
  EXPECT_EQ(read(*tls), "kept");
  go = true;
  for (int i = 0; i < 500 && !tls->dead(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(tls->dead());
}

TEST_F(Schannel, SaysGoodbyeItself) {
  std::string last;
  {
    const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
      connection.send(shake("finish"));
      connection.read(shake("client finished").size());
      last = connection.read(record(alert_record, "close").size());
    }));
    connect(peer);
  }
  EXPECT_EQ(last, record(alert_record, "close"));
}

TEST_F(Schannel, ABrokenRecordBreaksTheConnection) {
  const ScriptedPeer peer(says(shake("finish") + record(alert_record, "broken")));
  const auto tls = connect(peer);
  try {
    read(*tls);
    ADD_FAILURE() << "it worked";
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08S01");
    EXPECT_THAT(error.what(), HasSubstr("the TLS connection broke: SEC_E_DECRYPT_FAILURE"));
  }
  EXPECT_TRUE(tls->dead());
}

TEST_F(Schannel, RefusalsInTheHandshakeAreNamed) {
  for (const auto& [status, name] :
       {std::pair{SEC_E_ILLEGAL_MESSAGE, "SEC_E_ILLEGAL_MESSAGE"},
        std::pair{SEC_E_ALGORITHM_MISMATCH, "SEC_E_ALGORITHM_MISMATCH"},
        std::pair{SEC_E_UNTRUSTED_ROOT, "SEC_E_UNTRUSTED_ROOT"},
        std::pair{SEC_E_CERT_EXPIRED, "SEC_E_CERT_EXPIRED"},
        std::pair{SEC_E_CERT_UNKNOWN, "SEC_E_CERT_UNKNOWN"},
        std::pair{static_cast<SECURITY_STATUS>(0x80091234), "SECURITY_STATUS 0x80091234"}}) {
    fake_schannel().handshake_failure = status;
    std::string alert;
    {
      const ScriptedPeer peer(after_hello([&](const PeerConnection& connection) {
        connection.send(shake("alert"));
        alert = connection.read(record(alert_record, "refused").size());
      }));
      const net::LoginError error = failure(peer);
      EXPECT_EQ(error.state(), "08001");
      EXPECT_EQ(error.verdict(), net::LoginError::Verdict::other_encryption);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("TLS with localhost"), HasSubstr(name)));
    }
    EXPECT_EQ(alert, record(alert_record, "refused")) << "the server is told why";
  }
}

TEST_F(Schannel, AServerThatGoesOrSpeaksNoTls) {
  const ScriptedPeer gone([](const PeerConnection& peer) {
    peer.read(record(handshake_record, "client hello").size());
  });
  EXPECT_THAT(failure(gone).what(), HasSubstr("the server closed the connection"));
  const ScriptedPeer other(says("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_THAT(failure(other).what(), HasSubstr("it speaks no TLS"));
  const ScriptedPeer silent(says(""));
  EXPECT_THROW(connect(silent, Deadline::after(100ms)), net::Timeout);
}

TEST_F(Schannel, UntrustedExpiredAndOtherNamesAreRefused) {
  const ScriptedPeer peer(says(shake("finish")));
  settings_.ssl_mode = SslMode::verify_full;
  settings_.ssl_root_cert = file("other.crt", another_pem);
  net::LoginError error = failure(peer);
  EXPECT_THAT(error.what(),
              HasSubstr("its certificate is not trusted: it was not issued by a trusted root"));
  EXPECT_EQ(error.verdict(), net::LoginError::Verdict::other_encryption);

  const Certificate old = certificate_of(expired_pem);
  fake_schannel().certificate = old.get();
  settings_.ssl_root_cert = file("expired.crt", expired_pem);
  EXPECT_THAT(failure(peer).what(), HasSubstr("it has expired or is not valid yet"));

  const Certificate clients = certificate_of(for_clients_pem);
  fake_schannel().certificate = clients.get();
  settings_.ssl_root_cert = file("clients.crt", for_clients_pem);
  EXPECT_THAT(failure(peer).what(), HasSubstr("it is not for servers"));

  const Certificate elsewhere = certificate_of(names_pem);
  fake_schannel().certificate = elsewhere.get();
  settings_.ssl_root_cert = file("names.crt", names_pem);
  error = failure(peer);
  EXPECT_EQ(error.state(), "08001");
  EXPECT_THAT(error.what(), HasSubstr("is not for the name localhost"));
  EXPECT_EQ(error.verdict(), net::LoginError::Verdict::final) << "nothing is tried without TLS";

  fake_schannel().certificate = server_.get();
  settings_.ssl_root_cert = file("server.crt", localhost_pem);
  EXPECT_NO_THROW(connect(peer));
  fake_schannel().certificate = nullptr;
  EXPECT_THAT(failure(peer).what(), HasSubstr("has no certificate: SEC_E_INTERNAL_ERROR"));
}

TEST_F(Schannel, TheSystemsAuthoritiesAreAskedWhenTheyAreNamed) {
  const ScriptedPeer peer(says(shake("finish")));
  settings_.ssl_root_cert = "system";
  EXPECT_THAT(failure(peer).what(), HasSubstr("it was not issued by a trusted root"));
}

TEST_F(Schannel, ARevocationListOfNobodyTrustedIsNone) {
  const ScriptedPeer peer(says(shake("finish")));
  settings_.ssl_root_cert = file("server.crt", localhost_pem);
  settings_.ssl_crl = file("empty.crl", "no list");
  EXPECT_THROW(context(), ConnectionError);
  settings_.ssl_crl = (directory_ / "nowhere").string();
  EXPECT_THROW(context(), ConnectionError);
}

TEST_F(Schannel, DirectTlsTakesPostgresqlsProtocolOnly) {
  const ScriptedPeer peer(says(shake("finish")));
  settings_.ssl_direct = true;
  EXPECT_THAT(failure(peer).what(), HasSubstr("over direct TLS; use sslnegotiation=postgres"));
  fake_schannel().protocol = "http/1.1";
  EXPECT_THAT(failure(peer).what(), HasSubstr("over direct TLS"));
  fake_schannel().protocol = "postgresql";
  EXPECT_NO_THROW(connect(peer));
}

TEST_F(Schannel, WithoutTheSizesOfRecordsNothingIsSent) {
  fake_schannel().sizes_status = SEC_E_UNSUPPORTED_FUNCTION;
  const ScriptedPeer peer(says(shake("finish")));
  EXPECT_THAT(failure(peer).what(), HasSubstr("SEC_E_UNSUPPORTED_FUNCTION"));
}

TEST_F(Schannel, VersionsAreAskedForInEitherWay) {
  settings_.ssl_min_version = "TLSv1.2";
  context();
  EXPECT_EQ(fake_schannel().credential_version, DWORD{SCH_CREDENTIALS_VERSION});
  EXPECT_EQ(fake_schannel().disabled_protocols,
            DWORD{SP_PROT_TLS1_0_CLIENT | SP_PROT_TLS1_1_CLIENT});
  fake_schannel().knows_credentials = false;
  context();
  EXPECT_EQ(fake_schannel().credential_version, DWORD{SCHANNEL_CRED_VERSION});
  settings_.ssl_min_version = "TLSv9";
  EXPECT_THROW(context(), ConnectionError);
}

TEST(SchannelCertificate, NamesFollowRfc6125) {
  const Certificate with = certificate_of(names_pem);
  for (const char* name :
       {"db.example.org", "DB.Example.ORG", "a.pool.example.org", "10.1.2.3", "::1"}) {
    EXPECT_TRUE(certificate_names(with.get(), name)) << name;
  }
  for (const char* name : {"a.b.pool.example.org", "pool.example.org", "foo.example.org",
                           "common.example.org", "10.1.2.4", ""}) {
    EXPECT_FALSE(certificate_names(with.get(), name)) << name;
  }
  const Certificate without = certificate_of(common_name_pem);
  EXPECT_TRUE(certificate_names(without.get(), "common.example.org"));
  EXPECT_FALSE(certificate_names(without.get(), "other.example.org"));
}

TEST(SchannelCertificate, ChannelBindingUsesTheSignaturesDigest) {
  const auto hash = [](const char* pem) {
    return hex(channel_binding_hash(certificate_of(pem).get()));
  };
  EXPECT_EQ(hash(names_pem),
            "9f54bd99a026dbacd4e9af6126c959af5777d11948bb087f4447e4b350f3179d"
            "b24db9d8f18528f0f6b24ca78993052f");
  EXPECT_EQ(hash(common_name_pem),
            "ea3796c1144d9426c6c5af78784413a9eb5065115582a2e173e574c6807a7e08"
            "362b58352ab11f54bee3a3a3b36d3991a7fa1fa3b7ac72ddd48767439431e3e0");
  EXPECT_EQ(hash(ed25519_pem), "");
}

}  // namespace
}  // namespace negodbc::encryption::testing
