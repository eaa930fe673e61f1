// Logins by password and by TLS, cancel and the end of sessions, against a real PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/realm.h"
#include "tests/support/private_directory.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr encryption::SslMode modes[] = {encryption::SslMode::disable, encryption::SslMode::prefer,
                                         encryption::SslMode::require};

std::string way_in(const LoginSettings& settings) {
  auto session = login(settings, nullptr);
  EXPECT_EQ(value_of(*session, "select current_user"), session->user());
  return session->auth_method();
}

TEST(Passwords, EveryWayOfLogin) {
  for (const encryption::SslMode mode : modes) {
    const bool tls = mode != encryption::SslMode::disable;
    LoginSettings settings = realm_settings();
    settings.ssl_mode = mode;
    settings.user = "trust_user";
    EXPECT_EQ(way_in(settings), "none");
    settings = password_settings("scram_user", "NEGODBC_SCRAM_PASSWORD");
    settings.ssl_mode = mode;
    EXPECT_EQ(way_in(settings), tls ? "scram-sha-256-plus" : "scram-sha-256");
    settings.channel_binding = auth::ChannelBinding::disable;
    EXPECT_EQ(way_in(settings), "scram-sha-256");
    settings = password_settings("md5_user", "NEGODBC_MD5_PASSWORD");
    settings.ssl_mode = mode;
    EXPECT_EQ(way_in(settings), "md5");
    settings = password_settings("password_user", "NEGODBC_CLEARTEXT_PASSWORD");
    settings.ssl_mode = mode;
    settings.allow_cleartext = !tls;
    EXPECT_EQ(way_in(settings), "password");
  }
}

TEST(Passwords, WrongOnesAreRefused) {
  for (const auto* user : {"scram_user", "md5_user", "password_user"}) {
    LoginSettings settings = realm_settings();
    settings.user = user;
    settings.ssl_mode = encryption::SslMode::prefer;
    settings.password = Secret("not the password");
    Failure failure = failure_of(settings);
    EXPECT_EQ(failure.state, "28000") << failure.text;
    EXPECT_THAT(failure.text, HasSubstr("password authentication failed"));
    settings.password = Secret();
    failure = failure_of(settings);
    EXPECT_EQ(failure.state, "28000");
    EXPECT_THAT(failure.text, HasSubstr("none was given"));
    settings.password = Secret(realm("NEGODBC_SCRAM_PASSWORD"));
    settings.integrated = auth::IntegratedLogin::required;
    failure = failure_of(settings);
    EXPECT_EQ(failure.state, "28000");
    EXPECT_THAT(failure.text, HasSubstr("integrated login is required"));
  }
}

// The second login has what the first has derived; a password that was changed meanwhile is noticed
// by both sides.
TEST(Passwords, AChangedPasswordIsNoticedByKeysThatAreKept) {
  LoginSettings admin = password_settings("admin", "NEGODBC_ADMIN_PASSWORD");
  auto administrator = login(admin, nullptr);
  const auto set = [&](const std::string& password) {
    value_of(*administrator, "ALTER ROLE scram_user PASSWORD '" + password + "'");
  };
  LoginSettings settings = password_settings("scram_user", "NEGODBC_SCRAM_PASSWORD");
  EXPECT_EQ(way_in(settings), "scram-sha-256");
  EXPECT_EQ(way_in(settings), "scram-sha-256");
  set("another");
  EXPECT_EQ(failure_of(settings).state, "28000");
  const Secret old = std::exchange(settings.password, Secret("another"));
  EXPECT_EQ(way_in(settings), "scram-sha-256");
  EXPECT_EQ(way_in(settings), "scram-sha-256");
  std::string quoted;
  for (const char c : old.reveal()) quoted.append(c == '\'' ? 2 : 1, c);
  set(quoted);
  EXPECT_EQ(failure_of(settings).state, "28000");
  settings.password = old;
  EXPECT_EQ(way_in(settings), "scram-sha-256");
}

TEST(Passwords, WhoIsRejectedIsTold) {
  LoginSettings settings = realm_settings();
  settings.user = "rejected_user";
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("pg_hba.conf rejects"));
}

