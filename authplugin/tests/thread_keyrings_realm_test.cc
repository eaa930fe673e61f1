// Whose ticket is sent that lies in a keyring of the kernel's: each thread has its own choice of
// them, which those that it makes have, too.
#ifdef __linux__
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <variant>

#include "negotiate/security_platform.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/krb5_context.h"
#include "tests/support/surroundings_fixture.h"

namespace negodbc::test {
namespace {

constexpr uid_t kSomebody = 65534;
constexpr int kNoKeyring = 64;  // a status of children

using ThreadKeyringsRealm = SurroundingsFixture;

// A copy of the realm's cache; false: the library, or the kernel for us, has no keyring.
bool fill_keyring(const char* library, const std::string& name, const char* variable) {
  using namespace sspi_gssapi;
  const GssLibrary& used = *std::get<const GssLibrary*>(load_library(library));
  const Krb5Functions& f = used.krb5;
  Krb5 krb5(f);
  return f.krb5_cc_copy_creds != nullptr &&
         f.krb5_cc_resolve(krb5.get(), environment(variable).c_str(), &krb5.source) == 0 &&
         f.krb5_cc_get_principal(krb5.get(), krb5.source, &krb5.principal) == 0 &&
         f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache) == 0 &&
         f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal) == 0 &&
         f.krb5_cc_copy_creds(krb5.get(), krb5.source, krb5.cache) == 0;
}

bool join_session_keyring() {
  return ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) >= 0;
}

bool empty_keyring(const char* library, const std::string& name) {
  using namespace sspi_gssapi;
  const GssLibrary& used = *std::get<const GssLibrary*>(load_library(library));
  Krb5 krb5(used.krb5);
  void* cache = nullptr;
  return used.krb5.krb5_cc_resolve(krb5.get(), name.c_str(), &cache) == 0 &&
         used.krb5.krb5_cc_destroy(krb5.get(), cache) == 0;
}

// As pam_keyinit does for who logs in.
TEST_P(ThreadKeyringsRealm, A_session_keyring_that_was_joined) {
  const auto logins = [&](const std::string& name) {
    if (!join_session_keyring()) return kNoKeyring;
    // Helpers that came before it.
    if (sender_twice() != principal("alice")) return 1;
    name_.set(name.c_str());
    if (!fill_keyring(library(), name, "NEGODBC_CCACHE_VALID")) return kNoKeyring;
    if (sender_twice() != principal("alice")) return 2;
    if (!join_session_keyring()) return kNoKeyring;
    if (!sender_twice().empty()) return 3;
    if (!fill_keyring(library(), name, "NEGODBC_CCACHE_BOB")) return kNoKeyring;
    if (sender_twice() != principal("bob")) return 4;
    const Sent sent = sender_on_thread([&] {
      return join_session_keyring() && fill_keyring(library(), name, "NEGODBC_CCACHE_VALID");
    });
    if (sent.who != principal("alice")) return 5;
    return sender_twice() == principal("bob") ? 0 : 6;
  };
  for (const char* name : {"KEYRING:session:negodbc-joined", "KEYRING:negodbc-joined"}) {
    int status = -1;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(logins(name));
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << status;
    if (WEXITSTATUS(status) == kNoKeyring) GTEST_SKIP() << "there is no keyring for " << library();
    EXPECT_EQ(WEXITSTATUS(status), 0) << name;
  }
}

// A process has no keyring of its own until it asks for one.
TEST_P(ThreadKeyringsRealm, A_process_keyring_that_came_later) {
  int status = -1;
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string name = "KEYRING:process:negodbc-later";
    if (sender_twice() != principal("alice")) ::_exit(1);
    if (!fill_keyring(library(), name, "NEGODBC_CCACHE_BOB")) ::_exit(kNoKeyring);
    name_.set(name.c_str());
    ::_exit(sender_twice() == principal("bob") ? 0 : 2);
  }
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  if (WEXITSTATUS(status) == kNoKeyring) GTEST_SKIP() << "there is no keyring for " << library();
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// On a thread that has another user's ids if it is to: what it finds in its session keyring, it
// alone gets to know.
bool as_user(uid_t user, const std::function<bool()>& work) {
  bool done = false;
  std::thread([&] {
    done = (user == 0 || (::syscall(SYS_setresgid, user, user, user) == 0 &&
                          ::syscall(SYS_setresuid, user, user, user) == 0)) &&
           work();
  }).join();
  return done;
}

