// Integrated logins against a real KDC and a real PostgreSQL, by the real plugin with each library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/realm.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// library, package
class IntegratedLogin : public ::testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  static LoginSettings settings() {
    LoginSettings settings = realm_settings();
    settings.integrated = auth::IntegratedLogin::required;
    settings.gss_library = GetParam().first;
    settings.auth_package = GetParam().second;
    return settings;
  }
};

INSTANTIATE_TEST_SUITE_P(
    Libraries, IntegratedLogin,
    ::testing::Values(std::pair("heimdal", "Negotiate"), std::pair("heimdal", "Kerberos"),
                      std::pair("mit", "Negotiate"), std::pair("mit", "Kerberos")),
    [](const auto& way) { return std::string(way.param.first) + "_" + way.param.second; });

TEST_P(IntegratedLogin, ByTicket) {
  for (const encryption::SslMode mode :
       {encryption::SslMode::disable, encryption::SslMode::require}) {
    LoginSettings with = settings();
    with.ssl_mode = mode;
    auto session = login(with, nullptr);
    EXPECT_EQ(session->user(), "alice");
    EXPECT_EQ(session->auth_method(), "gss");
    EXPECT_EQ(value_of(*session,
                       "select principal from pg_stat_gssapi where pid = pg_backend_pid() "
                       "and gss_authenticated and not encrypted"),
              "alice@NEGODBC.TEST");
  }
}

TEST_P(IntegratedLogin, WhenNobodyGaveAPassword) {
  LoginSettings with = settings();
  with.integrated = auth::IntegratedLogin::automatic;
  EXPECT_EQ(login(with, nullptr)->user(), "alice");
  with.require_auth = static_cast<unsigned>(auth::AuthMethod::gss);
  EXPECT_EQ(login(with, nullptr)->user(), "alice");
}

TEST_P(IntegratedLogin, WithATicketOfSomebodyElse) {
  LoginSettings with = settings();
  with.credential_cache = realm("NEGODBC_CCACHE_BOB");
  EXPECT_EQ(login(with, nullptr)->user(), "bob");
}

TEST_P(IntegratedLogin, WithoutATicket) {
  LoginSettings with = settings();
  with.credential_cache = realm("NEGODBC_CCACHE_NONE");
  for (const auto* user : {"", "alice"}) {
    with.user = user;
    const Failure failure = failure_of(with);
    EXPECT_EQ(failure.state, "28000") << failure.text;
    EXPECT_THAT(failure.text,
                AllOf(HasSubstr("Integrated login to localhost:"), HasSubstr("no Kerberos ticket"),
                      HasSubstr(with.credential_cache), HasSubstr("kinit")));
  }
}

TEST_P(IntegratedLogin, WithAnExpiredTicket) {
  LoginSettings with = settings();
  with.credential_cache = realm("NEGODBC_CCACHE_EXPIRED");
  for (const auto* user : {"", "alice"}) {
    with.user = user;
    const Failure failure = failure_of(with);
    EXPECT_EQ(failure.state, "28000") << failure.text;
    EXPECT_THAT(failure.text,
                AllOf(HasSubstr("expired"), HasSubstr(with.credential_cache), HasSubstr("kinit")));
  }
}

TEST_P(IntegratedLogin, AsAPrincipalWithoutARole) {
  LoginSettings with = settings();
  with.credential_cache = realm("NEGODBC_CCACHE_WRONG");
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr("\"mallory\" does not exist"), HasSubstr("principal mallory@"),
                    HasSubstr(with.credential_cache), HasSubstr("UID")));
}

TEST_P(IntegratedLogin, AsSomebodyElsesRole) {
  LoginSettings with = settings();
  with.user = "bob";
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, AllOf(HasSubstr("\"bob\""), HasSubstr("principal alice@NEGODBC.TEST"),
                                  HasSubstr("SPN postgres/localhost"), HasSubstr("pg_ident.conf")));
}

TEST_P(IntegratedLogin, ToAServiceTheKdcDoesNotKnow) {
  LoginSettings with = settings();
  with.kerberos_service = "nosuchservice";
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr("KDC does not know"), HasSubstr("SPN nosuchservice/localhost"),
                    HasSubstr("alice@NEGODBC.TEST")));
  with.kerberos_service = "postgres";
  with.server_spn = "postgres/nosuchhost.example.org@NEGODBC.TEST";
  EXPECT_THAT(failure_of(with).text, HasSubstr("nosuchhost"));
}

TEST_P(IntegratedLogin, ToAServerWithTheWrongKey) {
  LoginSettings with = settings();
  with.kerberos_service = realm("NEGODBC_WRONG_KEY_SERVICE");
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "28000") << failure.text;
  EXPECT_THAT(failure.text, AllOf(HasSubstr("could not accept the ticket"), HasSubstr("keytab"),
                                  HasSubstr("SPN " + with.kerberos_service + "/localhost")));
}

