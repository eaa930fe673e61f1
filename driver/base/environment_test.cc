// What a set-user-ID program believes of its environment.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "driver/base/environment.h"
#include "driver/base/error.h"
#include "driver/base/os_user.h"
#include "driver/base/temporary_file.h"

namespace negodbc {
namespace {

constexpr const char* inside_variable = "NEGODBC_TEST_INSIDE";

// One bit for each variable that is believed.
int believed(const std::string& folder) {
  int bits = libpq_directory().rfind(folder, 0) == 0 ? 1 : 0;
  try {
    open_temporary_file();
  } catch (const Error&) {
    bits |= 2;  // the folder is not there
  }
  if (!is_privileged()) bits |= 4;
  return bits;
}

TEST(Environment, IsNotItsCallersInASetUserIdProgram) {
  if (const char* folder = std::getenv(inside_variable))  // NOLINT(concurrency-mt-unsafe)
    _exit(16 + believed(folder));
  if (geteuid() != 0) GTEST_SKIP() << "another user's program can be made by root only";
  std::string folder = std::filesystem::temp_directory_path() / "negodbc-environment-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  const std::string program = folder + "/program";
  const std::string absent = folder + "/absent";
  std::filesystem::copy_file("/proc/self/exe", program);
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string filter =
      std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name();
  const auto run = [&](unsigned mode) {
    EXPECT_EQ(chmod(program.c_str(), mode), 0);
    const pid_t child = fork();
    if (child == 0) {
      for (const char* variable : {inside_variable, "HOME", "TMPDIR"})
        setenv(variable, absent.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
      constexpr uid_t nobody = 65534;
      if (setgid(nobody) == 0 && setuid(nobody) == 0)
        execl(program.c_str(), program.c_str(), filter.c_str(), nullptr);
      _exit(1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(run(0755), 16 + 7) << "as any program";
  EXPECT_EQ(run(04755), 16);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace negodbc
