// GSS encryption that is preferred, or the last resort, against servers that do otherwise: what
// they are asked for, on which connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "driver/encryption/encryption.h"
#include "driver/encryption/gss_frames.h"
#include "driver/login/testing/integrated.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/scripted_peer.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::login::testing {
namespace {

using encryption::Encryption;
using encryption::GssEncMode;
using encryption::SslMode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using namespace std::string_literals;

std::string sealed(const std::string& message) {
  std::string packet;
  encryption::GssFrames::write("S" + message, packet);
  return packet;
}

// Answers each kind of request in its way, closes where that is none, and keeps what it was asked:
// "gss tls startup", one text a connection.
class AskedServer {
 public:
  std::string to_gss = "N", to_tls = "N", to_startup = logged_in(), to_sealed_startup = logged_in();

  void script(const PeerConnection& peer) {
    std::string asked;
    serve(peer, asked);
    const std::lock_guard lock(mutex_);
    connections_.push_back(asked);
  }
  std::vector<std::string> connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void serve(const PeerConnection& peer, std::string& asked) const {
    for (;;) {
      const std::string request = peer.read_startup();
      if (request.empty()) return;
      const bool gss = request == "\x04\xd2\x16\x30"s;
      const bool tls = request == "\x04\xd2\x16\x2f"s;
      asked += (asked.empty() ? "" : " ") + std::string(gss ? "gss" : tls ? "tls" : "startup");
      const std::string& answer = gss ? to_gss : tls ? to_tls : to_startup;
      if (answer.empty() || !peer.send(answer)) return;
      if (answer == "G") return encrypt(peer, asked);
      if (!gss && !tls) return peer.sleep_until_closed();
    }
  }
  void encrypt(const PeerConnection& peer, std::string& asked) const {
    peer.read(4 + 7);  // token-1
    std::string reply;
    encryption::GssFrames::write("reply-1", reply);
    peer.send(reply);
    if (peer.read(4).size() < 4) return;
    asked += " sealed";
    peer.send(sealed(to_sealed_startup));
    peer.sleep_until_closed();
  }

