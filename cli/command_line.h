// What the program is told by whoever starts it: UTF-8, whatever the system has.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace negodbc::cli {

// Without the program's own name.
std::vector<std::string> command_line(int argc, char** argv);

// A connection as it was named, or for "-" what stands in the standard input, without the line's
// end: in the lists of processes nobody reads a password there. Of a terminal one line is read, as
// characters, whatever its code page. Throws Error HY000 where it is more than a mebibyte, has NUL
// bytes, or where there is nothing.
std::string connection_told(const std::string& named);

// Why what was written to the standard output is not kept, which some file systems tell at its end
// only: errno's number; 0: it is kept.
int error_of_output();

// A line that somebody types, without its end; nothing: there is none.
std::optional<std::string> line_told();

// What is written is UTF-8: where a console takes it as something else, not until this ends. A
// standard stream that is closed becomes one that can be neither read nor written: what is opened
// next would have its number, and be written to in its place.
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
