#include <windows.h>

#include <vector>

#include "driver/base/module.h"
#include "driver/base/path.h"
#include "driver/base/windows_text.h"

namespace negodbc {
std::string own_directory() {
  constexpr std::size_t longest_path = 32768;
  std::vector<wchar_t> path(longest_path);
  HMODULE module = nullptr;
  (void)GetModuleHandleExW(
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
      reinterpret_cast<LPCWSTR>(&own_directory), &module);
  const DWORD size = GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size()));
  const std::string text = from_wide({path.data(), size});
  return text.substr(0, text.find_last_of("\\/") + 1);
}

bool is_absolute_path(const std::string& path) {
  const auto separator = [&](std::size_t at) {
    return at < path.size() && (path[at] == '\\' || path[at] == '/');
  };
  const bool drive = path.size() > 2 && path[1] == ':' && separator(2);
  return drive || (separator(0) && separator(1));
}

void* load_module(const std::string& path, std::string& why) {
  // LoadLibrary's reference: a path has backslashes, and what it is searched by follows from it.
  const std::wstring file = path_of(path).make_preferred().native();
  // Nothing but the module's own directory and the system's is searched for what it needs.
  const HMODULE module = LoadLibraryExW(
      file.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (module == nullptr) {
    why = system_error_text(GetLastError());
    return nullptr;
  }
  HMODULE pinned = nullptr;
  (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                           reinterpret_cast<LPCWSTR>(module), &pinned);
  return module;
}

void* module_symbol(void* module, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(module), name));
}

}  // namespace negodbc
