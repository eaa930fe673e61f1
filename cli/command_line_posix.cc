#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>

#include "cli/command_line.h"

namespace negodbc::cli {

std::vector<std::string> command_line(int argc, char** argv) {
  return argc < 1 ? std::vector<std::string>() : std::vector<std::string>(argv + 1, argv + argc);
}

std::optional<std::string> line_told() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

int error_of_output() {
  const int copy = ::dup(STDOUT_FILENO);
  return copy < 0 || ::close(copy) == 0 ? 0 : errno;
}

Console::Console() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)
      static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}
Console::~Console() = default;

}  // namespace negodbc::cli
