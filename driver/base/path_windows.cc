#include <cstdlib>

#include "driver/base/path.h"
#include "driver/base/windows_text.h"

namespace negodbc {

std::filesystem::path path_of(std::string_view utf8) {
  return to_wide(utf8);
}

std::string text_of_path(const std::filesystem::path& path) {
  return from_wide(path.native());
}

OpenFile open_by_name(const std::string& utf8, const char* mode) {
  return OpenFile(_wfopen(to_wide(utf8).c_str(), to_wide(mode).c_str()));
}

std::optional<std::string> variable_of_environment(const char* name) {
  const wchar_t* const value = _wgetenv(to_wide(name).c_str());
  if (value == nullptr) return std::nullopt;
  return from_wide(value);
}

}  // namespace negodbc
