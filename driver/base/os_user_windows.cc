#include <windows.h>

#include <array>
#include <cstdlib>

#include "driver/base/os_user.h"
#include "driver/base/windows_text.h"

namespace negodbc {

std::string os_user_name() {
  constexpr DWORD longest_name = 257;  // UNLEN and the terminator
  std::array<wchar_t, longest_name> name{};
  DWORD size = longest_name;
  if (GetUserNameW(name.data(), &size) == 0 || size == 0) return {};
  return from_wide({name.data(), size - 1});
}

bool is_own_file(const std::string& /*path*/) {
  return true;
}

std::string libpq_directory() {
  const wchar_t* const data = _wgetenv(L"APPDATA");
  return data == nullptr || *data == L'\0' ? std::string() : from_wide(data) + "\\postgresql\\";
}

}  // namespace negodbc
