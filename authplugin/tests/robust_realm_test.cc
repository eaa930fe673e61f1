// What must not lock out, crash or hang a process: time-outs at any moment, forks, file systems
// that do not answer, credentials that end early, a service whose key changes, a user who is not
// trusted.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <list>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "sspi_gssapi/gss_credential.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/oids.h"
#include "tests/support/identity_fixture.h"
#include "tests/support/repetition.h"

namespace {
// Names that begin so are on another machine, which does not answer for a while; null: none do.
std::atomic<const std::string*> dead_prefix = nullptr;

// For the process' life: helpers that were given up may still look.
void set_dead_prefix(const std::string& prefix) {
  static auto* const kept = new std::list<std::string>;
  dead_prefix = &kept->emplace_back(prefix);
}
bool is_dead(const char* path) {
  const std::string* const prefix = dead_prefix;
  return prefix != nullptr && std::strncmp(path, prefix->c_str(), prefix->size()) == 0;
}
void wait_for_the_dead() {
  std::this_thread::sleep_for(std::chrono::seconds(3));
}
}  // namespace

// The system's, for this program and what it loads (-rdynamic).
extern "C" [[gnu::visibility("default")]] int stat(const char* path, struct stat* facts) noexcept {
  if (is_dead(path)) wait_for_the_dead();
  return static_cast<int>(::syscall(SYS_newfstatat, AT_FDCWD, path, facts, 0));
}
extern "C" [[gnu::visibility("default")]] int statfs(const char* path,
                                                     struct statfs* facts) noexcept {
  const int result = static_cast<int>(::syscall(SYS_statfs, path, facts));
  constexpr long kNfs = 0x6969;
  if (is_dead(path)) facts->f_type = kNfs;
  return result;
}

namespace negodbc::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class RobustRealm : public IdentityFixture {
 protected:
  // The status of a first leg.
  static negodbc_auth_status first_step(const negodbc_auth_options& asked, std::uint32_t ms) {
    PluginSession session(asked);
    return session.step({}, ms);
  }
  // A cache without service tickets, of this test's own.
  std::string fresh_cache(const char* name) const {
    put("NEGODBC_CCACHE_TGT", scratch(name));
    return "FILE:" + scratch(name);
  }
};

TEST_P(RobustRealm, A_time_out_at_any_moment_locks_nobody_out) {
  // Each of ten times.
  for (int i = 0; i < (is_sanitized ? 10 : 40); ++i) {
    const std::string cache = fresh_cache(("cache" + std::to_string(i)).c_str());
    negodbc_auth_options asked = options();
    asked.credential_cache = cache.c_str();
    first_step(asked, static_cast<std::uint32_t>(1 + i % 10));
    ASSERT_EQ(first_step(asked, kTimeoutMs), NEGODBC_AUTH_CONTINUE) << i;
  }
}

TEST_P(RobustRealm, A_file_system_that_does_not_answer_holds_up_only_its_own_logins) {
  const std::string dead = fresh_cache("dead");
  const std::string alive = environment("NEGODBC_CCACHE_VALID");
  negodbc_auth_options hangs = options();
  hangs.credential_cache = dead.c_str();
  negodbc_auth_options works = options();
  works.credential_cache = alive.c_str();
  set_dead_prefix(scratch("dead"));
  EXPECT_EQ(first_step(hangs, 20000), NEGODBC_AUTH_CONTINUE) << "its kind is known now";
  for (int i = 0; i < 2; ++i) {
    const auto begin = Clock::now();
    EXPECT_EQ(first_step(hangs, 200), NEGODBC_AUTH_E_TIMED_OUT);
    EXPECT_EQ(first_step(works, kTimeoutMs), NEGODBC_AUTH_CONTINUE);
    EXPECT_LT(Clock::now() - begin, milliseconds(2500));
  }
  dead_prefix = nullptr;
  EXPECT_EQ(first_step(hangs, kTimeoutMs), NEGODBC_AUTH_CONTINUE);
}

TEST_P(RobustRealm, A_child_of_a_fork_in_the_midst_of_logins_does_not_hang) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) first_step(asked, kTimeoutMs);
    });
  }
  int hung = 0;
  // A lock that a fork leaves closed is met by one child in seventy. A process under
  // AddressSanitizer is copied slowly, while those threads keep all processors: there what counts
  // is what a child reads.
  for (int i = 0; i < (is_sanitized ? 8 : 60); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);  // far beyond the call's own time
      first_step(asked, 1000);
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    hung += WIFSIGNALED(status) ? 1 : 0;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  // Its allocator may leave a lock of its own closed in a child.
  EXPECT_LE(hung, is_sanitized ? 2 : 0);
}

