// The plugin in processes as they are: a child after fork, many threads, a KDC that is down or
// hangs.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
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
    return with_configuration_file(environment(variable), body);
  }
  template <typename Body>
  bool with_configuration_file(const std::string& configuration, Body body) const {
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
    bool blamed = false;
    {
      PluginSession session(asked);
      status = session.step({}, 300);
      blamed = std::string(session.diagnosis().text).find("no KDC has answered") == 0;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    return status == NEGODBC_AUTH_E_TIMED_OUT && blamed && took < std::chrono::seconds(3);
  }));
}

// What a started step's `ready` does: it writes into a pipe.
class WakeUp {
 public:
  WakeUp() { EXPECT_EQ(::pipe(ends_), 0); }
  ~WakeUp() {
    for (const int end : ends_) ::close(end);
  }
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;
  static void ready(void* self) {
    EXPECT_EQ(::write(static_cast<WakeUp*>(self)->ends_[1], "", 1), 1);
  }
  bool comes_within(int ms) const {
    pollfd end{ends_[0], POLLIN, 0};
    return ::poll(&end, 1, ms) == 1;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST_P(Process, AKdcThatHangsIsCancelled) {
  EXPECT_TRUE(with_configuration("NEGODBC_KRB5_CONFIG_HANGING", [](negodbc_auth_options& asked) {
    const auto begin = std::chrono::steady_clock::now();
    PluginSession session(asked);
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      session.api->cancel(session.session);
    });
    const negodbc_auth_status status = session.step({}, 60000);
    canceller.join();
    const auto took = std::chrono::steady_clock::now() - begin;
    return status == NEGODBC_AUTH_E_CANCELLED && took < std::chrono::seconds(20) &&
           session.diagnosis().status == NEGODBC_AUTH_E_CANCELLED;
  }));
}

TEST_P(Process, AChildIsNotHeldUpByAStepOfItsParents) {
  EXPECT_TRUE(with_configuration("NEGODBC_KRB5_CONFIG_HANGING", [](negodbc_auth_options& asked) {
    const void* token = nullptr;
    std::size_t size = 0;
    PluginSession finished(asked);
    PluginSession closed(asked);
    for (PluginSession* one : {&finished, &closed}) {
      if (one->api->start_step(one->session, nullptr, 0, 60000, nullptr, nullptr, &token, &size) !=
          NEGODBC_AUTH_PENDING) {
        return false;
      }
    }
    const bool child_goes_on = in_child([&] {
      ::alarm(20);
      const negodbc_auth_status status = finished.api->finish_step(finished.session, &token, &size);
      const bool told = std::string(finished.diagnosis().text).find("parent") != std::string::npos;
      finished.api->close(finished.session);
      closed.api->cancel(closed.session);
      closed.api->close(closed.session);
      return status == NEGODBC_AUTH_E_TIMED_OUT && size == 0 && told;
    });
    return child_goes_on &&
           finished.api->finish_step(finished.session, &token, &size) == NEGODBC_AUTH_PENDING;
  }));
}

TEST_P(Process, AStartedStepDoesNotWaitForAKdcThatHangs) {
  EXPECT_TRUE(with_configuration("NEGODBC_KRB5_CONFIG_HANGING", [](negodbc_auth_options& asked) {
    const auto begin = std::chrono::steady_clock::now();
    const void* token = nullptr;
    std::size_t size = 0;
    WakeUp of_cancelled;
    WakeUp of_late;
    WakeUp of_closed;
    {
      const auto start = [&](PluginSession& session, WakeUp& wake_up, std::uint32_t timeout_ms) {
        return session.api->start_step(session.session, nullptr, 0, timeout_ms, WakeUp::ready,
                                       &wake_up, &token, &size);
      };
      const auto finish = [&](PluginSession& session) {
        return session.api->finish_step(session.session, &token, &size);
      };
      PluginSession cancelled(asked);
      PluginSession late(asked);
      PluginSession closed(asked);
      if (start(cancelled, of_cancelled, 60000) != NEGODBC_AUTH_PENDING ||
          start(late, of_late, 30) != NEGODBC_AUTH_PENDING ||
          start(closed, of_closed, 60000) != NEGODBC_AUTH_PENDING ||
          of_cancelled.comes_within(50) || finish(cancelled) != NEGODBC_AUTH_PENDING ||
          finish(late) != NEGODBC_AUTH_E_TIMED_OUT) {
        return false;
      }
      cancelled.api->cancel(cancelled.session);
      if (!of_cancelled.comes_within(20000) || finish(cancelled) != NEGODBC_AUTH_E_CANCELLED) {
        return false;
      }
    }
    if (of_closed.comes_within(0)) return false;
    return std::chrono::steady_clock::now() - begin < std::chrono::seconds(20);
  }));
}

// A file that is removed with its owner.
class ConfigurationFile {
 public:
  explicit ConfigurationFile(const std::string& text) { std::ofstream(name_) << text; }
  ~ConfigurationFile() { std::filesystem::remove(name_); }
  ConfigurationFile(const ConfigurationFile&) = delete;
  ConfigurationFile& operator=(const ConfigurationFile&) = delete;
  const std::string& name() const { return name_; }

 private:
  const std::string name_ = testing::TempDir() + "negodbc-krb5.conf-" + std::to_string(::getpid());
};

