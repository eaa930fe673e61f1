// Texts of files and servers, so that they do not command a terminal.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::cli {

// Each character that changes the line as an escape: \n, \r, \t, \x1B, \u202E (directions), and
// \u009B of U+0080 to U+009F, which terminals take for the same as ESC and another one. `lines`:
// line ends and tabs stay.
std::string printable(std::string_view text, bool lines = false);

// Whether standard output is a terminal.
bool is_terminal();

}  // namespace negodbc::cli