TEST_P(IntegratedLogin, ToADatabaseThatDoesNotExist) {
  LoginSettings with = settings();
  with.database = "nosuchdatabase";
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "08004");
  EXPECT_THAT(failure.text, HasSubstr("nosuchdatabase"));
}

TEST_P(IntegratedLogin, OverGssEncryption) {
  LoginSettings with = settings();
  for (const encryption::GssEncMode mode :
       {encryption::GssEncMode::require, encryption::GssEncMode::prefer}) {
    with.gssenc_mode = mode;
    auto session = login(with, nullptr);
    EXPECT_EQ(session->encryption(), "GSS");
    EXPECT_EQ(session->auth_method(), "gss");
    EXPECT_EQ(value_of(*session,
                       "select principal from pg_stat_gssapi where pid = pg_backend_pid() "
                       "and gss_authenticated and encrypted"),
              "alice@NEGODBC.TEST");
    // Both directions, in more than one packet.
    EXPECT_EQ(value_of(*session, "select length('" + std::string(300000, 'x') + "')"), "300000");
    EXPECT_EQ(value_of(*session, "select repeat('y', 300000)"), std::string(300000, 'y'));
    EXPECT_FALSE(session->dead());
    auto cancelled = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(200ms);
      return session->cancel(Deadline::after(5s));
    });
    EXPECT_THROW(value_of(*session, "select pg_sleep(30)"), Error);
    EXPECT_TRUE(cancelled.get());
  }
}

TEST_P(IntegratedLogin, OverGssEncryptionOnlyWhereItIsWanted) {
  LoginSettings with = settings();
  with.user = "gssenc_user";
  EXPECT_EQ(failure_of(with).state, "28000");
  with.gssenc_mode = encryption::GssEncMode::require;
  EXPECT_EQ(login(with, nullptr)->user(), "gssenc_user");
  with.credential_cache = realm("NEGODBC_CCACHE_NONE");
  const Failure failure = failure_of(with);
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("no Kerberos ticket"));
  with.gssenc_mode = encryption::GssEncMode::prefer;
  with.user = "trust_user";
  // Who insists on a ticket is told at once that there is none, unless it need not be asked for.
  EXPECT_THAT(failure_of(with).text, HasSubstr("no Kerberos ticket"));
  with.require_auth = static_cast<unsigned>(auth::AuthMethod::none);
  EXPECT_EQ(login(with, nullptr)->encryption(), "");
  with.require_auth = 0;
  with.gssenc_mode = encryption::GssEncMode::disable;
  EXPECT_THAT(failure_of(with).text, HasSubstr("it has not proven whose server it is"));
  with.gssenc_mode = encryption::GssEncMode::prefer;
  with.integrated = auth::IntegratedLogin::automatic;
  EXPECT_EQ(login(with, nullptr)->encryption(), "");
}

// A cache in which the service ticket is missing, so that the KDC must be asked.
std::string copy_of_tgt_cache() {
  const std::string source = realm("NEGODBC_CCACHE_TGT");
  const std::string from = source.substr(source.find(':') + 1);
  // A login that timed out may still write to its copy.
  static int copies = 0;
  const std::string to =
      from + ".copy." + std::to_string(getpid()) + "." + std::to_string(++copies);
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  return "FILE:" + to;
}

TEST_P(IntegratedLogin, WhileTheKdcHangs) {
  LoginSettings with = settings();
  with.credential_cache = copy_of_tgt_cache();
  with.timeout = 1s;
  const pid_t kdc = std::stoi(realm("NEGODBC_KDC_PID"));
  ASSERT_EQ(kill(-kdc, SIGSTOP), 0);
  const Failure failure = failure_of(with);
  kill(-kdc, SIGCONT);
  EXPECT_EQ(failure.state, "HYT00") << failure.text;
  EXPECT_THAT(failure.text, HasSubstr("Integrated login to localhost:"));
}

// The libraries read KRB5_CONFIG once a process: this needs one of its own.
TEST_P(IntegratedLogin, WhileTheKdcIsDown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("KRB5_CONFIG", realm("NEGODBC_KRB5_CONFIG_DOWN").c_str(), 1);
        LoginSettings with = settings();
        with.credential_cache = copy_of_tgt_cache();
        const Failure failure = failure_of(with);
        fprintf(stderr, "[%s] %s", failure.state.c_str(), failure.text.c_str());
        _exit(0);
      },
      ::testing::ExitedWithCode(0), "\\[08001\\] Integrated login to localhost:.*no KDC");
}

}  // namespace
}  // namespace negodbc::login::testing
