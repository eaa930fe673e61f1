// One wait with a real server, and what happens when its pg_hba.conf changes under way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "driver/login/known_servers.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/realm.h"

namespace negodbc::login::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr char password[] = "alice's secret";

// Puts a line for alice in front of the server's pg_hba.conf; takes it away again.
class Hba {
 public:
  Hba() : path_(realm("NEGODBC_REALM_DIR") + "/postgres/data/pg_hba.conf") {
    std::ostringstream whole;
    whole << std::ifstream(path_).rdbuf();
    original_ = whole.str();
  }
  Hba(const Hba&) = delete;
  Hba& operator=(const Hba&) = delete;
  ~Hba() {
    try {
      put("");
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  void put(const std::string& method) const {
    const std::string before = loaded_at();
    std::ofstream(path_) << (method.empty() ? "" : "host all alice 127.0.0.1/32 " + method + "\n")
                         << original_;
    kill(std::stoi(realm("NEGODBC_PG_PID")), SIGHUP);
    for (int i = 0; i < 200 && loaded_at() == before; ++i) std::this_thread::sleep_for(20ms);
    EXPECT_NE(loaded_at(), before);
  }

 private:
  static std::string loaded_at() {
    auto admin = login(password_settings("admin", "NEGODBC_ADMIN_PASSWORD"), nullptr);
    return value_of(*admin, "select pg_conf_load_time()");
  }

  std::string path_, original_;
};

class ExpectedWayInTheRealm : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto admin = login(password_settings("admin", "NEGODBC_ADMIN_PASSWORD"), nullptr);
    value_of(*admin, "alter role alice password 'alice''s secret'");
  }
  ExpectedWayInTheRealm() { KnownServers::of_process().clear(); }

  static LoginSettings by_ticket() {
    LoginSettings settings = realm_settings();
    settings.user = "alice";
    settings.integrated = auth::IntegratedLogin::required;
    return settings;
  }
  static LoginSettings by_ticket_or_password() {
    LoginSettings settings = by_ticket();
    settings.integrated = auth::IntegratedLogin::automatic;
    settings.password = Secret(password);
    return settings;
  }
};

TEST_F(ExpectedWayInTheRealm, TokenAheadIsTakenByARealServer) {
  for (const char* library : {"heimdal", "mit"}) {
    for (const char* package : {"Negotiate", "Kerberos"}) {
      for (const encryption::SslMode mode :
           {encryption::SslMode::disable, encryption::SslMode::require}) {
        LoginSettings settings = by_ticket();
        settings.gss_library = library;
        settings.auth_package = package;
        settings.ssl_mode = mode;
        settings.server_auth = ServerAuth::gss;  // from the first login on
        for (int i = 0; i < 3; ++i) {
          auto session = login(settings, nullptr);
          EXPECT_EQ(session->auth_method(), "gss");
          EXPECT_EQ(value_of(*session,
                             "select principal from pg_stat_gssapi where pid = pg_backend_pid()"),
                    "alice@NEGODBC.TEST");
        }
      }
    }
  }
}

TEST_F(ExpectedWayInTheRealm, WrongTicketsAreToldAsInTheOrdinaryWay) {
  for (const ServerAuth way : {ServerAuth::ask, ServerAuth::gss}) {
    LoginSettings settings = by_ticket();
    settings.server_auth = way;
    settings.user = "bob";
    EXPECT_THAT(failure_of(settings).text, HasSubstr("pg_ident.conf"));
    settings.user = "alice";
    settings.kerberos_service = realm("NEGODBC_WRONG_KEY_SERVICE");
    EXPECT_THAT(failure_of(settings).text, HasSubstr("could not accept the ticket"));
  }
}

TEST_F(ExpectedWayInTheRealm, FollowsPgHba) {
  const Hba hba;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(login(by_ticket(), nullptr)->auth_method(), "gss");

  hba.put("scram-sha-256");
  Failure failure = failure_of(by_ticket());
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("although integrated login is required; no password"));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(login(by_ticket_or_password(), nullptr)->auth_method(), "scram-sha-256");

  hba.put("");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(login(by_ticket_or_password(), nullptr)->auth_method(), "gss");

  for (const char* method : {"scram-sha-256", "trust"}) {  // a token was sent ahead
    hba.put(method);
    EXPECT_NE(login(by_ticket_or_password(), nullptr)->auth_method(), "gss");
    hba.put("");
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(login(by_ticket_or_password(), nullptr)->auth_method(), "gss");
  }

  hba.put("reject");
  failure = failure_of(by_ticket());
  EXPECT_EQ(failure.state, "28000");
  EXPECT_THAT(failure.text, HasSubstr("pg_hba.conf rejects"));
  hba.put("");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(login(by_ticket(), nullptr)->auth_method(), "gss");
}

TEST_F(ExpectedWayInTheRealm, FollowsPgHbaInAStorm) {
  const Hba hba;
  std::atomic<bool> stop = false;
  std::atomic<int> by_gss = 0;
  std::atomic<int> by_scram = 0;
  std::mutex mutex;
  std::string failures;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const LoginSettings settings = by_ticket_or_password();
      while (!stop) {
        try {
          ++(login(settings, nullptr)->auth_method() == "gss" ? by_gss : by_scram);
        } catch (const std::exception& error) {
          const std::lock_guard lock(mutex);
          failures += std::string(error.what()) + "\n";
        }
      }
    });
  }
  for (int i = 0; i < 4; ++i) hba.put(i % 2 == 0 ? "scram-sha-256" : "");
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, "");
  EXPECT_GT(by_gss, 0);
  EXPECT_GT(by_scram, 0);
}

}  // namespace
}  // namespace negodbc::login::testing
