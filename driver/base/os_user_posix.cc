#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "driver/base/environment.h"
#include "driver/base/os_user.h"

namespace negodbc {
namespace {

std::string from_entry(char* passwd::*field) {
  std::vector<char> memory(16384);
  passwd entry = {};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
    return {};
  return entry.*field;
}

}  // namespace

std::string os_user_name() {
  return from_entry(&passwd::pw_name);
}

bool is_own_file(const std::string& path) {
  struct stat found = {};
  return stat(path.c_str(), &found) == 0 && found.st_uid == geteuid();
}

std::string libpq_directory() {
  const char* const set = trusted_variable("HOME");
  const std::string home = set != nullptr && *set != '\0' ? set : from_entry(&passwd::pw_dir);
  return home.empty() ? home : home + "/.postgresql/";
}

}  // namespace negodbc
