// Whose ticket a thread sends that sees other files or descriptors than the threads that were
// there before, or may do less: the system lets each thread leave what it shares.
#ifdef __linux__
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sspi_gssapi/thread_surroundings.h"
#include "tests/support/surroundings_fixture.h"

namespace negodbc::test {
namespace {

constexpr uid_t kOther = 65534;

class ThreadSurroundingsRealm : public SurroundingsFixture {
 protected:
  // In mounts of its own, bob's folder where alice's is.
  bool mount_bobs() const {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount(scratch("b").c_str(), scratch("a").c_str(), nullptr, MS_BIND, nullptr) == 0;
  }
};

TEST_P(ThreadSurroundingsRealm, Mounts_of_a_threads_own) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(sender_twice(), principal("alice"));
    const Sent sent = sender_on_thread([&] { return mount_bobs(); });
    if (!sent.lacks.empty()) GTEST_SKIP() << "no mounts of its own: " << sent.lacks;
    EXPECT_EQ(sent.who, principal("bob"));
  }
  EXPECT_EQ(sender_twice(), principal("alice"));
}

TEST_P(ThreadSurroundingsRealm, A_program_of_one_thread_leaves_its_mounts) {
  const Sent tried = sender_on_thread([&] { return mount_bobs(); });
  if (!tried.lacks.empty()) GTEST_SKIP() << "no mounts of its own: " << tried.lacks;
  expect_in_child([&] {
    if (sender_twice() != principal("alice")) return 1;
    if (!mount_bobs()) return 2;
    return sender_twice() == principal("bob") ? 0 : 3;
  });
}

// A helper that shared its root would not let it.
TEST_P(ThreadSurroundingsRealm, A_thread_may_enter_other_mounts_after_a_login) {
  const int before = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(before, 0);
  const Sent sent = sender_on_thread([&] {
    if (!mount_bobs()) return false;
    EXPECT_EQ(sender_twice(), principal("bob"));
    EXPECT_EQ(::setns(before, CLONE_NEWNS), 0) << errno;
    return true;
  });
  ::close(before);
  if (!sent.lacks.empty()) GTEST_SKIP() << "no mounts of its own: " << sent.lacks;
  EXPECT_EQ(sent.who, principal("alice"));
}

TEST_P(ThreadSurroundingsRealm, A_working_directory_of_a_threads_own) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(scratch("a"));
  name_.set("FILE:cc");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(sender_twice(), principal("alice"));
    const Sent sent = sender_on_thread(
        [&] { return ::unshare(CLONE_FS) == 0 && ::chdir(scratch("b").c_str()) == 0; });
    EXPECT_EQ(sent.who, principal("bob")) << sent.lacks;
  }
  EXPECT_EQ(sender_twice(), principal("alice"));
  // The process's own is all its threads'.
  std::filesystem::current_path(scratch("b"));
  EXPECT_EQ(sender_twice(), principal("bob"));
  std::filesystem::current_path(before);
}

TEST_P(ThreadSurroundingsRealm, A_root_of_a_threads_own) {
  const std::string root = scratch("root");
  const auto bring = [&](const std::string& from, const std::string& to) {
    const std::filesystem::path at = root + to;
    std::filesystem::create_directories(at.parent_path());
    std::filesystem::copy_file(from, at);
  };
  bring(scratch("b/cc"), scratch("a/cc"));
  bring(environment("KRB5_CONFIG"), environment("KRB5_CONFIG"));
  EXPECT_EQ(sender_twice(), principal("alice"));
  const Sent sent = sender_on_thread(
      [&] { return ::unshare(CLONE_FS) == 0 && ::chroot(root.c_str()) == 0 && ::chdir("/") == 0; });
  if (!sent.lacks.empty()) GTEST_SKIP() << "no root of its own: " << sent.lacks;
  EXPECT_EQ(sent.who, principal("bob"));
  EXPECT_EQ(sender_twice(), principal("alice"));
}

TEST_P(ThreadSurroundingsRealm, Descriptors_of_a_threads_own) {
  if (heimdal()) GTEST_SKIP() << "it takes no file by its descriptor";
  const int alices = ::open(scratch("a/cc").c_str(), O_RDWR | O_CLOEXEC);
  const int bobs = ::open(scratch("b/cc").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_TRUE(alices >= 0 && bobs >= 0);
  name_.set(("FILE:/proc/thread-self/fd/" + std::to_string(alices)).c_str());
  EXPECT_EQ(sender_twice(), principal("alice"));
  const Sent sent = sender_on_thread(
      [&] { return ::unshare(CLONE_FILES) == 0 && ::dup3(bobs, alices, O_CLOEXEC) == alices; });
  EXPECT_EQ(sent.who, principal("bob")) << sent.lacks;
  EXPECT_EQ(sender_twice(), principal("alice"));
  ::close(alices);
  ::close(bobs);
}

// What lets a thread into others' files, given up for good by this thread alone.
bool give_up_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0;
}

