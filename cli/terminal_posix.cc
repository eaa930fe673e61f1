#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "cli/printable.h"
#include "cli/report.h"

namespace negodbc::cli {

Style style_of_terminal() {
  Style style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  constexpr std::size_t usual = 80;
  constexpr std::size_t narrowest = 40;
  winsize size = {};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  style.width = known ? std::max<std::size_t>(size.ws_col, narrowest) : usual;
  const char* const terminal = std::getenv("TERM");
  const char* const without = std::getenv("NO_COLOR");
  style.colours = terminal != nullptr && std::string_view(terminal) != "dumb" &&
                  (without == nullptr || *without == '\0');
  return style;
}

bool is_terminal() {
  return isatty(STDOUT_FILENO) != 0;
}

bool is_interactive() {
  return isatty(STDIN_FILENO) != 0;
}

}  // namespace negodbc::cli
