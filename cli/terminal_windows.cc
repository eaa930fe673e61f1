#include <windows.h>

#include "cli/report.h"

namespace negodbc::cli {

// No colours: older consoles write escape sequences out.
Style style_of_terminal() {
  Style style;
  CONSOLE_SCREEN_BUFFER_INFO info = {};
  if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info) != 0 && info.dwSize.X > 0)
    style.width = static_cast<std::size_t>(info.dwSize.X);
  return style;
}

bool is_interactive() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
}

}  // namespace negodbc::cli
