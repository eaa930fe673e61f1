// Texts of others, made fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace negodbc {

// A control character, or one that changes how those around it are shown (of directions, of no
// width): who may write a text could have it read as another one. The joiners of letters (U+200C,
// U+200D) are none.
bool changes_the_line(char32_t c);

// With a space for each character that changes the line.
std::string on_one_line(std::string_view utf8);

// Such a character in characters that do not: \n, \r, \t, \x1B, \u202E, \U000E0001.
std::string escape_of(char32_t c);

}  // namespace negodbc
