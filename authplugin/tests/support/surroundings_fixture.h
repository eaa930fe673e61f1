// For tests of whose ticket a thread sends that has left what it shared with the process's others.
// Linux only.
#ifndef NEGODBC_TESTS_SUPPORT_SURROUNDINGS_FIXTURE_H_
#define NEGODBC_TESTS_SUPPORT_SURROUNDINGS_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "tests/support/identity_fixture.h"

namespace negodbc::test {

// Who a thread sends the ticket of, and what it could not do for the test.
struct Sent {
  std::string who;
  std::string lacks;
};

class SurroundingsFixture : public IdentityFixture {
 protected:
  void SetUp() override {
    for (const char* folder : {"a", "b"}) std::filesystem::create_directory(scratch(folder));
    put("NEGODBC_CCACHE_VALID", scratch("a/cc"));
    put("NEGODBC_CCACHE_BOB", scratch("b/cc"));
  }

  static bool heimdal() { return std::string(library()) == "heimdal"; }
  // The first leg on this thread: whose ticket it sends; "": none.
  static std::string sender() {
    PluginSession session(options());
    const negodbc_auth_status status = session.step({});
    if (status != NEGODBC_AUTH_CONTINUE && status != NEGODBC_AUTH_ESTABLISHED) return "";
    return session.diagnosis().principal;
  }
  // The same, and whether it stays so.
  static std::string sender_twice() {
    const std::string first = sender();
    const std::string second = sender();
    return first == second ? first : first + ", then " + second;
  }
  // On a thread of its own, after `change`, which tells whether the system lets it.
  static Sent sender_on_thread(const std::function<bool()>& change) {
    Sent sent;
    std::thread([&] {
      if (change()) {
        sent.who = sender_twice();
      } else {
        sent.lacks = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
      }
    }).join();
    return sent;
  }
  // In a child that has no thread yet: its exit status is 0, or what has failed.
  static void expect_in_child(const std::function<int()>& run) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(run());
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }

  ScopedVariable name_{"KRB5CCNAME", ("FILE:" + scratch("a/cc")).c_str()};
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_SURROUNDINGS_FIXTURE_H_
