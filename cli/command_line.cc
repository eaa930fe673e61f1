#include "cli/command_line.h"

#include <array>
#include <iostream>

#include "cli/report.h"
#include "driver/base/error.h"

namespace negodbc::cli {

namespace {

std::string whole_input() {
  constexpr std::size_t longest = 1 << 20;
  std::string text;
  std::array<char, 4096> part{};
  while (std::cin.read(part.data(), part.size()), std::cin.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > longest) throw Error("HY000", "the standard input is no connection string");
  }
  return text;
}

}  // namespace

std::string connection_told(const std::string& named) {
  if (named != "-") return named;
  std::string text = is_interactive() ? line_told().value_or("") : whole_input();
  // What editors of Windows write first.
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.erase(0, mark.size());
  if (text.find('\0') != std::string::npos)
    throw Error("HY000", "the standard input has NUL bytes, as UTF-16 has: it has to be UTF-8");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) throw Error("HY000", "there is no connection string in the standard input");
  return text;
}

}  // namespace negodbc::cli
