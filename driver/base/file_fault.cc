#include "driver/base/file_fault.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "driver/base/path.h"

namespace negodbc {
namespace {

// By whatever name: containers lay it over files that shall be empty.
bool is_null_device(const std::string& path) {
  struct stat found = {};
  struct stat null = {};
  return stat(path.c_str(), &found) == 0 && stat("/dev/null", &null) == 0 &&
         found.st_rdev == null.st_rdev;
}

}  // namespace

std::string fault_of_file(const std::string& path, std::uintmax_t largest) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path file = path_of(path);
  switch (fs::status(file, failure).type()) {
    case fs::file_type::fifo:
      return "it is a pipe";
    case fs::file_type::socket:
      return "it is a socket";
    case fs::file_type::directory:
      return "it is a folder";
    case fs::file_type::block:
      return "it is a device";
    case fs::file_type::character:
      return is_null_device(path) ? "" : "it is a device";
    case fs::file_type::regular:
      break;
    default:
      return {};
  }
  const std::uintmax_t size = fs::file_size(file, failure);
  if (failure || size <= largest) return {};
  return "it has " + std::to_string(size) + " bytes, more than any such file";
}

}  // namespace negodbc
