#include "cli/command_line.h"

namespace negodbc::cli {

std::vector<std::string> command_line(int argc, char** argv) {
  return argc < 1 ? std::vector<std::string>() : std::vector<std::string>(argv + 1, argv + argc);
}

Console::Console() = default;
Console::~Console() = default;

}  // namespace negodbc::cli