TEST(Databases, OneThatDoesNotExistIsTold) {
  LoginSettings settings = realm_settings();
  settings.user = "trust_user";
  settings.database = "no such database";
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "08004");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("\"no such database\" does not exist (3D000)"),
                                  HasSubstr("keyword Database")));
}

TEST(StartupParameters, AreHonoured) {
  LoginSettings settings = realm_settings();
  settings.user = "trust_user";
  settings.startup_parameters = {
      {"application_name", "a test"}, {"DateStyle", "SQL, DMY"}, {"TimeZone", "Asia/Tokyo"}};
  auto session = login(settings, nullptr);
  EXPECT_EQ(session->parameter("application_name"), "a test");
  EXPECT_EQ(session->parameter("DateStyle"), "SQL, DMY");
  EXPECT_EQ(session->parameter("TimeZone"), "Asia/Tokyo");
  EXPECT_GE(session->server_version(), 150000);
  settings.startup_parameters = {{"no_such_setting", "x"}};
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "08004");
  EXPECT_THAT(failure.text, HasSubstr("no_such_setting"));
}

TEST(Tls, ModesMeanWhatLibpqMeans) {
  LoginSettings settings = password_settings("scram_ssl_user", "NEGODBC_SCRAM_SSL_PASSWORD");
  EXPECT_EQ(failure_of(settings).state, "28000");  // the server wants TLS
  settings.ssl_mode = encryption::SslMode::allow;  // so a second attempt has it
  EXPECT_THAT(login(settings, nullptr)->encryption(), StartsWith("TLSv1."));
  settings.ssl_mode = encryption::SslMode::verify_full;
  settings.ssl_root_cert = realm("NEGODBC_ROOT_CERT");
  EXPECT_EQ(way_in(settings), "scram-sha-256-plus");
  settings.ssl_max_version = "TLSv1.2";
  EXPECT_THAT(login(settings, nullptr)->encryption(), StartsWith("TLSv1.2, "));
}

TEST(Tls, CertificatesAreVerified) {
  LoginSettings settings = password_settings("scram_ssl_user", "NEGODBC_SCRAM_SSL_PASSWORD");
  settings.ssl_root_cert = realm("NEGODBC_OTHER_ROOT_CERT");
  for (const encryption::SslMode mode :
       {encryption::SslMode::require, encryption::SslMode::verify_ca,
        encryption::SslMode::verify_full}) {
    settings.ssl_mode = mode;
    const Failure failure = failure_of(settings);
    EXPECT_EQ(failure.state, "08001");
    EXPECT_THAT(failure.text, HasSubstr("its certificate is not trusted"));
  }
  settings.ssl_root_cert = realm("NEGODBC_ROOT_CERT");
  settings.hosts[0] = {"other.example.org", "127.0.0.1", settings.hosts[0].port};
  const Failure failure = failure_of(settings);
  EXPECT_EQ(failure.state, "08001");
  EXPECT_THAT(failure.text, HasSubstr("is not for the name other.example.org"));
  settings.ssl_mode = encryption::SslMode::verify_ca;
  EXPECT_EQ(way_in(settings), "scram-sha-256-plus");
  const test::PrivateDirectory directory;
  settings.ssl_root_cert = directory.file("root.crt");
  EXPECT_THAT(failure_of(settings).text, HasSubstr(settings.ssl_root_cert + " does not exist"));
  settings.ssl_root_cert = "system";  // does not know the realm's authority
  EXPECT_THAT(failure_of(settings).text, HasSubstr("its certificate is not trusted"));
}

TEST(Tls, BadSettingsAreTold) {
  LoginSettings settings = realm_settings();
  settings.user = "trust_user";
  settings.ssl_mode = encryption::SslMode::require;
  settings.ssl_min_version = "TLSv9";
  EXPECT_THAT(failure_of(settings).text, HasSubstr("TLSv9"));
  settings.ssl_min_version = "TLSv1.2";
  const test::PrivateDirectory directory;
  settings.ssl_cert = directory.file("client.crt");
  EXPECT_THAT(failure_of(settings).text, HasSubstr(settings.ssl_cert));
  settings.ssl_cert = "";
  settings.ssl_direct = true;  // PostgreSQL 15 does not know it
  EXPECT_EQ(failure_of(settings).state, "08001");
}

