// The C ABI of this plugin without a network: what its options must be, which libraries it takes.
// What any plugin has to keep is in plugin_suite_*.cc.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/abi_session.h"
#include "tests/support/private_directory.h"

namespace negodbc::test {
namespace {

struct BadOption {
  const char* name;
  void (*set)(negodbc_auth_options& options);
  const char* text;  // must be part of what is told
};

class AbiBadOption : public testing::TestWithParam<BadOption> {};

TEST_P(AbiBadOption, IsNamed) {
  negodbc_auth_options options = good_options();
  GetParam().set(options);
  const AbiSession session(options);
  EXPECT_EQ(session.status, NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_NE(session.text().find(GetParam().text), std::string::npos) << session.text();
  const void* token = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(session.api->step(session.handle, nullptr, 0, 1000, &token, &size),
            NEGODBC_AUTH_E_STATE);
}

INSTANTIATE_TEST_SUITE_P(
    Options, AbiBadOption,
    testing::Values(
        BadOption{"Package", [](auto& o) { o.package = "Digest"; }, "package"},
        BadOption{"NtlmNotAllowed", [](auto& o) { o.package = "NTLM"; }, "allow_ntlm"},
        BadOption{"Flags", [](auto& o) { o.flags_required = 0x80000000u; }, "flags"},
        BadOption{"DelegatedFlag", [](auto& o) { o.flags_requested = NEGODBC_AUTH_FLAG_DELEGATED; },
                  "flags"},
        BadOption{"Delegation", [](auto& o) { o.delegation = 3; }, "delegation"},
        BadOption{"Canonicalize", [](auto& o) { o.canonicalize = 3; }, "canonicalize"},
        BadOption{"Reserved", [](auto& o) { o.reserved = 1; }, "reserved"},
        BadOption{"NoHost", [](auto& o) { o.host = nullptr; }, "host"},
        BadOption{"NoService", [](auto& o) { o.service = ""; }, "service"},
        BadOption{"TargetForm", [](auto& o) { o.target = "/host"; }, "service/host"},
        BadOption{"TargetSpace", [](auto& o) { o.target = "postgres/a b"; }, "space"},
        BadOption{"TargetControl", [](auto& o) { o.host = "a\nb"; }, "control"},
        BadOption{"TargetRealm", [](auto& o) { o.target = "postgres/h@"; }, "realm"},
        BadOption{"TargetTwoRealms", [](auto& o) { o.target = "postgres/h@A@B"; }, "@"},
        BadOption{"TwoSources",
                  [](auto& o) {
                    o.credential_cache = "FILE:/x";
                    o.client_keytab = "FILE:/y";
                    o.principal = "p";
                  },
                  "more than one"},
        BadOption{"PasswordWithoutPrincipal", [](auto& o) { o.password = "p"; }, "principal"},
        BadOption{"BindingsWithoutMemory", [](auto& o) { o.channel_bindings_size = 4; },
                  "channel_bindings"}),
    [](const auto& of) { return std::string(of.param.name); });

// A call that was given up may still be running in it when a driver manager unloads the driver.
TEST(AbiLibrary, ThePluginStaysLoadedWhenItIsUnloaded) {
  void* module = ::dlopen(plugin_file().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(module, nullptr) << ::dlerror();
  ::dlclose(module);
  EXPECT_NE(::dlopen(plugin_file().c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD), nullptr);
}

TEST(AbiLibrary, AFileThatIsNotThereAndOneThatIsNoGssapiLibrary) {
  const PrivateDirectory directory;
  for (const std::string& library :
       {directory.file("libgssapi.so"), std::string("/proc/self/exe")}) {
    negodbc_auth_options options = good_options();
    options.library = library.c_str();
    const AbiSession session(options);
    ASSERT_EQ(session.status, NEGODBC_AUTH_OK);
    const void* token = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(session.api->step(session.handle, nullptr, 0, kTimeoutMs, &token, &size),
              NEGODBC_AUTH_E_LIBRARY)
        << session.text();
    EXPECT_EQ(token, nullptr);
    EXPECT_NE(session.text(), "");
  }
}

TEST(AbiLibrary, ARelativePathIsRefused) {
  negodbc_auth_options options = good_options();
  options.library = "libgssapi.so.3";
  const AbiSession session(options);
  const char* name = nullptr;
  EXPECT_EQ(session.api->principal(session.handle, kTimeoutMs, &name), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_STREQ(name, "");
  EXPECT_NE(session.text().find("absolute path"), std::string::npos);
}

TEST(AbiStatusText, EachHasOne) {
  const negodbc_auth_api* api = load_plugin();
  std::set<std::string> texts;
  for (negodbc_auth_status status = NEGODBC_AUTH_E_CANCELLED; status <= NEGODBC_AUTH_PENDING;
       ++status) {
    texts.insert(api->status_text(status));
  }
  constexpr std::size_t kStatuses = 23;
  EXPECT_EQ(texts.size(), kStatuses) << "each is another one";
  EXPECT_EQ(texts.count(""), 0u);
  for (const negodbc_auth_status unknown : {-1000, 1000}) {
    EXPECT_STRNE(api->status_text(unknown), "");
    EXPECT_EQ(texts.count(api->status_text(unknown)), 0u);
  }
}

// Where the plugin writes; nowhere when it ends.
class AbiLog : public testing::Test {
 protected:
  ~AbiLog() override { EXPECT_EQ(api->set_log(nullptr), NEGODBC_AUTH_OK); }
  void set(std::uint32_t level) {
    negodbc_auth_log to{};
    to.size = sizeof(to);
    to.level = level;
    to.write = write;
    to.data = this;
    ASSERT_EQ(api->set_log(&to), NEGODBC_AUTH_OK);
  }
  static void write(void* self, std::uint32_t level, const char* line) {
    auto& log = *static_cast<AbiLog*>(self);
    const std::lock_guard lock(log.mutex);
    log.lines.emplace_back(std::to_string(level) + " " + line);
  }
  static void fail_once() {
    negodbc_auth_options options = good_options();
    options.package = "Digest";
    const AbiSession session(options);
  }

  const negodbc_auth_api* api = load_plugin();
  std::mutex mutex;
  std::vector<std::string> lines;
};

TEST_F(AbiLog, TellsWhatFails) {
  set(NEGODBC_AUTH_LOG_ERROR);
  fail_once();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0],
            "1 login failed: E_ARGUMENT, package is none of Negotiate, Kerberos and NTLM: Digest "
            "(postgres/localhost)");
  set(0);
  fail_once();
  EXPECT_EQ(lines.size(), 1u) << "nothing is wanted";
  ASSERT_EQ(api->set_log(nullptr), NEGODBC_AUTH_OK);
  fail_once();
  EXPECT_EQ(lines.size(), 1u);
  negodbc_auth_log none{};
  EXPECT_EQ(api->set_log(&none), NEGODBC_AUTH_E_ARGUMENT) << "no size";
}

TEST_F(AbiLog, IsNotCalledBehindSetLog) {
  std::atomic<bool> ends{false};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!ends) fail_once();
    });
  }
  for (int i = 0; i < 200; ++i) {
    auto counter = std::make_unique<std::atomic<int>>(0);  // used behind its end otherwise
    negodbc_auth_log to{};
    to.size = sizeof(to);
    to.level = NEGODBC_AUTH_LOG_DEBUG;
    to.write = [](void* data, std::uint32_t, const char*) {
      ++*static_cast<std::atomic<int>*>(data);
    };
    to.data = counter.get();
    EXPECT_EQ(api->set_log(&to), NEGODBC_AUTH_OK);
    std::this_thread::yield();
    EXPECT_EQ(api->set_log(nullptr), NEGODBC_AUTH_OK);
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(AbiLog, GoesOnInAChildOfAFork) {
  set(NEGODBC_AUTH_LOG_ERROR);
  const pid_t child = ::fork();
  if (child == 0) {
    fail_once();
    const bool told = lines.size() == 1;
    api->set_log(nullptr);
    fail_once();
    ::_exit(told && lines.size() == 1 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace negodbc::test
