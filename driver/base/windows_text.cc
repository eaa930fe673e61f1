#include "driver/base/windows_text.h"

#include <windows.h>

#include "driver/base/secret.h"
#include "driver/base/utf.h"

namespace negodbc {

std::wstring to_wide(std::string_view utf8) {
  const Wiped<char16_t> text(to_utf16(utf8));
  return {text.reveal().begin(), text.reveal().end()};
}

std::string from_wide(std::wstring_view wide) {
  const Wiped<char16_t> text(wide.begin(), wide.end());
  return to_utf8(text.reveal());
}

std::string system_error_text(unsigned long code) {
  wchar_t* words = nullptr;
  const DWORD size =
      FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                         FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                     nullptr, code, 0, reinterpret_cast<wchar_t*>(&words), 0, nullptr);
  std::string text = size == 0 ? std::string() : from_wide({words, size});
  LocalFree(words);
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text.empty() ? "error " + std::to_string(code) : text;
}

}  // namespace negodbc
