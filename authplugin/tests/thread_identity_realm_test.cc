// Whose ticket a thread with ids of its own sends: the system gives each thread its own when it is
// asked directly, as servers do that work for others.
#include <grp.h>
#ifdef __linux__
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "sspi_gssapi/thread_identity.h"
#include "tests/support/identity_fixture.h"

namespace negodbc::test {
namespace {

constexpr uid_t kNobody = 65534;
constexpr gid_t kGroup = 777;

class ThreadIdentityRealm : public IdentityFixture {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can have others' ids";
    std::string made = "/tmp/negodbc-thread-XXXXXX";
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    open_ = made;
    ::chmod(open_.c_str(), 0755);
    const std::string configuration = open_ + "/krb5.conf";
    std::filesystem::copy_file(environment("KRB5_CONFIG"), configuration);
    ::chmod(configuration.c_str(), 0644);
    configuration_.set(configuration.c_str());
  }
  void TearDown() override {
    if (!open_.empty()) std::filesystem::remove_all(open_);
  }

  // A copy of the realm's cache, of this owner.
  std::string cache(const char* variable, uid_t owner, gid_t group, mode_t mode) const {
    const std::string file = open_ + "/" + variable;
    std::filesystem::copy_file(file_of(variable), file);
    EXPECT_EQ(::chown(file.c_str(), owner, group), 0);
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return "FILE:" + file;
  }

  static bool heimdal() { return std::string(library()) == "heimdal"; }
  // The first leg on this thread: whose ticket it sends; "": none.
  static std::string sender() {
    PluginSession session(options());
    const negodbc_auth_status status = session.step({});
    if (status != NEGODBC_AUTH_CONTINUE && status != NEGODBC_AUTH_ESTABLISHED) return "";
    return session.diagnosis().principal;
  }
  // The same on a thread that does `change` first.
  static std::string sender_on_thread(const std::function<void()>& change) {
    std::string who;
    std::thread([&] {
      change();
      who = sender();
    }).join();
    return who;
  }
  static void be_nobody() { ASSERT_EQ(::syscall(SYS_setresuid, -1, kNobody, -1), 0); }
  static void look_as_nobody() { ::setfsuid(kNobody); }

  std::string open_;  // a folder that everybody may look into
  ScopedVariable name_{"KRB5CCNAME", environment("KRB5CCNAME").c_str()};
  ScopedVariable configuration_{"KRB5_CONFIG", environment("KRB5_CONFIG").c_str()};
};

TEST_P(ThreadIdentityRealm, A_thread_uses_what_it_may_read_itself) {
  const std::string roots = cache("NEGODBC_CCACHE_VALID", 0, 0, 0600);
  const std::string nobodys = cache("NEGODBC_CCACHE_BOB", kNobody, kNobody, 0600);
  for (int i = 0; i < 2; ++i) {
    name_.set(roots.c_str());
    EXPECT_EQ(log_in(options()), principal("alice"));
    EXPECT_EQ(sender(), principal("alice"));
    EXPECT_EQ(sender_on_thread(be_nobody), "");
    EXPECT_EQ(sender_on_thread(look_as_nobody), "");
    EXPECT_EQ(sender_on_thread([] {}), principal("alice"));
    name_.set(nobodys.c_str());
    EXPECT_EQ(sender_on_thread(be_nobody), principal("bob"));
    // Heimdal takes no file of another owner.
    EXPECT_EQ(sender(), heimdal() ? "" : principal("bob"));
  }
  // No thread is left that has other ids than the process: the C library would end it here.
  ASSERT_EQ(::seteuid(kNobody), 0);
  EXPECT_EQ(sender(), principal("bob"));
  name_.set(roots.c_str());
  EXPECT_EQ(sender(), "");
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(sender(), principal("alice"));
}

TEST_P(ThreadIdentityRealm, The_first_threads_ids_are_not_the_processs) {
  name_.set(cache("NEGODBC_CCACHE_VALID", 0, 0, 0600).c_str());
  const pid_t child = ::fork();  // it has made no thread yet
  if (child == 0) {
    const bool none = sender_on_thread(be_nobody).empty();
    ::_exit(none && sender() == principal("alice") && log_in(options()) == principal("alice") ? 0
                                                                                              : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

// Ends this process, with an error in its status, should it ask to change the file system's ids.
bool forbid_changing_ids() {
  const auto ends = [](std::uint32_t call) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
  };
  std::array<sock_filter, 6> rules = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      ends(SYS_setfsuid),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      ends(SYS_setfsgid),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{rules.size(), rules.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_P(ThreadIdentityRealm, A_filter_of_system_calls_is_not_met) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auth::ThreadIdentity own = sspi_gssapi::thread_identity();
    look_as_nobody();
    const auth::ThreadIdentity nobodys = sspi_gssapi::thread_identity();
    if (!forbid_changing_ids()) ::_exit(2);
    const bool same = sspi_gssapi::thread_identity() == nobodys;
    ::_exit(same && !(own == nobodys) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_P(ThreadIdentityRealm, Groups_count) {
  if (heimdal()) GTEST_SKIP() << "it takes no file that a group may read";
  name_.set(cache("NEGODBC_CCACHE_VALID", 0, kGroup, 0640).c_str());
  const auto in_group = [](bool member) {
    return [member] {
      const gid_t group = kGroup;
      ASSERT_EQ(::syscall(SYS_setgroups, member ? 1 : 0, &group), 0);
      ASSERT_EQ(::syscall(SYS_setresgid, -1, kNobody, -1), 0);
      be_nobody();
    };
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(sender_on_thread(in_group(true)), principal("alice"));
    EXPECT_EQ(sender_on_thread(in_group(false)), "");
    EXPECT_EQ(log_in(options()), principal("alice"));
  }
}

TEST_P(ThreadIdentityRealm, The_processs_is_its_main_threads) {
  using sspi_gssapi::is_of_process;
  using sspi_gssapi::thread_identity;
  EXPECT_TRUE(is_of_process(thread_identity()));
  const auto is_own_after = [](const std::function<void()>& change) {
    bool own = true;
    std::thread([&] {
      change();
      own = is_of_process(thread_identity());
    }).join();
    return own;
  };
  EXPECT_TRUE(is_own_after([] {}));
  EXPECT_FALSE(is_own_after(be_nobody));
  EXPECT_FALSE(is_own_after(look_as_nobody));
  EXPECT_FALSE(is_own_after([] {
    std::vector<gid_t> groups(100);
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<gid_t>(1000 + i);
    ASSERT_EQ(::syscall(SYS_setgroups, groups.size(), groups.data()), 0);
  }));
}

INSTANTIATE_TEST_SUITE_P(Libraries, ThreadIdentityRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
#endif  // __linux__
