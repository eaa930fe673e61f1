// Whose the file is, and what becomes of it when it is rotated away.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "driver/base/error.h"
#include "driver/log/log.h"
#include "driver/log/log_file.h"

namespace negodbc::log {
namespace {

class LogFile : public ::testing::Test {
 protected:
  LogFile() {
    std::string pattern = std::filesystem::temp_directory_path() / "negodbc-log-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw Error("HY000", "no folder");
    folder_ = pattern;
    path_ = folder_ + "/log";
  }
  ~LogFile() override { std::filesystem::remove_all(folder_); }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  [[nodiscard]] std::string refusal() const {
    const std::string fault = fault_of_log(path_);
    try {
      const Log log(path_, Level::errors);
    } catch (const Error& error) {
      EXPECT_EQ(error.state(), "01000");
      EXPECT_EQ(error.what(), "the log " + path_ + " can't be written: " + fault);
      return error.what();
    }
    EXPECT_EQ(fault, "");
    return "";
  }

  std::string folder_, path_;
};

TEST_F(LogFile, IsItsOwnersOnly) {
  const mode_t before = umask(0);
  Log(path_, Level::errors).write("error", {});
  umask(before);
  struct stat found = {};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0600U);
}

TEST_F(LogFile, OneThatWasRotatedAwayIsMadeAnew) {
  Log log(path_, Level::errors);
  log.write("one", {});
  std::filesystem::rename(path_, path_ + ".1");
  log.write("two", {});
  std::filesystem::remove(path_);
  std::ofstream(path_).close();  // by logrotate's "create"
  log.write("three", {});
  EXPECT_NE(content(path_ + ".1").find(" one\n"), std::string::npos);
  EXPECT_EQ(content(path_ + ".1").find(" two\n"), std::string::npos);
  EXPECT_NE(content(path_).find(" three\n"), std::string::npos);
  EXPECT_EQ(content(path_).find(" two\n"), std::string::npos);
  EXPECT_FALSE(log.has_failed());
}

TEST_F(LogFile, ALinkInItsPlaceIsNotFollowed) {
  std::ofstream(folder_ + "/else").close();
  std::filesystem::create_symlink(folder_ + "/else", path_);
  EXPECT_NE(refusal().find("symbolic link"), std::string::npos) << refusal();
  std::filesystem::remove(path_);
  Log log(path_, Level::errors);
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(folder_ + "/else", path_);
  log.write("error", {});
  EXPECT_TRUE(log.has_failed());
  EXPECT_EQ(content(folder_ + "/else"), "");
}

TEST_F(LogFile, APipeIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_NE(refusal(), "");
  const int reader = open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  EXPECT_NE(refusal().find("no ordinary file"), std::string::npos) << refusal();
  close(reader);
}

TEST_F(LogFile, LookingWhetherItCanBeWrittenMakesNone) {
  EXPECT_EQ(fault_of_log(path_), "");
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(refusal(), "");
  std::filesystem::remove(path_);
  path_ = folder_ + "/none/log";
  EXPECT_NE(refusal().find("No such file"), std::string::npos) << refusal();
  path_ = folder_;
  EXPECT_NE(refusal().find("Is a directory"), std::string::npos) << refusal();
}

TEST_F(LogFile, AnotherUsersFileIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  std::ofstream(path_).close();
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(chown(path_.c_str(), nobody, nobody), 0);
  ASSERT_EQ(chmod(path_.c_str(), 0666), 0);
  EXPECT_NE(refusal().find("another user"), std::string::npos) << refusal();
  EXPECT_EQ(content(path_), "");
}

TEST_F(LogFile, OneThatMayNotGrowKillsNobody) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit limit = {100, 100};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    Log log(path_, Level::errors);
    for (int i = 0; i < 10; ++i) log.write("error", {{"text", "some twenty characters"}});
    _exit(log.has_failed() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace negodbc::log
