// Windows' wide text and the words of its errors. Only for *_windows.cc.
#pragma once

#include <string>
#include <string_view>

namespace negodbc {

std::wstring to_wide(std::string_view utf8);
std::string from_wide(std::wstring_view wide);

// What the system says about an error of GetLastError(), WSAGetLastError() or a SECURITY_STATUS:
// one line, in the user's language; "error 1234" when it has no words.
std::string system_error_text(unsigned long code);

}  // namespace negodbc
