// The plugin in processes as they are: a child after fork, many threads, a KDC that is down or
// hangs.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/support/plugin.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

class Process : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  negodbc_auth_options options() const {
    negodbc_auth_options made = options_for("localhost");
    made.library = std::get<0>(GetParam());
    made.package = std::get<1>(GetParam());
    return made;
  }
  negodbc_auth_status log_in() const {
    const TestCredential acceptor =
        acquire(std::get<0>(GetParam()), std::get<1>(GetParam()), SECPKG_CRED_INBOUND);
    PluginSession session(options());
    const negodbc_auth_status status = session.log_in(acceptor);
    if (status != NEGODBC_AUTH_ESTABLISHED) std::fprintf(stderr, "%s\n", session.diagnosis().json);
    return status;
  }
  // Runs `body` in a child; true when it returned true.
  template <typename Body>
  static bool in_child(Body body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body() ? 0 : 1);
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  // In a child whose krb5.conf is another, with a cache that holds no service ticket.
  template <typename Body>
  bool with_configuration(const char* variable, Body body) const {
    const std::string configuration = environment(variable);
    const std::string cache = environment("NEGODBC_CCACHE_TGT");
    return in_child([&] {
      ::setenv("KRB5_CONFIG", configuration.c_str(), 1);
      negodbc_auth_options asked = options();
      asked.credential_cache = cache.c_str();
      return body(asked);
    });
  }
};

TEST_P(Process, AChildAfterForkLogsIn) {
  ASSERT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_TRUE(in_child([&] { return log_in() == NEGODBC_AUTH_ESTABLISHED; }));
  EXPECT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
}

TEST_P(Process, SixteenThreadsLogIn) {
  std::atomic<int> established{0};
  std::vector<std::thread> threads;
  threads.reserve(16);
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) established += log_in() == NEGODBC_AUTH_ESTABLISHED ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(established, 16 * 5);
}

TEST_P(Process, AKdcThatIsDownIsNamed) {
  EXPECT_TRUE(with_configuration("NEGODBC_KRB5_CONFIG_DOWN", [](negodbc_auth_options& asked) {
    PluginSession session(asked);
    const negodbc_auth_status status = session.step({}, 60000);
    if (status != NEGODBC_AUTH_E_NO_AUTHORITY) {
      std::fprintf(stderr, "%s\n", session.diagnosis().json);
    }
    return status == NEGODBC_AUTH_E_NO_AUTHORITY &&
           std::string(session.diagnosis().hint).find("KDC") != std::string::npos;
  }));
}

TEST_P(Process, AKdcThatHangsCostsNoMoreThanTheTimeout) {
  EXPECT_TRUE(with_configuration("NEGODBC_KRB5_CONFIG_HANGING", [](negodbc_auth_options& asked) {
    const auto begin = std::chrono::steady_clock::now();
    negodbc_auth_status status = NEGODBC_AUTH_OK;
    {
      PluginSession session(asked);
      status = session.step({}, 300);
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    return status == NEGODBC_AUTH_E_TIMED_OUT && took < std::chrono::seconds(3);
  }));
}

TEST_P(Process, TheEnvironmentIsLeftAlone) {
  const std::string before = environment("KRB5CCNAME");
  const std::string cache = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  const char* name = nullptr;
  ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
  EXPECT_EQ(environment("KRB5CCNAME"), before);
}

INSTANTIATE_TEST_SUITE_P(Libraries, Process, ways(), name_of_way);

TEST(Auto, TakesHeimdalFirst) {
  prepare_acceptors();
  PluginSession session(options_for("localhost"));
  const char* name = nullptr;
  ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
  EXPECT_EQ(std::string(session.diagnosis().library).rfind("heimdal", 0), 0u);
  EXPECT_EQ(std::string(session.diagnosis().library_version).rfind("Heimdal", 0), 0u);
}

TEST(Auto, TakesTheLibraryThatKnowsTheCache) {
  // Only MIT knows KEYRING: caches. There is none, but MIT's answer is the one that helps.
  negodbc_auth_options asked = options_for("localhost");
  asked.credential_cache = "KEYRING:process:negodbc-none";
  PluginSession session(asked);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_STREQ(session.diagnosis().credential_source, "KEYRING:process:negodbc-none");
}

}  // namespace
}  // namespace negodbc::test
