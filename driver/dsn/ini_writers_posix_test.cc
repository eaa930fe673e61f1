// An odbc.ini that other programs write without a lock, as libodbcinst does: cut off, then written.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>
#include <vector>

#include "driver/base/error.h"
#include "driver/dsn/ini_file.h"
#include "driver/dsn/lease.h"
#include "driver/dsn/replacement.h"
#include "tests/support/repetition.h"

namespace {

// Asked before two names are exchanged; false: that fails.
std::function<bool()>* before_exchange = nullptr;

}  // namespace

// In the place of the C library's, for what is in this program.
extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
  if ((flags & RENAME_EXCHANGE) != 0 && before_exchange != nullptr && !(*before_exchange)()) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

namespace negodbc::dsn {
namespace {

using std::chrono::milliseconds;

class IniWriters : public testing::Test {
 protected:
  IniWriters() { std::filesystem::create_directories(folder_); }
  ~IniWriters() override { std::filesystem::remove_all(folder_); }

  static std::string sections(int count) {
    std::string text = "# kept\n";
    for (int i = 0; i < count; ++i)
      text.append("[s").append(std::to_string(i)).append("]\nDriver = d\n\n");
    return text;
  }
  void put(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }
  [[nodiscard]] std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Another program, which writes `text` in two pieces, the first of `size` bytes, with a rest
  // between them. Returns once the first is there; the program's process.
  [[nodiscard]] pid_t write_slowly(const std::string& text, std::size_t size) const {
    int begun[2] = {-1, -1};
    EXPECT_EQ(::pipe(begun), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const int file = ::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
      const bool first = ::write(file, text.data(), size) == static_cast<ssize_t>(size) &&
                         ::write(begun[1], "", 1) == 1;
      std::this_thread::sleep_for(milliseconds(300));
      const auto left = text.size() - size;
      ::_exit(first && ::write(file, text.data() + size, left) == static_cast<ssize_t>(left) ? 0
                                                                                             : 1);
    }
    ::close(begun[1]);
    char byte = 0;
    EXPECT_EQ(::read(begun[0], &byte, 1), 1);
    ::close(begun[0]);
    return child;
  }
  static int end_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void expect_nothing_is_lost(const std::vector<std::size_t>& pieces) const {
    const std::string whole = sections(300);
    for (const std::size_t piece : pieces) {
      put("[old]\n");
      pid_t writer = write_slowly(whole, piece);
      EXPECT_EQ(read_ini_file(file_.string()).names().size(), 300U) << piece;
      EXPECT_EQ(end_of(writer), 0);
      writer = write_slowly(whole, piece);
      change_ini_file(file_.string(), false, [](IniText& text) {
        text.add("new", {{"Driver", "d"}});
      });
      EXPECT_EQ(end_of(writer), 0);
      EXPECT_EQ(bytes(), whole + "[new]\nDriver = d\n") << piece;
    }
  }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                        ("negodbc_iniwriters_" + std::to_string(getpid()));
  const std::filesystem::path file_ = folder_ / "odbc.ini";
};

TEST_F(IniWriters, HalfAFileIsNotTakenForAll) {
  expect_nothing_is_lost({0, 1, 4096});
}

// Another user's file can't be leased, nor can one where there are no leases.
TEST_F(IniWriters, HalfAFileIsNotTakenForAllWithoutLeases) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs another user's file";
  put("");
  ASSERT_EQ(::chown(file_.c_str(), 12, 34), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2] = {};
    if (::syscall(SYS_capget, &header, sets) != 0) ::_exit(2);
    sets[0].effective &= ~(1U << unsigned{CAP_LEASE});
    if (::syscall(SYS_capset, &header, sets) != 0) ::_exit(3);
    {
      const int file = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
      if (Lease(file).state() != Lease::State::impossible) ::_exit(4);
      ::close(file);
    }
    expect_nothing_is_lost({0, 4096});  // as stdio writes
    ::_exit(HasFailure() ? 1 : 0);
  }
  EXPECT_EQ(end_of(child), 0);
}

