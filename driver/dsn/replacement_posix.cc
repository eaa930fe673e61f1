#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "driver/base/error.h"
#include "driver/base/secret.h"
#include "driver/base/temporary_file.h"
#include "driver/dsn/replacement.h"

namespace negodbc::dsn {
namespace {

constexpr mode_t users_alone = S_IRUSR | S_IWUSR;
constexpr mode_t permissions = 07777;
constexpr char access_list[] = "system.posix_acl_access";

std::string last_part(const std::string& path) {
  return path.substr(folder_with_slash(path).size());
}

std::string prefix_of(const std::string& target) {
  return "." + last_part(target) + ".negodbc-";
}

// One that no other process and no other call has; who finds it taken takes the next.
std::string own_name(const std::string& target) {
  static std::atomic<unsigned> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return folder_with_slash(target) + prefix_of(target) + std::to_string(::getpid()) + "-" +
         std::to_string(now) + "-" + std::to_string(count.fetch_add(1));
}

int new_file(const std::string& name, bool for_all) {
  constexpr mode_t everybody = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
  return ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                for_all ? everybody : users_alone);
}

bool leads_to(const std::string& name, int file) {
  struct stat named {};
  struct stat opened {};
  return ::lstat(name.c_str(), &named) == 0 && ::fstat(file, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

// Locked, by which who cleans up knows that somebody is at work. Who cleans up may have been
// faster: then it is another one. Negative, with errno: it can't be made.
int new_locked_file(const std::string& target, bool for_all, std::string& name) {
  constexpr int most_tries = 100;
  int file = -1;
  for (int tries = 0; tries < most_tries; ++tries) {
    name = own_name(target);
    file = new_file(name, for_all);
    if (file < 0) return file;
    const bool taken = ::flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && leads_to(name, file)) return file;
    ::close(file);
  }
  errno = EAGAIN;
  return -1;
}

bool write_through(int file, std::string_view bytes) {
  const TemporaryFile out(::fdopen(::fcntl(file, F_DUPFD_CLOEXEC, 0), "w"));
  if (!out) return false;
  std::setvbuf(out.get(), nullptr, _IONBF, 0);
  return write_to(out.get(), bytes) && (::fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP);
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::vector<char> attribute_of(int file, const char* name) {
  const ssize_t size = ::fgetxattr(file, name, nullptr, 0);
  std::vector<char> value(size < 0 ? 0 : static_cast<std::size_t>(size));
  const ssize_t got = ::fgetxattr(file, name, value.data(), value.size());
  value.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return value;
}

// False: the list of who may what could not be copied. All else is the system's affair.
bool copy_attributes(int from, int to) {
  std::vector<char> names(65536);
  const ssize_t size = ::flistxattr(from, names.data(), names.size());
  bool has_list = false;
  bool copied = true;
  for (ssize_t at = 0; at < size;) {
    const char* const name = names.data() + at;
    at += static_cast<ssize_t>(std::strlen(name)) + 1;
    const std::vector<char> value = attribute_of(from, name);
    const bool set = ::fsetxattr(to, name, value.data(), value.size(), 0) == 0;
    if (std::strcmp(name, access_list) != 0) continue;
    has_list = true;
    copied = set;
  }
  // What the folder gives new files.
  if (!has_list) static_cast<void>(::fremovexattr(to, access_list));
  return copied;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

std::string folder_with_slash(const std::string& path) {
  return path.substr(0, path.find_last_of('/') + 1);
}

Replacement::Replacement(std::string target, std::string_view bytes, bool for_all)
    : target_(std::move(target)), file_(new_locked_file(target_, for_all, name_)) {
  if (!file_.is_open()) {
    const int error = errno;
    const std::string folder = folder_with_slash(target_);
    fail("a file can't be made in its folder " + (folder.empty() ? "." : folder), error);
  }
  if (!write_through(file_.get(), bytes)) {
    const int error = errno;
    static_cast<void>(::unlink(name_.c_str()));
    fail("", error);
  }
}

Replacement::~Replacement() {
  if (!name_.empty()) static_cast<void>(::unlink(name_.c_str()));
}

void Replacement::fail(const std::string& what, int error) const {
  throw Error("HY000", "can't write " + target_ + ": " + what + (what.empty() ? "" : ": ") +
                           std::generic_category().message(error) + "; nothing was changed");
}

void Replacement::give_mode_of(int file, bool secret) {
  struct stat wanted {};
  struct stat made {};
  if (::fstat(file, &wanted) != 0 || ::fstat(file_.get(), &made) != 0) fail("", errno);
  if ((wanted.st_uid != made.st_uid || wanted.st_gid != made.st_gid) &&
      ::fchown(file_.get(), wanted.st_uid, wanted.st_gid) != 0) {
    fail("its owner and group (" + std::to_string(wanted.st_uid) + ", " +
             std::to_string(wanted.st_gid) + ") would not stay, the owner or root may change it",
         errno);
  }
  if (!copy_attributes(file, file_.get())) fail("its access list can't be kept", errno);
  if (::fchmod(file_.get(), secret ? users_alone : wanted.st_mode & permissions) != 0)
    fail("", errno);
}

void Replacement::fail_to_replace(int error) const {
  fail(error == EBUSY ? "it is a mount of its own" : "it can't be replaced", error);
}

void Replacement::sync_folder() const {
  const std::string folder = folder_with_slash(target_);
  const Descriptor open(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open.is_open()) static_cast<void>(::fsync(open.get()));
}

void Replacement::take_name() {
  if (::rename(name_.c_str(), target_.c_str()) != 0) fail_to_replace(errno);
  name_.clear();
  sync_folder();
}

bool Replacement::exchange() {
  if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP) return false;
    fail_to_replace(errno);
  }
  sync_folder();
  return true;
}

void Replacement::exchange_back() {
  if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) return;
  // The new text can be made again, what a program writes into the old file can't.
  const std::string old = std::exchange(name_, "");
  if (::rename(old.c_str(), target_.c_str()) == 0) return;
  throw Error("HY000", "what another program has written into " + target_ + " meanwhile is in " +
                           old + ", which can't be given its name back: " +
                           std::generic_category().message(errno));
}

bool Replacement::take_free_name() {
  int done = ::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE);
  // File systems that can't do it can do this, nearly all.
  const bool by_link = done != 0 && (errno == EINVAL || errno == ENOSYS);
  if (by_link) done = ::link(name_.c_str(), target_.c_str());
  if (done != 0 && errno == EEXIST) return false;
  if (done != 0) fail("", errno);
  if (by_link) static_cast<void>(::unlink(name_.c_str()));
  name_.clear();
  return true;
}

void remove_left_over(const std::string& target) {
  const std::string folder = folder_with_slash(target);
  const std::unique_ptr<DIR, CloseFolder> all(::opendir(folder.empty() ? "." : folder.c_str()));
  const std::string prefix = prefix_of(target);
  while (all) {
    const dirent* const entry = ::readdir(all.get());  // NOLINT(concurrency-mt-unsafe): own DIR
    if (entry == nullptr) break;
    if (std::strncmp(entry->d_name, prefix.c_str(), prefix.size()) != 0) continue;
    const std::string name = folder + entry->d_name;
    const Descriptor file(
        ::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat facts {};
    if (file.is_open() && ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
        facts.st_uid == ::geteuid() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
      static_cast<void>(::unlink(name.c_str()));
  }
}

}  // namespace negodbc::dsn