TEST(ChannelBinding, IsHeld) {
  LoginSettings settings = password_settings("scram_user", "NEGODBC_SCRAM_PASSWORD");
  settings.channel_binding = auth::ChannelBinding::require;
  EXPECT_EQ(failure_of(settings).state, "28000");  // no TLS, nothing to bind to
  settings.ssl_mode = encryption::SslMode::require;
  EXPECT_EQ(way_in(settings), "scram-sha-256-plus");
  settings.user = "trust_user";
  EXPECT_THAT(failure_of(settings).text, HasSubstr("does not bind the channel"));
  settings = password_settings("md5_user", "NEGODBC_MD5_PASSWORD");
  settings.ssl_mode = encryption::SslMode::require;
  settings.channel_binding = auth::ChannelBinding::require;
  EXPECT_EQ(failure_of(settings).state, "28000");
}

TEST(Session, CancelStopsAStatement) {
  for (const encryption::SslMode mode :
       {encryption::SslMode::disable, encryption::SslMode::require}) {
    LoginSettings settings = realm_settings();
    settings.user = "trust_user";
    settings.ssl_mode = mode;
    auto session = login(settings, nullptr);
    auto cancelled = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(200ms);
      return session->cancel(Deadline::after(5s));
    });
    try {
      value_of(*session, "select pg_sleep(30)");
      ADD_FAILURE() << "not cancelled";
    } catch (const Error& error) {
      EXPECT_EQ(error.state(), "57014");
    }
    EXPECT_TRUE(cancelled.get());
    EXPECT_EQ(value_of(*session, "select 1"), "1");  // and the session goes on
  }
}

TEST(Session, IsDeadAfterItsBackendWasTerminated) {
  auto admin = login(password_settings("admin", "NEGODBC_ADMIN_PASSWORD"), nullptr);
  for (const encryption::SslMode mode :
       {encryption::SslMode::disable, encryption::SslMode::require}) {
    LoginSettings settings = realm_settings();
    settings.user = "trust_user";
    settings.ssl_mode = mode;
    auto session = login(settings, nullptr);
    const std::string pid = value_of(*session, "select pg_backend_pid()");
    EXPECT_FALSE(session->dead());
    EXPECT_EQ(value_of(*admin, "select pg_terminate_backend(" + pid + ", 5000)"), "t");
    EXPECT_TRUE(session->dead());
    try {
      value_of(*session, "select 1");
      ADD_FAILURE() << "not terminated";
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "08S01");
      EXPECT_THAT(error.what(), HasSubstr("administrator command"));
    }
    EXPECT_TRUE(session->dead());
  }
}

TEST(Session, MayBeAskedWhetherItIsDeadWhileItWorks) {
  LoginSettings settings = realm_settings();
  settings.user = "trust_user";
  settings.ssl_mode = encryption::SslMode::require;
  auto session = login(settings, nullptr);
  std::atomic<bool> over = false;
  auto asker = std::async(std::launch::async, [&] {
    bool dead = false;
    while (!over) dead = session->dead() || dead;
    return dead;
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(value_of(*session, "select count(repeat('x', 1000)) from generate_series(1, 1000)"),
              "1000");
  }
  over = true;
  EXPECT_FALSE(asker.get());
}

TEST(TargetSession, IsFoundOnARealServer) {
  LoginSettings settings = realm_settings();
  settings.user = "trust_user";
  for (const TargetSession wanted :
       {TargetSession::read_write, TargetSession::primary, TargetSession::prefer_standby}) {
    settings.target_session = wanted;
    EXPECT_EQ(failure_of(settings).text, "");
  }
  settings.target_session = TargetSession::standby;
  EXPECT_EQ(failure_of(settings).state, "08001");
}

}  // namespace
}  // namespace negodbc::login::testing
