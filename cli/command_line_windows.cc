#include "cli/command_line.h"

#include <windows.h>
// After windows.h.
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <cstdio>
#include <cstdlib>

#include "driver/base/windows_text.h"

namespace negodbc::cli {
namespace {

HANDLE output() {
  return GetStdHandle(STD_OUTPUT_HANDLE);
}

}  // namespace

// argv has lost what the ANSI code page has not.
std::vector<std::string> command_line(int argc, char** argv) {
  std::vector<std::string> words;
  int count = 0;
  wchar_t** const wide = CommandLineToArgvW(GetCommandLineW(), &count);
  if (wide == nullptr) return {argv + 1, argv + argc};
  for (int i = 1; i < count; ++i) words.push_back(from_wide(wide[i]));
  LocalFree(static_cast<HLOCAL>(wide));
  return words;
}

Console::Console() {
  // Ctrl-Z and line ends are a password's as any others.
  (void)_setmode(_fileno(stdin), _O_BINARY);
  DWORD mode = 0;
  if (GetConsoleMode(output(), &mode) == FALSE) return;
  mode_ = mode;
  code_page_ = GetConsoleOutputCP();
  SetConsoleOutputCP(CP_UTF8);
  // Colours; consoles before Windows 10 have none.
  SetConsoleMode(output(), mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

Console::~Console() {
  if (code_page_ == 0) return;
  SetConsoleMode(output(), mode_);
  SetConsoleOutputCP(code_page_);
}

}  // namespace negodbc::cli