TEST_P(ThreadSurroundingsRealm, A_thread_without_capabilities) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has them";
  // In another's folder; and MIT takes another's file, which anybody may look at.
  const bool folder = heimdal();
  const std::string others = folder ? scratch("a") : scratch("a/cc");
  ASSERT_EQ(::chown(others.c_str(), kOther, kOther), 0);
  ASSERT_EQ(::chmod(others.c_str(), folder ? 0700 : 0600), 0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(sender_twice(), principal("alice"));
    const Sent sent = sender_on_thread(give_up_capabilities);
    if (!sent.lacks.empty()) GTEST_SKIP() << "not to be given up: " << sent.lacks;
    EXPECT_EQ(sent.who, "");
  }
  EXPECT_EQ(sender_twice(), principal("alice"));
  expect_in_child([&] {
    if (sender_twice() != principal("alice")) return 1;
    if (!give_up_capabilities()) return 2;
    return sender_twice().empty() ? 0 : 3;
  });
}

// From now on this thread, and those it makes, read no file but under these.
bool restrict_to(const std::vector<std::string>& paths) {
  const landlock_ruleset_attr handled{.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE};
  const auto rules = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled.handled_access_fs), 0));
  if (rules < 0) return false;
  for (const std::string& path : paths) {
    const int file = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (file < 0) continue;
    const landlock_path_beneath_attr allowed{LANDLOCK_ACCESS_FS_READ_FILE, file};
    ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &allowed, 0);
    ::close(file);
  }
  const bool done = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                    ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  ::close(rules);
  return done;
}

// What the system tells nobody.
TEST_P(ThreadSurroundingsRealm, What_was_restricted_counts_from_forget_on) {
  if (::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
    GTEST_SKIP() << "no Landlock";
  }
  const std::vector<std::string> allowed = {
      "/usr", "/lib", "/lib64", "/etc", "/proc", "/dev/urandom", environment("KRB5_CONFIG")};
  expect_in_child([&] {
    PluginSession session(options());
    if (sender_twice() != principal("alice")) return 1;
    if (!restrict_to(allowed)) return 2;
    session.api->forget(nullptr);
    return sender_twice().empty() ? 0 : 3;
  });
}

TEST_P(ThreadSurroundingsRealm, What_a_thread_shares_is_told) {
  using sspi_gssapi::are_of_process;
  using sspi_gssapi::has_surroundings;
  using sspi_gssapi::surroundings;
  const pid_t process = ::getpid();
  if (::syscall(SYS_kcmp, process, process, KCMP_FS, 0, 0) != 0) GTEST_SKIP() << "no kcmp(2)";
  const auth::Surroundings own = surroundings();
  EXPECT_TRUE(has_surroundings(own));
  EXPECT_TRUE(are_of_process(own));
  const auto after = [&](const std::function<bool()>& change) {
    std::string told;
    std::thread([&] {
      EXPECT_TRUE(change());
      told = has_surroundings(own) ? "same" : "other";
      told += are_of_process(surroundings()) ? ", the process's" : ", its own";
    }).join();
    return told;
  };
  EXPECT_EQ(after([] { return true; }), "same, the process's");
  EXPECT_EQ(after([] { return ::unshare(CLONE_FS) == 0; }), "same, its own");
  EXPECT_EQ(after([] { return ::unshare(CLONE_FS) == 0 && ::chdir("/") == 0; }), "other, its own");
  EXPECT_EQ(after([] { return ::unshare(CLONE_FILES) == 0; }), "other, its own");
}

// Folders that were made one after the other are neighbours in the file system's numbers.
TEST_P(ThreadSurroundingsRealm, No_two_working_directories_are_the_same) {
  constexpr std::size_t kFolders = 2000;
  std::set<decltype(auth::Surroundings::value)> seen;
  std::string lacks;
  std::thread([&] {
    if (::unshare(CLONE_FS) != 0) lacks = "no working directory of its own";
    for (std::size_t i = 0; i < kFolders && lacks.empty(); ++i) {
      const std::string folder = scratch("f" + std::to_string(i));
      if (::mkdir(folder.c_str(), 0700) != 0 || ::chdir(folder.c_str()) != 0) lacks = folder;
      seen.insert(sspi_gssapi::surroundings().value);
    }
  }).join();
  if (!lacks.empty()) GTEST_SKIP() << lacks;
  EXPECT_EQ(seen.size(), kFolders);
}

INSTANTIATE_TEST_SUITE_P(Libraries, ThreadSurroundingsRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
#endif  // __linux__
