// odbc.ini on disk, with what may go wrong there.
#include "driver/dsn/ini_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "driver/base/error.h"
#include "tests/support/environment.h"
#include "tests/support/repetition.h"

namespace negodbc::dsn {
namespace {

using testing::HasSubstr;

class IniFile : public testing::Test {
 protected:
  IniFile() { std::filesystem::create_directories(folder_); }
  ~IniFile() override { std::filesystem::remove_all(folder_); }

  static void put(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }
  static std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t mode_of(const std::filesystem::path& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
  }
  static std::string fault_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void add(const std::string& name, bool secret = false) const {
    change_ini_file(file_.string(), secret, [&](IniText& text) {
      text.add(name, {{"Driver", "d"}});
    });
  }
  // How a process of its own ends, without the rights of root.
  static int in_child(const std::function<void()>& call) {
    const pid_t child = ::fork();
    if (child == 0) {
      constexpr uid_t nobody = 65534;
      if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) ::_exit(3);
      try {
        call();
      } catch (const Error&) {
        ::_exit(2);
      }
      ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("negodbc_inifile_" + std::to_string(getpid()));
  const std::filesystem::path file_ = folder_ / "odbc.ini";
};

TEST_F(IniFile, IsMadeAndReplaced) {
  EXPECT_TRUE(read_ini_file(file_.string()).names().empty());
  add("a");
  add("b");
  EXPECT_EQ(bytes_of(file_), "[a]\nDriver = d\n\n[b]\nDriver = d\n");
  EXPECT_EQ(files(), 1U);
  // Nothing to do: nothing is written.
  const auto before = std::filesystem::last_write_time(file_);
  change_ini_file(file_.string(), false, [](IniText& text) { text.set("a", {{"DRIVER", "d"}}); });
  EXPECT_EQ(std::filesystem::last_write_time(file_), before);
}

TEST_F(IniFile, KeepsItsMode) {
  const mode_t old = ::umask(022);
  add("a");
  EXPECT_EQ(mode_of(file_), 0644U);
  ::chmod(file_.c_str(), 0640);
  add("b", true);
  EXPECT_EQ(mode_of(file_), 0640U) << "whoever has made it has said who may read it";
  std::filesystem::remove(file_);
  add("c", true);
  EXPECT_EQ(mode_of(file_), 0600U);
  std::filesystem::resize_file(file_, 0);
  ::chmod(file_.c_str(), 0644);
  add("d", true);
  EXPECT_EQ(mode_of(file_), 0600U) << "nothing was in it";
  ::umask(old);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(file_.c_str(), 12, 34), 0);
    add("e");
    struct stat facts {};
    ::stat(file_.c_str(), &facts);
    EXPECT_EQ(facts.st_uid, 12U);
    EXPECT_EQ(facts.st_gid, 34U);
  }
}

TEST_F(IniFile, IsReplacedBehindItsLinks) {
  std::filesystem::create_directory(folder_ / "real");
  std::filesystem::create_symlink("real/odbc.ini", folder_ / "link");
  std::filesystem::create_symlink(folder_ / "link", file_);
  add("a");
  add("b");
  EXPECT_TRUE(std::filesystem::is_symlink(file_));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link"));
  EXPECT_THAT(bytes_of(folder_ / "real/odbc.ini"), HasSubstr("[b]"));
  std::filesystem::remove(file_);
  std::filesystem::create_symlink("odbc.ini", file_);
  EXPECT_THAT(fault_of([&] { add("c"); }), HasSubstr("Too many levels of symbolic links"));
  EXPECT_THAT(fault_of([&] { read_ini_file(file_.string()); }), HasSubstr("Too many levels"));
}

TEST_F(IniFile, WhatIsNoFileIsTold) {
  std::filesystem::create_directory(file_);
  EXPECT_THAT(fault_of([&] { read_ini_file(file_.string()); }), HasSubstr("is a folder"));
  EXPECT_THAT(fault_of([&] { add("a"); }), HasSubstr("it is a folder; nothing was changed"));
  std::filesystem::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_THAT(fault_of([&] { read_ini_file(file_.string()); }), HasSubstr("is a pipe"));
  EXPECT_THAT(fault_of([&] { add("a"); }), HasSubstr("is a pipe"));
  EXPECT_EQ(read_ini_file("/dev/null").fault(), "");
  EXPECT_THAT(fault_of([] { change_ini_file("/dev/null", false, [](IniText&) {}); }),
              HasSubstr("no ordinary file"));
  EXPECT_THAT(fault_of([&] {
                change_ini_file((folder_ / "no/odbc.ini").string(), false,
                                [](IniText& text) { text.add("a", {}); });
              }),
              HasSubstr("in its folder " + (folder_ / "no/").string() + ": No such file"));
  put(folder_ / "one", "[a]\n");
  std::filesystem::create_hard_link(folder_ / "one", folder_ / "two");
  EXPECT_THAT(fault_of([&] {
                change_ini_file((folder_ / "one").string(), false,
                                [](IniText& text) { text.add("b", {}); });
              }),
              HasSubstr("2 names (hard links)"));
  EXPECT_EQ(bytes_of(folder_ / "two"), "[a]\n");
}

TEST_F(IniFile, WhereOneMayNotWriteNothingChanges) {
  put(file_, "[a]\n");
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  std::filesystem::permissions(file_, std::filesystem::perms(0666));
  EXPECT_EQ(in_child([&] {
              EXPECT_THAT(
                  fault_of([&] { add("b"); }),
                  HasSubstr("in its folder " + folder_.string() + "/: Permission denied; nothing"));
            }),
            ::geteuid() == 0 ? 0 : 1);
  std::filesystem::permissions(folder_, std::filesystem::perms(0777));
  std::filesystem::permissions(file_, std::filesystem::perms(0444));
  EXPECT_EQ(in_child([&] {
              EXPECT_THAT(fault_of([&] { add("b"); }),
                          HasSubstr("odbc.ini: Permission denied; nothing was changed"));
            }),
            0);
  std::filesystem::permissions(file_, std::filesystem::perms(0));
  EXPECT_EQ(in_child([&] {
              EXPECT_THAT(fault_of([&] { read_ini_file(file_.string()); }),
                          HasSubstr("can't read " + file_.string() + ": Permission denied"));
            }),
            0);
  if (::geteuid() == 0) {  // another one's file that all may write
    std::filesystem::permissions(file_, std::filesystem::perms(0666));
    EXPECT_EQ(
        in_child([&] { EXPECT_THAT(fault_of([&] { add("b"); }), HasSubstr("would not stay")); }),
        0);
  }
  EXPECT_EQ(bytes_of(file_), "[a]\n");
  EXPECT_EQ(files(), 1U);
}

TEST_F(IniFile, WithoutRoomNothingChanges) {
  const std::string before = "[a]\nk = " + std::string(900, 'x') + "\n";
  put(file_, before);
  ::chmod(folder_.c_str(), 0777);
  ::chmod(file_.c_str(), 0666);
  ASSERT_EQ(::geteuid() == 0 ? ::chown(file_.c_str(), 65534, 65534) : 0, 0);
  EXPECT_EQ(in_child([&] {
              const rlimit room = {950, 950};
              ::setrlimit(RLIMIT_FSIZE, &room);
              EXPECT_THAT(fault_of([&] {
                            change_ini_file(file_.string(), false, [](IniText& text) {
                              text.add("b", {{"k", std::string(500, 'y')}});
                            });
                          }),
                          HasSubstr("File too large; nothing was changed"));
            }),
            0);
  EXPECT_EQ(bytes_of(file_), before);
  EXPECT_EQ(files(), 1U);
}

TEST_F(IniFile, WhatIsAddedAtOnceIsAllThere) {
  constexpr int adders = 20;
  for (const bool is_there : {false, true}) {
    if (!is_there) std::filesystem::remove(file_);
    std::vector<pid_t> children;
    children.reserve(adders);
    const std::string kind = is_there ? "later " : "first ";
    for (int i = 0; i < adders; ++i) {
      children.push_back(::fork());
      if (children.back() != 0) continue;
      ::_exit(fault_of([&] { add(kind + std::to_string(i)); }).empty() ? 0 : 1);
    }
    for (const pid_t child : children) {
      int status = 1;
      ::waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
  }
  const IniText text = read_ini_file(file_.string());
  for (const char* kind : {"first ", "later "})
    for (int i = 0; i < adders; ++i)
      EXPECT_TRUE(text.values(kind + std::to_string(i))) << kind << i;
  EXPECT_EQ(text.names().size(), 2U * adders);
  EXPECT_EQ(files(), 1U);
}

TEST_F(IniFile, WhoIsKilledLeavesTheOldTextOrTheNew) {
  const std::string kept = "# kept\n[kept]\nk = v\n\n";
  put(file_, kept + "[x]\na = 0\nb = 0\n");
  std::mt19937 random(17);
  for (int i = 0; i < test::repeated_by_one_thread(60); ++i) {
    int begun[2] = {-1, -1};
    ASSERT_EQ(::pipe(begun), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      for (int n = 1;; ++n) {
        const std::string value = std::to_string(i) + "-" + std::to_string(n) +
                                  std::string(static_cast<std::size_t>(n) % 700, 'x');
        change_ini_file(file_.string(), false, [&](IniText& text) {
          text.set("x", {{"a", value}, {"b", value}});
        });
        if (n == 1 && ::write(begun[1], "", 1) != 1) ::_exit(1);
      }
    }
    char byte = 0;
    EXPECT_EQ(::read(begun[0], &byte, 1), 1);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(begun[0]);
    ::close(begun[1]);
    const std::string bytes = bytes_of(file_);
    ASSERT_EQ(bytes.substr(0, kept.size()), kept);
    const Profile values = read_ini_file(file_.string()).values("x").value_or(Profile());
    ASSERT_EQ(values.size(), 2U);
    const std::string& value = values[0].second;
    ASSERT_EQ(value.substr(0, value.find('-')), std::to_string(i));
    ASSERT_EQ(bytes, std::string(kept)
                         .append("[x]\na = ")
                         .append(value)
                         .append("\nb = ")
                         .append(value)
                         .append("\n"));
  }
  put(folder_ / ".odbc.ini.negodbc-1-2-3", "half of i");
  put(folder_ / ".odbc.ini.other", "somebody's");
  add("after");
  EXPECT_EQ(files(), 2U) << "what the killed ones left is gone";
}

TEST_F(IniFile, WaitsForWhoHasItLocked) {
  put(file_, "[a]\n");
  const int held = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  std::thread other([&] { add("b"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(bytes_of(file_), "[a]\n");
  // In the meantime it becomes another file.
  put(folder_ / "new", "[c]\n");
  std::filesystem::rename(folder_ / "new", file_);
  ::close(held);
  other.join();
  EXPECT_EQ(bytes_of(file_), "[c]\n\n[b]\nDriver = d\n");
}

TEST_F(IniFile, WhatAnotherProgramWritesMeanwhileStays) {
  put(file_, "[a]\n");
  int calls = 0;
  change_ini_file(file_.string(), false, [&](IniText& text) {
    if (++calls == 1) std::ofstream(file_, std::ios::app) << "[other]\n";
    text.add("b", {});
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(bytes_of(file_), "[a]\n[other]\n\n[b]\n");
  std::filesystem::remove(file_);
  change_ini_file(file_.string(), false, [&](IniText& text) {
    if (++calls == 3) put(file_, "[first]\n");
    text.add("b", {});
  });
  EXPECT_EQ(bytes_of(file_), "[first]\n\n[b]\n");
  EXPECT_EQ(files(), 1U);
}

TEST_F(IniFile, IsTheOneThatUnixOdbcTakes) {
  {
    const test::ScopedEnvironment own("ODBCINI", file_.string());
    EXPECT_EQ(user_ini_file(), file_.string());
  }
  const test::ScopedEnvironment none("ODBCINI", "");
  const test::ScopedEnvironment home("HOME", "/nowhere");
  EXPECT_THAT(user_ini_file(), testing::EndsWith("/.odbc.ini"));
  EXPECT_EQ(user_ini_file().find("/nowhere"), std::string::npos) << "it does not ask for HOME";
}

}  // namespace
}  // namespace negodbc::dsn