  mutable std::mutex mutex_;
  std::vector<std::string> connections_;
};

struct Outcome {
  Failure failure;
  std::vector<std::string> connections;
};

// A login as integrated login does it by default; `plugin` says what the plugin does.
Outcome outcome_of(AskedServer& server, const std::function<void(LoginSettings&)>& change = nullptr,
                   const std::string& plugin = "ok") {
  Outcome outcome;
  {
    const ScriptedPeer peer([&](const PeerConnection& client) { server.script(client); });
    LoginSettings settings = integrated(peer, plugin);
    settings.integrated = auth::IntegratedLogin::automatic;
    settings.ssl_mode = SslMode::prefer;
    settings.gssenc_mode = GssEncMode::prefer;
    if (change) change(settings);
    outcome.failure = failure_of(settings);
  }
  outcome.connections = server.connections();
  return outcome;
}

void require_ticket(LoginSettings& settings) {
  settings.integrated = auth::IntegratedLogin::required;
}

TEST(PreferredEncryption, GoesOnOnTheSameConnectionWhenItIsDeclined) {
  AskedServer server;
  Outcome outcome = outcome_of(server);
  EXPECT_EQ(outcome.failure.text, "");
  EXPECT_THAT(outcome.connections, ElementsAre("gss tls startup"));
}

TEST(PreferredEncryption, ServersThatDoNotKnowItAreAskedWithoutItAnew) {
  for (const std::string& answer :
       {error("FATAL", "0A000", "unsupported frontend protocol 1234.5680"), ""s}) {
    AskedServer server;
    server.to_gss = answer;
    const Outcome outcome = outcome_of(server);
    EXPECT_EQ(outcome.failure.text, "");
    EXPECT_THAT(outcome.connections, ElementsAre("gss", "tls startup"));
  }
}

TEST(PreferredEncryption, WhatIsSentBehindAnAnswerEndsTheLogin) {
  AskedServer behind_no;
  behind_no.to_gss = "NN";
  Outcome outcome = outcome_of(behind_no);
  EXPECT_EQ(outcome.failure.state, "08001");
  EXPECT_THAT(outcome.failure.text, HasSubstr("tampering"));
  EXPECT_THAT(outcome.connections, ElementsAre("gss"));
  for (const std::string& answer : {"S"s + logged_in(), "N"s + logged_in()}) {
    AskedServer behind_tls;
    behind_tls.to_tls = answer;
    outcome = outcome_of(behind_tls);
    EXPECT_THAT(outcome.failure.text, HasSubstr("tampering"));
    EXPECT_THAT(outcome.connections, ElementsAre("gss tls"));
  }
}

TEST(PreferredEncryption, WhoDemandsTlsIsNeverWithoutIt) {
  for (const auto& [mode, root] :
       {std::pair(SslMode::require, ""), std::pair(SslMode::verify_full, "system")}) {
    for (const GssEncMode gss : {GssEncMode::prefer, GssEncMode::disable}) {
      AskedServer server;
      const Outcome outcome = outcome_of(server, [&, mode = mode, root = root](auto& settings) {
        settings.ssl_mode = mode;
        settings.ssl_root_cert = root;
        settings.gssenc_mode = gss;
      });
      EXPECT_THAT(outcome.failure.text, HasSubstr("does not offer TLS, and sslmode requires it"));
      EXPECT_THAT(outcome.connections, ElementsAre(gss == GssEncMode::prefer ? "gss tls" : "tls"));
    }
  }
}

TEST(PreferredEncryption, IsNotAskedForWithoutATicket) {
  for (const negodbc_auth_status status :
       {NEGODBC_AUTH_E_NO_CREDENTIALS, NEGODBC_AUTH_E_EXPIRED, NEGODBC_AUTH_E_LIBRARY}) {
    AskedServer server;
    const Outcome outcome = outcome_of(server, nullptr, "fail" + std::to_string(-status));
    EXPECT_EQ(outcome.failure.text, "");
    EXPECT_THAT(outcome.connections, ElementsAre("tls startup"));
  }
}

TEST(PreferredEncryption, AKdcThatIsSilentKeepsNobodyWaitingWhoNeedsNoTicket) {
  AskedServer server;
  const auto begun = std::chrono::steady_clock::now();
  Outcome outcome = outcome_of(
      server, [](LoginSettings& settings) { settings.timeout = 3s; }, "slow");
  EXPECT_EQ(outcome.failure.text, "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2500ms);
  EXPECT_THAT(outcome.connections, ElementsAre("", "tls startup"));
  // Who needs one waits once.
  AskedServer strict;
  outcome = outcome_of(
      strict,
      [](LoginSettings& settings) {
        require_ticket(settings);
        settings.timeout = 500ms;
      },
      "slow");
  EXPECT_EQ(outcome.failure.state, "HYT00");
  EXPECT_THAT(outcome.connections, ElementsAre(""));
}

TEST(PreferredEncryption, ThatFailsIsFollowedByTls) {
  AskedServer server;
  server.to_gss = "G";
  // Granted to the server, but not what was asked for.
  Outcome outcome = outcome_of(server, nullptr, "unsealed");
  EXPECT_EQ(outcome.failure.text, "");
  EXPECT_THAT(outcome.connections, ElementsAre("gss", "tls startup"));
  // Refused within it.
  AskedServer refusing;
  refusing.to_gss = "G";
  refusing.to_sealed_startup = error("FATAL", "28000", "no pg_hba.conf entry, GSS encryption");
  outcome = outcome_of(refusing);
  EXPECT_EQ(outcome.failure.text, "");
  EXPECT_THAT(outcome.connections, ElementsAre("gss sealed", "tls startup"));
  // For what has nothing to do with it.
  AskedServer without_database;
  without_database.to_gss = "G";
  without_database.to_sealed_startup =
      authentication(0) + error("FATAL", "3D000", "no such database");
  outcome = outcome_of(without_database);
  EXPECT_EQ(outcome.failure.state, "08004");
  EXPECT_THAT(outcome.connections, ElementsAre("gss sealed"));
}

TEST(PreferredEncryption, EveryRefusalIsTold) {
  AskedServer server;
  server.to_gss = "G";
  server.to_sealed_startup = error("FATAL", "28000", "not by GSS");
  server.to_startup = error("FATAL", "28000", "not without");
  const Outcome outcome = outcome_of(server);
  EXPECT_THAT(outcome.failure.text, HasSubstr("not by GSS"));
  EXPECT_THAT(outcome.failure.text, HasSubstr("not without"));
  EXPECT_THAT(outcome.connections, ElementsAre("gss sealed", "tls startup"));
}

void with_password(LoginSettings& settings) {
  settings.gssenc_mode = GssEncMode::when_refused;
  settings.password = Secret("secret");
}

TEST(LastResort, IsTriedWhereNobodyIsLetInWithoutIt) {
  AskedServer server;
  server.to_startup = error("FATAL", "28000", "no pg_hba.conf entry, no encryption");
  server.to_gss = "G";
  Outcome outcome = outcome_of(server, with_password);
  EXPECT_EQ(outcome.failure.text, "");
  EXPECT_THAT(outcome.connections, ElementsAre("tls startup", "gss sealed"));
  // Without a ticket, and where the server does not offer it, the first refusal is what counts.
  const std::string none = "fail" + std::to_string(-NEGODBC_AUTH_E_NO_CREDENTIALS);
  for (const auto& [plugin, answer] : {std::pair(none, "G"), std::pair("ok"s, "N")}) {
    AskedServer strict;
    strict.to_startup = server.to_startup;
    strict.to_gss = answer;
    outcome = outcome_of(strict, with_password, plugin);
    EXPECT_EQ(outcome.failure.state, "28000");
    EXPECT_THAT(outcome.failure.text, HasSubstr("no pg_hba.conf entry"));
    EXPECT_THAT(outcome.failure.text, Not(HasSubstr("GSS encryption")));
    EXPECT_THAT(outcome.failure.text, Not(HasSubstr("Integrated login")));
  }
}

TEST(LastResort, ThatIsRefusedTooChangesNothing) {
  AskedServer server;
  server.to_startup = error("FATAL", "28000", "no line for no encryption");
  server.to_gss = "G";
  server.to_sealed_startup = error("FATAL", "28000", "no line for GSS encryption");
  const Outcome outcome = outcome_of(server, with_password);
  EXPECT_THAT(outcome.failure.text, HasSubstr("no line for no encryption"));
  EXPECT_THAT(outcome.failure.text, Not(HasSubstr("GSS encryption")));
  EXPECT_THAT(outcome.connections, ElementsAre("tls startup", "gss sealed"));
}

TEST(LastResort, IsNoneForOtherRefusals) {
  for (const auto& [answer, state] :
       {std::pair(error("FATAL", "3D000", "no such database"), "08004"),
        std::pair(error("FATAL", "57P03", "starting up"), "08001"),
        std::pair(authentication(3) + error("FATAL", "28P01", "wrong password"), "28000")}) {
    AskedServer server;
    server.to_startup = answer;
    server.to_gss = "G";
    const Outcome outcome = outcome_of(server, [](LoginSettings& settings) {
      with_password(settings);
      settings.allow_cleartext = true;
    });
    EXPECT_EQ(outcome.failure.state, state);
    EXPECT_THAT(outcome.connections, ElementsAre("tls startup"));
  }
}

std::string ways(const std::function<void(encryption::EncryptionOptions&)>& change) {
  encryption::EncryptionOptions options;
  options.gssenc_mode = GssEncMode::prefer;
  change(options);
  std::string all;
  for (const encryption::EncryptionAttempt& attempt :
       encryption::encryption_attempts(options, false)) {
    all += all.empty() ? "" : " ";
    all += attempt.wanted == Encryption::gss   ? "gss"
           : attempt.wanted == Encryption::tls ? "tls"
                                               : "none";
    if (attempt.declinable) all += '?';
    if (attempt.last_resort) all += '!';
  }
  return all;
}

TEST(EncryptionAttempts, AreLibpqs) {
  const auto with = [](GssEncMode gss, SslMode ssl) {
    return ways([&](encryption::EncryptionOptions& options) {
      options.gssenc_mode = gss;
      options.ssl_mode = ssl;
    });
  };
  EXPECT_EQ(with(GssEncMode::prefer, SslMode::disable), "gss? none");
  EXPECT_EQ(with(GssEncMode::prefer, SslMode::allow), "gss? none tls");
  EXPECT_EQ(with(GssEncMode::prefer, SslMode::prefer), "gss? tls? none");
  EXPECT_EQ(with(GssEncMode::prefer, SslMode::require), "gss? tls");
  EXPECT_EQ(with(GssEncMode::require, SslMode::require), "gss");
  EXPECT_EQ(with(GssEncMode::disable, SslMode::prefer), "tls? none");
  EXPECT_EQ(with(GssEncMode::when_refused, SslMode::prefer), "tls? none gss!");
  EXPECT_EQ(with(GssEncMode::when_refused, SslMode::disable), "none gss!");
}

TEST(EncryptionAttempts, VerificationByTlsIsReplacedByAProofAsStrongOnly) {
  for (const SslMode mode : {SslMode::verify_ca, SslMode::verify_full}) {
    const auto with = [&](const std::function<void(encryption::EncryptionOptions&)>& change) {
      return ways([&](encryption::EncryptionOptions& options) {
        options.ssl_mode = mode;
        change(options);
      });
    };
    const auto by_dns = [](encryption::EncryptionOptions& options) {
      options.canonicalize = NEGODBC_AUTH_CANONICALIZE_FORWARD;
    };
    EXPECT_EQ(with([](encryption::EncryptionOptions&) {}), "gss? tls");
    EXPECT_EQ(with(by_dns), "tls");
    EXPECT_EQ(with([&](encryption::EncryptionOptions& options) {
                by_dns(options);
                options.server_spn = "postgres/db.example.com";
              }),
              "gss? tls");
    EXPECT_EQ(with([](encryption::EncryptionOptions& options) { options.allow_ntlm = true; }),
              "tls");
  }
}

}  // namespace
}  // namespace negodbc::login::testing
