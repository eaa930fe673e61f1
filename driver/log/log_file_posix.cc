#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "driver/base/environment.h"
#include "driver/base/error.h"
#include "driver/log/log_file.h"

namespace negodbc::log {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error("01000", "the log " + path + " can't be written: " + why);
}

std::string words_of(int error) {
  // What O_NOFOLLOW answers, which the system's words do not say.
  if (error == ELOOP) return "it is a symbolic link";
  return std::generic_category().message(error);
}

constexpr char privileged[] = "a program with another user's rights writes none";
// O_NONBLOCK: a pipe without a reader does not keep the login waiting.
constexpr int opening = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

std::string fault_of_open(int descriptor) {
  struct stat found = {};
  if (fstat(descriptor, &found) != 0) return words_of(errno);
  if (!S_ISREG(found.st_mode)) return "it is no ordinary file";
  if (found.st_uid != geteuid() && found.st_uid != 0)
    return "it belongs to another user, who could read it";
  return {};
}

}  // namespace

const char null_device[] = "/dev/null";

File open_file(const std::string& path) {
  if (is_privileged()) refuse(path, privileged);
  const int descriptor = open(path.c_str(), opening | O_CREAT, S_IRUSR | S_IWUSR);
  if (descriptor < 0) refuse(path, words_of(errno));
  File file(fdopen(descriptor, "ab"));
  if (!file) {
    close(descriptor);
    refuse(path, words_of(ENOMEM));
  }
  if (const std::string fault = fault_of_open(descriptor); !fault.empty()) refuse(path, fault);
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return file;
}

std::string fault_of_log(const std::string& path) {
  if (is_privileged()) return privileged;
  const int descriptor = open(path.c_str(), opening);
  if (descriptor >= 0) {
    std::string fault = fault_of_open(descriptor);
    close(descriptor);
    return fault;
  }
  if (errno != ENOENT) return words_of(errno);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int made = access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK);
  return made == 0 ? std::string() : words_of(errno);
}

// Unbuffered it is one write(), which O_APPEND keeps whole.
bool append(std::FILE* file, std::string_view line) {
  return write_to(file, line);
}

bool is_at_path(std::FILE* file, const std::string& path) {
  struct stat open_one = {};
  struct stat named = {};
  return fstat(fileno(file), &open_one) == 0 && lstat(path.c_str(), &named) == 0 &&
         open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

std::optional<std::string> variable(const char* name) {
  const char* const value = trusted_variable(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace negodbc::log
