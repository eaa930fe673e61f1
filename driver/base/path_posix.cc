#include <cstdlib>

#include "driver/base/path.h"

namespace negodbc {

std::filesystem::path path_of(std::string_view utf8) {
  return utf8;
}

std::string text_of_path(const std::filesystem::path& path) {
  return path.string();
}

OpenFile open_by_name(const std::string& utf8, const char* mode) {
  return OpenFile(std::fopen(utf8.c_str(), mode));
}

std::optional<std::string> variable_of_environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace negodbc
