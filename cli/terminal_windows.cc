#include <windows.h>

#include "cli/printable.h"
#include "cli/report.h"
#include "driver/base/path.h"

namespace negodbc::cli {

Style style_of_terminal() {
  Style style;
  const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  CONSOLE_SCREEN_BUFFER_INFO info = {};
  if (GetConsoleScreenBufferInfo(output, &info) == FALSE || info.dwSize.X <= 0) return style;
  style.width = static_cast<std::size_t>(info.dwSize.X);
  // Older consoles write escape sequences out.
  DWORD mode = 0;
  style.colours = GetConsoleMode(output, &mode) != FALSE &&
                  (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0 &&
                  variable_of_environment("NO_COLOR").value_or("").empty();
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
