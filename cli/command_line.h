// What the program is told by whoever starts it: UTF-8, whatever the system has.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace negodbc::cli {

// Without the program's own name.
std::vector<std::string> command_line(int argc, char** argv);

// A connection as it was named, or for "-" what stands in the standard input, without the line's
// end: in the lists of processes nobody reads a password there. Throws Error HY000 where that is
// more than a mebibyte.
std::string connection_told(const std::string& named);

// A line that somebody types, without its end; nothing: there is none.
std::optional<std::string> line_told();

// What is written is UTF-8: where a console takes it as something else, not until this ends.
class Console {
 public:
  Console();
  // NOLINTNEXTLINE(performance-trivially-destructible): on Windows there is something to put back
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

 private:
  unsigned code_page_ = 0;  // before; 0: nothing was changed
  unsigned long mode_ = 0;  // likewise
};

}  // namespace negodbc::cli