std::string text_of_file(const std::string& name) {
  std::ifstream file(name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

// The first step fails so, with these words in the text and in the hint.
bool fails_with(negodbc_auth_options& asked, negodbc_auth_status expected, const std::string& text,
                const std::string& hint) {
  PluginSession session(asked);
  const negodbc_auth_status status = session.step({}, 60000);
  const negodbc_auth_diagnosis why = session.diagnosis();
  const bool as_expected = status == expected &&
                           std::string(why.text).find(text) != std::string::npos &&
                           std::string(why.hint).find(hint) != std::string::npos;
  if (!as_expected) std::fprintf(stderr, "%s\n", why.json);
  return as_expected;
}

TEST_P(Process, AConfigurationThatIsMalformedIsNamedWithItsLine) {
  const ConfigurationFile file(
      replaced(text_of_file(environment("KRB5_CONFIG")), "[realms]", "[realms"));
  EXPECT_TRUE(with_configuration_file(file.name(), [&](negodbc_auth_options& asked) {
    return fails_with(asked, NEGODBC_AUTH_E_CONFIGURATION,
                      file.name() + ", line 9: a section's name has no ]", "krb5.conf");
  }));
}

TEST_P(Process, AConfigurationThatCantBeReadIsNamed) {
  const std::string name = testing::TempDir() + "negodbc-no-such-krb5.conf";
  EXPECT_TRUE(with_configuration_file(name, [&](negodbc_auth_options& asked) {
    return fails_with(asked, NEGODBC_AUTH_E_CONFIGURATION, name + " can't be read: No such file",
                      "krb5.conf");
  }));
}

// Heimdal's library reads krb5.conf once for each thread, and helper threads are kept.
TEST_P(Process, AKdcsNewAddressIsTaken) {
  const ConfigurationFile file(text_of_file(environment("NEGODBC_KRB5_CONFIG_DOWN")));
  const std::string right = text_of_file(environment("KRB5_CONFIG"));
  EXPECT_TRUE(with_configuration_file(file.name(), [&](negodbc_auth_options& asked) {
    const auto first_step = [&] {
      PluginSession session(asked);
      const negodbc_auth_status status = session.step({}, 60000);
      if (status < 0) std::fprintf(stderr, "%s\n", session.diagnosis().json);
      return status;
    };
    if (first_step() != NEGODBC_AUTH_E_NO_AUTHORITY) return false;
    std::ofstream(file.name()) << right;
    // MIT's library looks at the file once a second.
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    return first_step() == NEGODBC_AUTH_CONTINUE;
  }));
}

// Hands on to the KDC what comes over TCP; nobody listens at its port for UDP.
class TcpOnlyKdc {
 public:
  TcpOnlyKdc() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, any, size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, any, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TcpOnlyKdc() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  TcpOnlyKdc(const TcpOnlyKdc&) = delete;
  TcpOnlyKdc& operator=(const TcpOnlyKdc&) = delete;

  // The realm's krb5.conf with this KDC as the only one.
  std::string configuration(const std::string& libdefaults) const {
    const std::string port = environment("NEGODBC_KDC_PORT");
    std::string text = replaced(text_of_file(environment("KRB5_CONFIG")),
                                "kdc = tcp/127.0.0.1:" + port + "\n", "\n");
    text = replaced(text, "kdc = 127.0.0.1:" + port, "kdc = 127.0.0.1:" + std::to_string(port_));
    return replaced(text, "[libdefaults]\n", "[libdefaults]\n" + libdefaults);
  }

 private:
  void serve() const {
    for (int client = ::accept(listener_, nullptr, nullptr); client >= 0;
         client = ::accept(listener_, nullptr, nullptr)) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(kdc_port_)));
      const int kdc = ::socket(AF_INET, SOCK_STREAM, 0);
      if (::connect(kdc, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
        pump(client, kdc);
      }
      ::close(kdc);
      ::close(client);
    }
  }
  static void pump(int one, int other) {
    std::array<char, 65536> bytes{};
    for (;;) {
      std::array<pollfd, 2> ends{pollfd{one, POLLIN, 0}, pollfd{other, POLLIN, 0}};
      if (::poll(ends.data(), ends.size(), 10000) <= 0) return;
      const bool first = ends[0].revents != 0;
      const ssize_t size = ::recv(first ? one : other, bytes.data(), bytes.size(), 0);
      if (size <= 0) return;
      ::send(first ? other : one, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    }
  }

  const std::string kdc_port_ = environment("NEGODBC_KDC_PORT");
  const int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_P(Process, AKdcThatAnswersOverTcpOnlyHasItsRemedyTold) {
  const TcpOnlyKdc kdc;
  const auto logs_in = [](negodbc_auth_options& asked) {
    PluginSession session(asked);
    return session.step({}, 60000) == NEGODBC_AUTH_CONTINUE;
  };
  {
    const ConfigurationFile file(kdc.configuration(""));
    EXPECT_TRUE(with_configuration_file(file.name(), [&](negodbc_auth_options& asked) {
      if (std::string(asked.library) == "mit") return logs_in(asked);
      return fails_with(asked, NEGODBC_AUTH_E_NO_AUTHORITY, "KDC", "large_message_size = 0");
    }));
  }
  const ConfigurationFile file(kdc.configuration("    large_message_size = 0\n"));
  EXPECT_TRUE(with_configuration_file(file.name(), logs_in)) << "what the hint says";
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
