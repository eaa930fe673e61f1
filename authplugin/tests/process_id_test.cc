#include "sspi_gssapi/process_id.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>

#include <csignal>
#endif

namespace negodbc::sspi_gssapi {
namespace {

std::uint64_t asked() {
  return static_cast<std::uint64_t>(::getpid());
}

// A child that has found itself ends with 0.
void expect_ends_well(pid_t child) {
  ASSERT_GT(child, 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(ProcessId, IsTheSystems) {
  EXPECT_EQ(process_id(), asked());
  EXPECT_EQ(process_id(), asked());
}

TEST(ProcessId, IsAChildsOwn) {
  ASSERT_EQ(process_id(), asked());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool own = process_id() == asked();
    const pid_t grandchild = ::fork();
    if (grandchild == 0) ::_exit(process_id() == asked() ? 0 : 1);
    int status = 1;
    ::waitpid(grandchild, &status, 0);
    ::_exit(own && status == 0 && process_id() == asked() ? 0 : 1);
  }
  expect_ends_well(child);
  EXPECT_EQ(process_id(), asked());
}

#ifdef __linux__
// No handler of pthread_atfork() is called for such a child.
TEST(ProcessId, IsAChildsOwnThatTheLibraryDoesNotKnowOf) {
  ASSERT_EQ(process_id(), asked());
  const auto child =
      static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (child == 0) {
    const auto true_number = static_cast<std::uint64_t>(::syscall(SYS_getpid));
    ::syscall(SYS_exit_group, process_id() == true_number ? 0 : 1);
  }
  expect_ends_well(child);
}
#endif

}  // namespace
}  // namespace negodbc::sspi_gssapi