// Threads that look for a library all the time: a lock of theirs would stay closed in most
// children.
TEST_P(RobustRealm, A_child_finds_the_libraries_that_its_parent_has_loaded) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) static_cast<void>(sspi_gssapi::load_library(library()));
    });
  }
  int hung = 0;
  for (int i = 0; i < (is_sanitized ? 5 : 20); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(5);
      ::_exit(sspi_gssapi::find_loaded(library()) != nullptr ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    hung += status == 0 ? 0 : 1;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(hung, 0);
}

// A credential of the program's in its own cache.
class ProgramsCredential {
 public:
  explicit ProgramsCredential(const char* library_name, gss_OID_desc* mech)
      : library_(
            *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(library_name))) {
    gss_OID_set_desc mechs{1, mech};
    OM_uint32 minor = 0;
    const OM_uint32 major =
        library_.gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
                                  &credential, nullptr, nullptr);
    EXPECT_FALSE(GSS_ERROR(major));
  }
  ~ProgramsCredential() { end(); }
  ProgramsCredential(const ProgramsCredential&) = delete;
  ProgramsCredential& operator=(const ProgramsCredential&) = delete;
  void end() {
    OM_uint32 minor = 0;
    if (credential != nullptr) library_.gss_release_cred(&minor, &credential);
  }
  gss_cred_id_t credential = nullptr;

 private:
  const sspi_gssapi::GssLibrary& library_;
};

TEST_P(RobustRealm, A_credential_handed_over_may_end_when_the_call_has_returned) {
  const std::string cache = fresh_cache("native");
  const ScopedVariable name("KRB5CCNAME", cache.c_str());
  const pid_t kdc = std::stoi(environment("NEGODBC_KDC_PID"));
  for (int i = 0; i < 3; ++i) {
    ProgramsCredential program(library(), std::string(package()) == "Kerberos"
                                              ? &sspi_gssapi::kKrb5Mech
                                              : &sspi_gssapi::kSpnegoMech);
    negodbc_auth_options asked = options();
    asked.native_credential = program.credential;
    ASSERT_EQ(::kill(-kdc, SIGSTOP), 0);
    {
      PluginSession session(asked);
      EXPECT_EQ(session.step({}, 200), NEGODBC_AUTH_E_TIMED_OUT);
    }
    program.end();
    // The call that was given up goes on, with its ticket.
    ::kill(-kdc, SIGCONT);
    std::this_thread::sleep_for(milliseconds(300));
  }
  EXPECT_EQ(log_in(options()), principal("alice"));
}

TEST_P(RobustRealm, A_credential_of_another_library_is_refused) {
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  const ScopedVariable name("KRB5CCNAME", cache.c_str());
  const char* const other = std::string(library()) == "mit" ? "heimdal" : "mit";
  for (gss_OID_desc* const mech : {&sspi_gssapi::kKrb5Mech, &sspi_gssapi::kSpnegoMech}) {
    ProgramsCredential program(other, mech);
    negodbc_auth_options asked = options();
    asked.native_credential = program.credential;
    PluginSession session(asked);
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_ARGUMENT);
    EXPECT_NE(std::string(session.diagnosis().text).find("native_credential"), std::string::npos)
        << session.diagnosis().text;
  }
}

std::atomic<int> g_released{0};
void* g_released_credential = nullptr;

TEST_P(RobustRealm, A_credential_handed_over_for_good_is_released_once) {
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  const ScopedVariable name("KRB5CCNAME", cache.c_str());
  ProgramsCredential program(library(), std::string(package()) == "Kerberos"
                                            ? &sspi_gssapi::kKrb5Mech
                                            : &sspi_gssapi::kSpnegoMech);
  negodbc_auth_options asked = options();
  asked.native_credential = program.credential;
  asked.native_release_data = &g_released;
  asked.native_release = [](void* credential, void* data) {
    g_released_credential = credential;
    ++*static_cast<std::atomic<int>*>(data);
  };
  g_released = 0;
  {
    PluginSession session(asked);
    EXPECT_EQ(seen_by_acceptor(session), principal("alice"));
    EXPECT_EQ(g_released, 0) << "the context is still there";
  }
  EXPECT_EQ(g_released, 1);
  EXPECT_EQ(g_released_credential, program.credential);
  asked.package = "no such package";
  { PluginSession refused(asked); }
  EXPECT_EQ(g_released, 2) << "also when open() fails";
}