// Where no session keyring was joined it is the user's, and who becomes another user leaves it.
TEST_P(ThreadKeyringsRealm, Keyrings_of_the_user_that_a_process_has_become) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const std::string name = "KEYRING:negodbc-become-" + std::to_string(::getpid());
  const std::string open = "/tmp/negodbc-become-" + std::to_string(::getpid());
  std::filesystem::create_directory(open);
  ::chmod(open.c_str(), 0755);
  std::filesystem::copy_file(environment("KRB5_CONFIG"), open + "/krb5.conf");
  ::chmod((open + "/krb5.conf").c_str(), 0644);
  const ScopedVariable configuration("KRB5_CONFIG", (open + "/krb5.conf").c_str());
  std::filesystem::copy_file(file_of("NEGODBC_CCACHE_BOB"), open + "/bob");
  ::chmod((open + "/bob").c_str(), 0644);
  const ScopedVariable bobs("NEGODBC_CCACHE_BOB", ("FILE:" + open + "/bob").c_str());
  name_.set(name.c_str());
  const auto is_users = [] {
    const long session = ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
    return session >= 0 && session == ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
                                                KEY_SPEC_USER_SESSION_KEYRING, 0);
  };
  const auto fills = [&](const char* variable) {
    return [&name, variable] { return fill_keyring(library(), name, variable); };
  };
  const auto leave = [&] { return empty_keyring(library(), name); };
  if (as_user(0, is_users) && as_user(0, fills("NEGODBC_CCACHE_VALID")) &&
      as_user(kSomebody, fills("NEGODBC_CCACHE_BOB"))) {
    expect_in_child([&] {
      if (sender_twice() != principal("alice")) return 1;
      if (::setgid(kSomebody) != 0 || ::setuid(kSomebody) != 0) return 2;
      return sender_twice() == principal("bob") ? 0 : 3;
    });
    as_user(kSomebody, leave);
    as_user(0, leave);
  } else {
    as_user(0, leave);
    std::filesystem::remove_all(open);
    GTEST_SKIP() << "no session keyring of the user's for " << library();
  }
  std::filesystem::remove_all(open);
}

// Only they need a new thread of the caller's for each call; what else the process logs in with
// goes on with helpers that are kept.
TEST_P(ThreadKeyringsRealm, Which_logins_depend_on_a_threads_keyrings) {
  const auth::SecurityPlatform& platform = auth::system_platform();
  auth::CredentialRequest asked;
  asked.library = library();
  const auto by_thread = [&](const char* cache) {
    asked.credential_cache = cache;
    return platform.find_identity(asked).by_thread;
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(by_thread("FILE:/tmp/negodbc-none"));
    EXPECT_FALSE(by_thread("KEYRING:persistent:0"));
    EXPECT_FALSE(by_thread("")) << "KRB5CCNAME is a file";
    EXPECT_TRUE(by_thread("KEYRING:session:negodbc-none"));
    EXPECT_TRUE(by_thread("KEYRING:negodbc-none"));
    const ScopedVariable name("KRB5CCNAME", "KEYRING:process:negodbc-none");
    EXPECT_TRUE(by_thread(""));
    EXPECT_TRUE(platform.may_be_by_thread());
    EXPECT_FALSE(by_thread("FILE:/tmp/negodbc-none"));
  }
  // What is handed over does not tell where it is from.
  asked.native_credential = &asked;
  EXPECT_TRUE(by_thread(""));
}

INSTANTIATE_TEST_SUITE_P(Libraries, ThreadKeyringsRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
#endif  // __linux__
