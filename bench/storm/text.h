// Text that others wrote (servers, drivers, files, the command line), made fit to be shown.
#ifndef NEGODBC_BENCH_STORM_TEXT_H
#define NEGODBC_BENCH_STORM_TEXT_H

#include <string>

namespace negodbc::bench {

// What is not UTF-8 becomes U+FFFD, one for each such byte.
std::string valid_utf8(const std::string& text);

// For a terminal, as a part of one line: UTF-8; line ends and tabs as blanks; other control
// characters, and those that turn the direction of writing, as \x1b and \u202e.
std::string one_line(const std::string& text);

// The number of code points, for columns; `text` is UTF-8.
std::size_t width_of(const std::string& text);

}  // namespace negodbc::bench

#endif
