#include "driver/connect/os_user.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace negodbc::connect {
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

std::string home_directory() {
  const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  return home != nullptr && *home != '\0' ? home : from_entry(&passwd::pw_dir);
}

}  // namespace negodbc::connect
