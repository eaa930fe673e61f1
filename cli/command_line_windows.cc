#include "cli/command_line.h"

#include <windows.h>
// After windows.h.
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <utility>

#include "driver/base/windows_text.h"

namespace negodbc::cli {
namespace {

HANDLE output() {
  return GetStdHandle(STD_OUTPUT_HANDLE);
}

bool is_console(DWORD stream) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(stream), &mode) != FALSE;
}

// A console's own characters: as bytes it gives those of its code page, whichever that is.
std::optional<std::wstring> line_of_console() {
  std::wstring line;
  std::array<wchar_t, 512> part{};
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  while (line.empty() || line.back() != L'\n') {
    DWORD size = 0;
    if (ReadConsoleW(input, part.data(), static_cast<DWORD>(part.size()), &size, nullptr) ==
            FALSE ||
        size == 0) {
      if (line.empty()) return std::nullopt;
      break;
    }
    line.append(part.data(), size);
  }
  constexpr wchar_t control_z = L'\x1a';
  if (line.front() == control_z) return std::nullopt;
  return line;
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

std::optional<std::string> line_told() {
  std::optional<std::string> line;
  if (is_console(STD_INPUT_HANDLE)) {
    if (const auto wide = line_of_console()) line = from_wide(*wide);
  } else if (std::string text; std::getline(std::cin, text)) {
    line = std::move(text);
  }
  while (line && !line->empty() && (line->back() == '\n' || line->back() == '\r')) line->pop_back();
  return line;
}

int error_of_output() {
  return 0;
}

Console::Console() {
  // Ctrl-Z and line ends are a password's as any others.
  (void)_setmode(_fileno(stdin), _O_BINARY);
  // One code page for both streams: what is wrong is told on a console, too, when rows go to a
  // file.
  if (!is_console(STD_OUTPUT_HANDLE) && !is_console(STD_ERROR_HANDLE)) return;
  code_page_ = GetConsoleOutputCP();
  SetConsoleOutputCP(CP_UTF8);
  DWORD mode = 0;
  if (GetConsoleMode(output(), &mode) == FALSE) return;
  mode_ = mode;
  // Colours; consoles before Windows 10 have none.
  SetConsoleMode(output(), mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

Console::~Console() {
  if (code_page_ == 0) return;
  if (mode_ != 0) SetConsoleMode(output(), mode_);
  SetConsoleOutputCP(code_page_);
}

}  // namespace negodbc::cli
