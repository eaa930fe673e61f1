// The caches with the real libraries: what a user, a KDC and a process do to the tickets in the
// midst of many logins, each behaves as the plugin's README says.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/support/plugin.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

using std::chrono::milliseconds;

class CacheRealm : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  CacheRealm() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = test->name();
    std::replace(name.begin(), name.end(), '/', '-');
    file_ = environment("NEGODBC_REALM_DIR") + "/cache-" + name;
    cache_ = "FILE:" + file_;
  }
  ~CacheRealm() override { std::filesystem::remove(file_); }

  // Puts the realm's cache in place as a program does: the new file takes the old one's name.
  void use(const char* variable) {
    const std::string from = environment(variable).substr(std::string("FILE:").size());
    std::filesystem::copy_file(from, file_ + ".new",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(file_ + ".new", file_);
  }
  negodbc_auth_options options() const {
    negodbc_auth_options made = options_for("localhost");
    made.library = std::get<0>(GetParam());
    made.package = std::get<1>(GetParam());
    made.credential_cache = cache_.c_str();
    made.warm_contexts = 4;
    return made;
  }
  TestCredential acceptor() const {
    return acquire(std::get<0>(GetParam()), std::get<1>(GetParam()), SECPKG_CRED_INBOUND);
  }
  // The client's principal as it was authenticated; the status when that failed.
  std::string log_in(const TestCredential& acceptor) const { return log_in(acceptor, options()); }
  static std::string log_in(const TestCredential& acceptor, const negodbc_auth_options& options) {
    PluginSession session(options);
    const negodbc_auth_status status = session.log_in(acceptor);
    if (status != NEGODBC_AUTH_ESTABLISHED) return std::to_string(status);
    negodbc_auth_info info{};
    info.size = sizeof(info);
    session.api->query(session.session, &info);
    return info.principal;
  }
  static negodbc_auth_counters counters() {
    negodbc_auth_counters now{};
    now.size = sizeof(now);
    load_plugin()->counters(&now);
    return now;
  }
  static std::string principal(const char* user) {
    return user + std::string("@") + environment("NEGODBC_REALM");
  }

  std::string file_;
  std::string cache_;
};

TEST_P(CacheRealm, Many_threads_take_the_credential_once) {
  use("NEGODBC_CCACHE_TGT");
  const TestCredential server = acceptor();
  const negodbc_auth_counters before = counters();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  threads.reserve(16);
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 3; ++n) good += log_in(server) == principal("alice") ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 16 * 3);
  EXPECT_EQ(counters().credentials_acquired, before.credentials_acquired + 1);
}

TEST_P(CacheRealm, kdestroy_is_noticed_at_once) {
  use("NEGODBC_CCACHE_VALID");
  const TestCredential server = acceptor();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(log_in(server), principal("alice"));
  std::filesystem::remove(file_);
  EXPECT_EQ(log_in(server), std::to_string(NEGODBC_AUTH_E_NO_CREDENTIALS));
  use("NEGODBC_CCACHE_VALID");
  EXPECT_EQ(log_in(server), principal("alice")) << "and so is the next kinit";
}

TEST_P(CacheRealm, kinit_as_somebody_else_is_noticed_at_once) {
  const TestCredential server = acceptor();
  for (int i = 0; i < 3; ++i) {
    use("NEGODBC_CCACHE_VALID");
    EXPECT_EQ(log_in(server), principal("alice"));
    EXPECT_EQ(log_in(server), principal("alice"));
    use("NEGODBC_CCACHE_BOB");
    EXPECT_EQ(log_in(server), principal("bob"));
    EXPECT_EQ(log_in(server), principal("bob"));
  }
}

