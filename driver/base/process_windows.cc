#include <windows.h>

#include <vector>

#include "driver/base/process.h"
#include "driver/base/windows_text.h"

namespace negodbc {

std::string program_name() {
  constexpr std::size_t longest_path = 32768;
  std::vector<wchar_t> path(longest_path);
  const DWORD size = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
  const std::string text = from_wide({path.data(), size});
  return text.substr(text.find_last_of("\\/") + 1);
}

unsigned long process_number() {
  return GetCurrentProcessId();
}

std::tm local_time(std::time_t time) {
  std::tm local = {};
  (void)localtime_s(&local, &time);
  return local;
}

}  // namespace negodbc