// A service of this test's own, whose key can be changed.
class Service {
 public:
  Service(const std::string& name, std::string keytab) : name_(name), keytab_(std::move(keytab)) {
    kadmin("add --random-key --use-defaults " + name_);
    extract();
  }
  ~Service() { kadmin("delete " + name_); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  void change_key() {
    kadmin("cpw --random-key " + name_);
    std::filesystem::remove(keytab_);
    extract();
  }
  // Of MIT's library, which can be told the keytab.
  TestCredential acceptor(const char* package) const {
    NEGODBC_AUTH_IDENTITY identity{};
    identity.Library = "mit";
    identity.Keytab = keytab_.c_str();
    return acquire(package, SECPKG_CRED_INBOUND, identity);
  }

 private:
  void extract() { kadmin("ext_keytab --keytab=" + keytab_ + " " + name_); }
  static void kadmin(const std::string& command) {
    const std::string line =
        "kadmin.heimdal -l -c " + environment("KRB5_CONFIG") + " " + command + " >/dev/null";
    EXPECT_EQ(std::system(line.c_str()), 0) << line;  // NOLINT(concurrency-mt-unsafe)
  }
  const std::string name_;
  const std::string keytab_;
};

// A cache that only this process knows, with a file's tickets.
void fill_memory(const char* library_name, const std::string& name, const std::string& file) {
  const auto& library =
      *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(library_name));
  const sspi_gssapi::Krb5Functions& f = library.krb5;
  sspi_gssapi::Krb5 krb5(f);
  ASSERT_EQ(f.krb5_cc_resolve(krb5.get(), ("FILE:" + file).c_str(), &krb5.source), 0);
  ASSERT_EQ(f.krb5_cc_get_principal(krb5.get(), krb5.source, &krb5.principal), 0);
  ASSERT_EQ(f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache), 0);
  ASSERT_EQ(f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal), 0);
  const auto copy = f.krb5_cc_copy_cache != nullptr ? f.krb5_cc_copy_cache : f.krb5_cc_copy_creds;
  ASSERT_EQ(copy(krb5.get(), krb5.source, krb5.cache), 0);
}

TEST_P(RobustRealm, A_service_whose_key_changes_refuses_one_login) {
  const std::string name =
      std::string("rekey-") + library() + "-" + (package()[0] == 'K' ? "k" : "n");
  Service service(name + "/localhost", scratch("service.keytab"));
  const std::string password = environment("NEGODBC_ALICE_PASSWORD");
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  const std::string cache = fresh_cache("cache");
  negodbc_auth_options by_cache = options();
  by_cache.service = name.c_str();
  by_cache.credential_cache = cache.c_str();
  negodbc_auth_options by_password = options();
  by_password.service = name.c_str();
  by_password.principal = "alice";
  by_password.password = password.c_str();
  negodbc_auth_options by_keytab = options();
  by_keytab.service = name.c_str();
  by_keytab.principal = "alice";
  by_keytab.client_keytab = keytab.c_str();
  const std::string memory = std::string("MEMORY:") + name;
  fill_memory(library(), memory, file_of("NEGODBC_CCACHE_TGT"));
  negodbc_auth_options by_memory = options();
  by_memory.service = name.c_str();
  by_memory.credential_cache = memory.c_str();
  const auto log_in_to_it = [&](const negodbc_auth_options& asked) {
    PluginSession session(asked);
    return session.log_in(service.acceptor(package()));
  };
  const auto all = {&by_cache, &by_password, &by_keytab, &by_memory};
  for (const negodbc_auth_options* asked : all) {
    ASSERT_EQ(log_in_to_it(*asked), NEGODBC_AUTH_ESTABLISHED);
    ASSERT_EQ(log_in_to_it(*asked), NEGODBC_AUTH_ESTABLISHED);
  }
  service.change_key();
  for (const negodbc_auth_options* asked : all) {
    EXPECT_NE(log_in_to_it(*asked), NEGODBC_AUTH_ESTABLISHED);
    EXPECT_EQ(log_in_to_it(*asked), NEGODBC_AUTH_ESTABLISHED);
    EXPECT_EQ(log_in_to_it(*asked), NEGODBC_AUTH_ESTABLISHED);
  }
}

