#include <windows.h>

#include <cstdlib>

#include "cli/printable.h"
#include "cli/report.h"

namespace negodbc::cli {

Style style_of_terminal() {
  Style style;
  const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  CONSOLE_SCREEN_BUFFER_INFO info = {};
  if (GetConsoleScreenBufferInfo(output, &info) == FALSE || info.dwSize.X <= 0) return style;
  style.width = static_cast<std::size_t>(info.dwSize.X);
  // Older consoles write escape sequences out.
  DWORD mode = 0;
  const char* const without = std::getenv("NO_COLOR");
  style.colours = GetConsoleMode(output, &mode) != FALSE &&
                  (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0 &&
                  (without == nullptr || *without == '\0');
  return style;
}

bool is_terminal() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), &mode) != 0;
}

bool is_interactive() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
}

}  // namespace negodbc::cli
