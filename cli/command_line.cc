#include "cli/command_line.h"

#include <array>
#include <iostream>

#include "driver/base/error.h"

namespace negodbc::cli {

std::string connection_told(const std::string& named) {
  if (named != "-") return named;
  constexpr std::size_t longest = 1 << 20;
  std::string text;
  std::array<char, 4096> part{};
  while (std::cin.read(part.data(), part.size()), std::cin.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > longest) throw Error("HY000", "the standard input is no connection string");
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace negodbc::cli