// It has found the file by its name and waits to write, while that name goes to another one.
TEST_F(IniWriters, WhatIsWrittenAtTheMomentOfAChangeIsKept) {
  constexpr int rounds = test::repeated_by_one_thread(60);
  for (int round = 0; round < rounds; ++round) {
    const std::string theirs = "[theirs]\nk = " + std::to_string(round) + "\n";
    put("[a]\n");
    const pid_t writer = ::fork();
    if (writer == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(round * 377 % 5000));
      const int file = ::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
      const auto size = static_cast<ssize_t>(theirs.size());
      ::_exit(::write(file, theirs.data(), theirs.size()) == size ? 0 : 1);
    }
    int status = -1;
    for (int change = 0; ::waitpid(writer, &status, WNOHANG) == 0; ++change) {
      change_ini_file(file_.string(), false, [&](IniText& text) {
        text.add("ours " + std::to_string(change), {{"Driver", "d"}});
      });
    }
    EXPECT_EQ(status, 0);
    EXPECT_EQ(read_ini_file(file_.string()).values("theirs"),
              (Profile{{"k", std::to_string(round)}}))
        << bytes();
  }
}

TEST_F(IniWriters, AFileThatLostItsNameGetsItBack) {
  put("[old]\n");
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(folder_), {});
  };
  for (const bool back : {true, false}) {
    {
      Replacement made(file_.string(), "[new]\n", false);
      ASSERT_TRUE(made.exchange());
      EXPECT_EQ(bytes(), "[new]\n");
      EXPECT_EQ(files(), 2);
      if (back) made.exchange_back();
    }
    EXPECT_EQ(bytes(), back ? "[old]\n" : "[new]\n");
    EXPECT_EQ(files(), 1);
  }
}

// The program has found the file by its name and waits for the lease, in the very moment before the
// exchange: what it writes then is in the file that has lost its name.
TEST_F(IniWriters, WhoWaitsToWriteWhileTheNameGoesHasItGivenBack) {
  const auto leased = [&] {
    for (int file = 0; file < 1024; ++file)
      if (::fcntl(file, F_GETLEASE) == F_RDLCK) return file;
    return -1;
  };
  for (const bool goes_back : {true, false}) {
    put("[a]\n");
    std::thread writer;
    int exchanges = 0;
    std::function<bool()> at_exchange = [&] {
      if (++exchanges == 2) return goes_back;
      if (exchanges > 2) return true;
      const int file = leased();
      EXPECT_GE(file, 0);
      writer = std::thread([&] { put("[theirs]\nk = 1\n"); });
      for (int waits = 0; waits < 10000 && ::fcntl(file, F_GETLEASE) == F_RDLCK; ++waits)
        std::this_thread::sleep_for(milliseconds(1));
      return true;
    };
    before_exchange = &at_exchange;
    change_ini_file(file_.string(), false, [](IniText& text) { text.add("ours", {{"k", "2"}}); });
    before_exchange = nullptr;
    ASSERT_TRUE(writer.joinable());
    writer.join();
    EXPECT_GT(exchanges, 2);
    const IniText text = read_ini_file(file_.string());
    EXPECT_EQ(text.values("theirs"), (Profile{{"k", "1"}})) << bytes();
    EXPECT_EQ(text.values("ours"), (Profile{{"k", "2"}})) << bytes();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  }
}

TEST_F(IniWriters, ALeaseTellsWhoWrites) {
  put("[a]\n");
  const int file = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  {
    Lease lease(file);
    ASSERT_EQ(lease.state(), Lease::State::held);
    EXPECT_FALSE(lease.end()) << "nobody wanted it";
  }
  const int writing = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(Lease(file).state(), Lease::State::refused);
  ::close(writing);
  sigset_t before{};
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  EXPECT_EQ(::sigismember(&before, SIGIO), 0);
  // SIGIO would end this process.
  Lease lease(file);
  std::thread writer([&] { put("[b]\n"); });
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(bytes(), "[a]\n") << "who writes waits";
  EXPECT_TRUE(lease.end());
  writer.join();
  EXPECT_EQ(bytes(), "[b]\n");
  ::close(file);
}

}  // namespace
}  // namespace negodbc::dsn