TEST_P(CacheRealm, A_ticket_that_runs_out_is_not_used) {
  const std::string kinit = "kinit.heimdal --lifetime=23s -c " + cache_ + " -t " +
                            environment("NEGODBC_ALICE_KEYTAB") + " alice";
  ASSERT_EQ(std::system(kinit.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  const TestCredential server = acceptor();
  negodbc_auth_options asked = options();
  asked.min_lifetime_s = 20;
  ASSERT_EQ(log_in(server, asked), principal("alice"));
  ASSERT_EQ(log_in(server, asked), principal("alice"));
  std::string last;
  do {
    std::this_thread::sleep_for(milliseconds(100));
    last = log_in(server, asked);
  } while (last == principal("alice"));
  EXPECT_EQ(last, std::to_string(NEGODBC_AUTH_E_EXPIRED));
  asked.min_lifetime_s = 0;
  EXPECT_EQ(log_in(server, asked), principal("alice"))
      << "refused while it still lived, for less than was asked for";
}

TEST_P(CacheRealm, A_KDC_that_stops_is_not_missed_while_tickets_last) {
  use("NEGODBC_CCACHE_TGT");
  const TestCredential server = acceptor();
  ASSERT_EQ(log_in(server), principal("alice"));
  const pid_t kdc = std::stoi(environment("NEGODBC_KDC_PID"));
  ASSERT_EQ(::kill(-kdc, SIGSTOP), 0);
  int good = 0;
  for (int i = 0; i < 20; ++i) good += log_in(server) == principal("alice") ? 1 : 0;
  ::kill(-kdc, SIGCONT);
  EXPECT_EQ(good, 20);
}

TEST_P(CacheRealm, A_plan_that_is_ready_opens_no_file) {
  use("NEGODBC_CCACHE_VALID");
  negodbc_auth_options asked = options();
  asked.warm_contexts = NEGODBC_AUTH_OFF;
  const auto first_leg = [&] { EXPECT_EQ(PluginSession(asked).step({}), NEGODBC_AUTH_CONTINUE); };
  for (int i = 0; i < 3; ++i) first_leg();
  const int watch = ::inotify_init1(IN_NONBLOCK);
  ASSERT_GE(watch, 0);
  const std::string config = environment("KRB5_CONFIG");
  ASSERT_GE(::inotify_add_watch(watch, config.c_str(), IN_OPEN), 0);
  ASSERT_GE(::inotify_add_watch(watch, file_.c_str(), IN_OPEN), 0);
  for (int i = 0; i < 10; ++i) first_leg();
  char event = 0;
  EXPECT_LT(::read(watch, &event, sizeof(event)), 0) << "a file was opened";
  EXPECT_EQ(errno, EAGAIN) << "a file was opened";  // EINVAL: an event that is larger
  ::close(watch);
}

TEST_P(CacheRealm, First_legs_made_ahead_are_all_different) {
  use("NEGODBC_CCACHE_VALID");
  const TestCredential server = acceptor();
  const negodbc_auth_counters before = counters();
  std::set<Bytes> tokens;
  const auto one_was_used = [&] {
    return counters().warm_contexts_used > before.warm_contexts_used;
  };
  // More of them where the thread that makes them gets no turn.
  constexpr std::size_t kLogins = 40;
  std::size_t logins = 0;
  for (; logins < kLogins || (!one_was_used() && logins < 50 * kLogins); ++logins) {
    PluginSession session(options());
    ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE);
    tokens.insert(session.token);
    session.server.accept(server, session.token);
    ASSERT_EQ(session.step(session.server.token), NEGODBC_AUTH_ESTABLISHED)
        << session.diagnosis().json;
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(tokens.size(), logins);
  EXPECT_TRUE(one_was_used());
}

TEST_P(CacheRealm, First_legs_made_ahead_are_not_used_by_a_child_too) {
  use("NEGODBC_CCACHE_VALID");
  const TestCredential server = acceptor();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(log_in(server), principal("alice"));
  std::this_thread::sleep_for(milliseconds(100));  // for some to be made
  const auto first_tokens = [&] {
    std::set<Bytes> tokens;
    for (int i = 0; i < 5; ++i) {
      PluginSession session(options());
      if (session.step({}) == NEGODBC_AUTH_CONTINUE) tokens.insert(session.token);
    }
    return tokens;
  };
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = true;
    for (const Bytes& token : first_tokens()) {
      const std::size_t size = token.size();
      good = ::write(ends[1], &size, sizeof(size)) == sizeof(size) &&
             ::write(ends[1], token.data(), size) == static_cast<ssize_t>(size) && good;
    }
    ::_exit(good ? 0 : 1);
  }
  ::close(ends[1]);
  std::set<Bytes> childs;
  std::size_t size = 0;
  while (::read(ends[0], &size, sizeof(size)) == sizeof(size)) {
    Bytes token(size);
    for (std::size_t got = 0; got < size;) {
      const ssize_t more = ::read(ends[0], token.data() + got, size - got);
      ASSERT_GT(more, 0);
      got += static_cast<std::size_t>(more);
    }
    childs.insert(token);
  }
  ::close(ends[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(childs.size(), 5u);
  for (const Bytes& token : first_tokens()) EXPECT_FALSE(childs.contains(token));
}

// In a process of its own: this program again, with only this test, which then ends in its midst.
TEST_P(CacheRealm, The_process_may_exit_while_legs_are_made) {
  constexpr int kStatus = 7;
  constexpr const char* kInside = "NEGODBC_TEST_EXIT";
  use("NEGODBC_CCACHE_VALID");
  if (std::getenv(kInside) != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    {
      const TestCredential server = acceptor();
      negodbc_auth_options many = options();
      many.warm_contexts = 32;
      for (int i = 0; i < 40; ++i) log_in(server, many);
    }
    std::exit(kStatus);  // NOLINT(concurrency-mt-unsafe): what is tested
  }
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string filter =
      std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name();
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(kInside, "1", 1);  // NOLINT(concurrency-mt-unsafe)
    ::execl("/proc/self/exe", "auth_cache_realm_test", filter.c_str(), nullptr);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), kStatus);
}

TEST_P(CacheRealm, Sources_do_not_cross) {
  const TestCredential server = acceptor();
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  const std::string password = environment("NEGODBC_ALICE_PASSWORD");
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  use("NEGODBC_CCACHE_VALID");
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 8; ++i) {
        negodbc_auth_options asked = options();
        if (t % 2 == 1) asked.credential_cache = bob.c_str();
        wrong += log_in(server, asked) == principal(t % 2 == 1 ? "bob" : "alice") ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  negodbc_auth_options asked = options();
  asked.credential_cache = nullptr;
  asked.principal = "alice";
  asked.password = password.c_str();
  EXPECT_EQ(log_in(server, asked), principal("alice"));
  EXPECT_EQ(log_in(server, asked), principal("alice"));
  const std::string other = password + "x";
  asked.password = other.c_str();
  EXPECT_EQ(log_in(server, asked), std::to_string(NEGODBC_AUTH_E_LOGON_DENIED));
  asked.password = nullptr;
  asked.client_keytab = keytab.c_str();
  EXPECT_EQ(log_in(server, asked), principal("alice"));
}

INSTANTIATE_TEST_SUITE_P(Libraries, CacheRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
