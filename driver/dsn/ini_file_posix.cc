#include "driver/dsn/ini_file.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "driver/base/error.h"
#include "driver/dsn/lease.h"
#include "driver/dsn/replacement.h"

// unixODBC's: in no header of it, and other makers' libodbcinst have none.
extern "C" __attribute__((weak)) char* odbcinst_system_file_path(char* buffer);

namespace negodbc::dsn {
namespace {

constexpr std::size_t largest_file = std::size_t{16} << 20U;
constexpr std::chrono::seconds longest_wait{30};
constexpr std::chrono::milliseconds between_looks{10};
// Of another program, which who only reads waits for.
constexpr std::chrono::seconds longest_write{5};

[[noreturn]] void fail_reading(const std::string& path, const std::string& why) {
  throw Error("HY000", "can't read " + path + ": " + why);
}

[[noreturn]] void fail_writing(const std::string& path, const std::string& why) {
  throw Error("HY000", "can't write " + path + ": " + why + "; nothing was changed");
}

std::string system_words(int error) {
  return std::generic_category().message(error);
}

// Why a file that is open is none to read; "": it is one.
std::string fault_of_kind(const struct stat& facts) {
  if (S_ISDIR(facts.st_mode)) return "it is a folder";
  if (S_ISFIFO(facts.st_mode)) return "it is a pipe";
  if (!S_ISREG(facts.st_mode)) return "it is no ordinary file";
  if (static_cast<std::size_t>(facts.st_size) > largest_file)
    return "it has " + std::to_string(facts.st_size) + " bytes";
  return {};
}

bool is_null_device(const struct stat& facts) {
  struct stat null {};
  return S_ISCHR(facts.st_mode) && ::stat("/dev/null", &null) == 0 && facts.st_rdev == null.st_rdev;
}

std::string read_all(int file, const std::string& path) {
  std::string bytes;
  std::vector<char> part(65536);
  while (true) {
    const ssize_t size = ::pread(file, part.data(), part.size(), static_cast<off_t>(bytes.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail_reading(path, system_words(errno));
    if (size == 0) break;
    bytes.append(part.data(), static_cast<std::size_t>(size));
    if (bytes.size() > largest_file) fail_reading(path, "it grows while it is read");
  }
  wipe(part.data(), part.size());
  return bytes;
}

// Where the links that a name may be lead; the last one may lead to nothing.
std::string target_of(std::string path) {
  constexpr int most_links = 40;
  const std::string given = path;
  for (int links = 0; links < most_links; ++links) {
    std::array<char, PATH_MAX> to{};
    const ssize_t size = ::readlink(path.c_str(), to.data(), to.size());
    if (size < 0) return path;
    const std::string target(to.data(), static_cast<std::size_t>(size));
    path = target.starts_with('/') ? target : folder_with_slash(path).append(target);
  }
  fail_writing(given, system_words(ELOOP));
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool same_state(const struct stat& a, const struct stat& b) {
  return same_file(a, b) && a.st_size == b.st_size && same_time(a.st_mtim, b.st_mtim) &&
         same_time(a.st_ctim, b.st_ctim);
}

// Neither replaced nor written since.
bool is_unchanged(const Descriptor& file, const struct stat& before, const std::string& path) {
  struct stat now {};
  struct stat named {};
  return ::fstat(file.get(), &now) == 0 && ::stat(path.c_str(), &named) == 0 &&
         same_file(now, named) && same_state(now, before);
}

// For a file that can't be leased: how long it has been as it is now. Who writes by libodbcinst
// cuts it off, then writes it in pieces of a buffer's size.
class Rest {
 public:
  [[nodiscard]] bool is_long_enough(const struct stat& now) {
    constexpr std::chrono::seconds ago{2};
    const auto modified =
        std::chrono::system_clock::from_time_t(std::max(now.st_mtim.tv_sec, now.st_ctim.tv_sec));
    if (std::chrono::system_clock::now() - modified > ago) return true;
    if (!seen_ || !same_state(*seen_, now)) {
      seen_ = now;
      since_ = std::chrono::steady_clock::now();
    }
    constexpr off_t buffer = 4096;
    constexpr std::chrono::milliseconds usual{100};
    constexpr std::chrono::milliseconds of_a_piece{1000};
    return std::chrono::steady_clock::now() - since_ >=
           (now.st_size % buffer == 0 ? of_a_piece : usual);
  }

 private:
  std::optional<struct stat> seen_;
  std::chrono::steady_clock::time_point since_;
};

// The text while nobody writes it; nothing: somebody does, or has just done so.
std::optional<std::string> whole_text(const Descriptor& file, const std::string& path, Rest& rest) {
  const Lease lease(file.get());
  struct stat before {};
  struct stat after {};
  if (lease.state() == Lease::State::refused || ::fstat(file.get(), &before) != 0 ||
      (lease.state() == Lease::State::impossible && !rest.is_long_enough(before)))
    return std::nullopt;
  std::string text = read_all(file.get(), path);
  if (::fstat(file.get(), &after) != 0 || !same_state(before, after)) {
    wipe(text);
    return std::nullopt;
  }
  return text;
}

// Two changes within a tick of the file system's clock have one time.
bool still_reads(const Descriptor& file, const std::string& path, const Secret& before) {
  std::string now = read_all(file.get(), path);
  const bool same = now == before.reveal();
  wipe(now);
  return same;
}

// One try each; false: somebody else was faster.
bool make_file(const std::string& target, bool secret,
               const std::function<void(IniText&)>& change) {
  IniText text("");
  change(text);
  if (text.bytes().empty()) return true;
  Replacement made(target, text.bytes(), !secret);
  return made.take_free_name();
}

bool replace_file(const std::string& target, const Descriptor& file, bool secret, Rest& rest,
                  const std::function<void(IniText&)>& change) {
  struct stat before {};
  if (::fstat(file.get(), &before) != 0) fail_writing(target, system_words(errno));
  if (const std::string fault = fault_of_kind(before); !fault.empty()) fail_writing(target, fault);
  if (before.st_nlink > 1) {
    fail_writing(target, "it has " + std::to_string(before.st_nlink) +
                             " names (hard links), of which the others would keep the old text");
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    fail_writing(target, "it can't be locked: " + system_words(errno));
  }
  std::optional<std::string> bytes = whole_text(file, target, rest);
  if (!bytes || !is_unchanged(file, before, target)) return false;
  IniText text(*std::move(bytes));
  const Secret old(text.bytes());
  if (!text.fault().empty()) fail_writing(target, text.fault());
  change(text);
  if (text.bytes() == old.reveal()) return true;
  remove_left_over(target);
  Replacement made(target, text.bytes(), false);
  made.give_mode_of(file.get(), secret && before.st_size == 0);
  Lease lease(file.get());
  if (lease.state() == Lease::State::refused || !is_unchanged(file, before, target) ||
      !still_reads(file, target, old))
    return false;
  if (lease.state() != Lease::State::held || !made.exchange()) {
    made.take_name();
    return true;
  }
  if (!lease.end()) return true;
  // A program had found the old file before, and writes it now: so it shall have its name.
  made.exchange_back();
  return false;
}

// For reading only, since the lease is refused to who may write: but NFS locks nothing for those,
// and has no leases. Who may not write into the file may not replace it.
Descriptor open_to_change(const std::string& target) {
  constexpr int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  constexpr long nfs = 0x6969;  // NFS_SUPER_MAGIC
  struct statfs system {};
  const bool far = ::statfs(target.c_str(), &system) == 0 && system.f_type == nfs;
  if (!far && ::faccessat(AT_FDCWD, target.c_str(), W_OK, AT_EACCESS) != 0) return Descriptor(-1);
  return Descriptor(::open(target.c_str(), (far ? O_RDWR : O_RDONLY) | flags));
}

std::string home_folder() {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(16384);
  ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr && found->pw_dir != nullptr ? found->pw_dir : "/home";
}

const char* environment_of(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): as unixODBC does
  return value == nullptr || *value == '\0' ? nullptr : value;
}

}  // namespace

std::string user_ini_file() {
  const char* const named = environment_of("ODBCINI");
  return named != nullptr ? named : home_folder() + "/.odbc.ini";
}

// Where it was built to look.
std::string system_ini_file() {
  const char* folder = environment_of("ODBCSYSINI");
  std::array<char, PATH_MAX + 1> buffer{};
  if (folder == nullptr && odbcinst_system_file_path != nullptr)
    folder = odbcinst_system_file_path(buffer.data());
  return std::string(folder != nullptr ? folder : "/etc") + "/odbc.ini";
}

IniText read_ini_file(const std::string& path) {
  const auto end = std::chrono::steady_clock::now() + longest_write;
  Rest rest;
  while (true) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.is_open() && errno == ENOENT) return IniText("");
    if (!file.is_open()) fail_reading(path, system_words(errno));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) fail_reading(path, system_words(errno));
    if (is_null_device(facts)) return IniText("");
    if (const std::string fault = fault_of_kind(facts); !fault.empty()) fail_reading(path, fault);
    if (std::optional<std::string> text = whole_text(file, path, rest))
      return IniText(*std::move(text));
    // As a program would find it.
    if (std::chrono::steady_clock::now() > end) return IniText(read_all(file.get(), path));
    std::this_thread::sleep_for(between_looks);
  }
}

void change_ini_file(const std::string& path, bool holds_secret,
                     const std::function<void(IniText&)>& change) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  Rest rest;
  while (true) {
    const std::string target = target_of(path);
    const Descriptor file = open_to_change(target);
    if (!file.is_open() && errno != ENOENT) fail_writing(target, system_words(errno));
    if (file.is_open() ? replace_file(target, file, holds_secret, rest, change)
                       : make_file(target, holds_secret, change))
      return;
    if (std::chrono::steady_clock::now() > end)
      fail_writing(
          target,
          "another program has it locked or open for writing, or writes it again and again");
    std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace negodbc::dsn