// In a program that another user owns, this program again.
TEST_P(RobustRealm, A_set_user_id_program_does_not_obey_its_callers_environment) {
  constexpr const char* kInside = "NEGODBC_TEST_SETUID";
  if (std::getenv(kInside) != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    PluginSession session(options());
    session.step({});
    ::_exit(std::string(session.diagnosis().credential_source) == environment("KRB5CCNAME") ? 3
                                                                                            : 4);
  }
  if (::geteuid() != 0) GTEST_SKIP() << "another user's program can be made by root only";
  // Where the caller may go, outside the realm's folder.
  std::string folder = std::filesystem::temp_directory_path() / "negodbc-setuid-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  ASSERT_EQ(::chmod(folder.c_str(), 0755), 0);
  const std::string program = folder + "/program";
  const std::string plugin = folder + "/plugin.so";
  std::filesystem::copy_file("/proc/self/exe", program);
  std::filesystem::copy_file(plugin_file(), plugin);
  ASSERT_EQ(::chmod(plugin.c_str(), 0755), 0);
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string filter =
      std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name();
  const auto run = [&](unsigned mode) {
    EXPECT_EQ(::chmod(program.c_str(), mode), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv(kInside, "1", 1);                               // NOLINT
      ::setenv("NEGODBC_PLUGIN", plugin.c_str(), 1);           // NOLINT
      ::setenv("KRB5CCNAME", "FILE:/nonexistent/callers", 1);  // NOLINT
      constexpr uid_t kNobody = 65534;
      if (::setgid(kNobody) == 0 && ::setuid(kNobody) == 0) {
        ::execl(program.c_str(), program.c_str(), filter.c_str(), nullptr);
      }
      ::_exit(1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(run(0755), 3) << "as any program";
  EXPECT_EQ(run(04755), 4);
  std::filesystem::remove_all(folder);
}

// The name of the cache that Heimdal takes on this thread; "" where it can't be told.
std::string heimdals_default_cache() {
  const auto& library =
      *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library("heimdal"));
  gss_OID_set_desc mechs{1, &sspi_gssapi::kKrb5Mech};
  sspi_gssapi::ScopedCred credential(library);
  sspi_gssapi::ScopedName name(library);
  OM_uint32 minor = 0;
  if (GSS_ERROR(library.gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                         GSS_C_INITIATE, credential.out(), nullptr, nullptr)) ||
      GSS_ERROR(library.gss_inquire_cred(&minor, credential.get(), name.out(), nullptr, nullptr,
                                         nullptr))) {
    return "";
  }
  return sspi_gssapi::display_name(library, name.get());
}

TEST_P(RobustRealm, The_programs_default_cache_of_the_thread_stays_its_own) {
  // The program has Heimdal loaded before the plugin is: this one's table has done that.
  const auto& library =
      *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library("heimdal"));
  const std::string copy = scratch("late.so");
  std::filesystem::copy_file(plugin_file(), copy);
  const negodbc_auth_api* const late = load_plugin_file(copy);
  const std::string alice = environment("NEGODBC_CCACHE_VALID");
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options asked = options();
  asked.credential_cache = alice.c_str();
  std::thread([&] {
    OM_uint32 minor = 0;
    library.gss_krb5_ccache_name(&minor, bob.c_str(), nullptr);
    for (int i = 0; i < 4; ++i) {
      PluginSession session(asked, late);
      ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE);
      EXPECT_EQ(heimdals_default_cache(), principal("bob")) << i;
    }
  }).join();
  // A thread on which the program has named none goes on following the environment.
  std::thread([&] {
    ScopedVariable name("KRB5CCNAME", bob.c_str());
    EXPECT_EQ(heimdals_default_cache(), principal("bob"));
    for (int i = 0; i < 4; ++i) {
      PluginSession session(asked, late);
      ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE);
    }
    name.set(environment("NEGODBC_CCACHE_WRONG").c_str());
    EXPECT_EQ(heimdals_default_cache(), principal("mallory"));
  }).join();
}

// Where the plugin is the only one, a leg on the program's thread leaves nothing of its own there.
TEST_P(RobustRealm, A_leg_leaves_the_users_default_cache_on_the_thread) {
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  std::thread([&] {
    const ScopedVariable name("KRB5CCNAME", bob.c_str());
    {
      NEGODBC_AUTH_IDENTITY identity{};
      const std::string alice = environment("NEGODBC_CCACHE_VALID");
      identity.Library = "heimdal";
      identity.CredentialCache = alice.c_str();
      const TestCredential client = acquire(package(), SECPKG_CRED_OUTBOUND, identity);
      End end;
      end.initialize(client, "postgres/localhost", ISC_REQ_MUTUAL_AUTH, nullptr);
      EXPECT_EQ(end.status, SEC_I_CONTINUE_NEEDED);
    }
    EXPECT_EQ(heimdals_default_cache(), principal("bob"));
  }).join();
}

INSTANTIATE_TEST_SUITE_P(Libraries, RobustRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
