#include "cli/command_line.h"

#include <iostream>

namespace negodbc::cli {

std::vector<std::string> command_line(int argc, char** argv) {
  return argc < 1 ? std::vector<std::string>() : std::vector<std::string>(argv + 1, argv + argc);
}

std::optional<std::string> line_told() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

Console::Console() = default;
Console::~Console() = default;

}  // namespace negodbc::cli
