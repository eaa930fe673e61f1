#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "cli/examination/file_remedy.h"
#include "driver/base/os_user.h"
#include "driver/base/shell_word.h"

namespace negodbc::cli {
namespace {

// What the name itself is, be it a link.
bool is_ordinary(const std::string& path, struct stat& found) {
  return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

std::string by_root(bool needed) {
  return needed && ::geteuid() != 0 ? "sudo " : "";
}

}  // namespace

std::string this_user() {
  const std::string name = os_user_name();
  return name.empty() ? "user " + std::to_string(::geteuid()) : name;
}

std::string to_make_private(const std::string& path, FileKind kind) {
  return is_own_file(path) && fault_of_kind(path, kind).empty() ? "chmod 600 " + shell_word(path)
                                                                : "";
}

std::string to_change_by_hand(const std::string& path, FileKind kind) {
  struct stat found = {};
  const bool of_root = ::stat(path.c_str(), &found) == 0 && found.st_uid == 0;
  if (!(is_own_file(path) || of_root) || !fault_of_kind(path, kind).empty()) return {};
  // sudoedit refuses what its caller could change anyway.
  return (::access(path.c_str(), W_OK) == 0 ? "${EDITOR:-vi} " : "sudoedit ") + shell_word(path);
}

std::string to_let_read(const std::string& system_file) {
  struct stat found = {};
  if (!is_ordinary(system_file, found) || found.st_uid != 0) return {};
  if (::access(system_file.c_str(), R_OK) == 0 || errno != EACCES) return {};
  const std::string name = os_user_name();
  return "sudo setfacl -m u:" + (name.empty() ? std::to_string(::geteuid()) : shell_word(name)) +
         ":r " + shell_word(system_file);
}

std::string to_put_away(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return by_root(::access(folder.c_str(), W_OK) != 0) + "mv " + shell_word(path) + " " +
         shell_word(path + ".away");
}

}  // namespace negodbc::cli
