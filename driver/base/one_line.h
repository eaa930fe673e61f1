// Texts of others, made fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace negodbc {

// With a space for each control character, and for each that changes how those around it are shown
// (of directions, of no width): who may write a text could have it read as another one. The joiners
// of letters (U+200C, U+200D) stay.
std::string on_one_line(std::string_view utf8);

}  // namespace negodbc
