// Texts of others, made fit to be shown.
#ifndef NEGODBC_NEGOTIATE_ONE_LINE_H_
#define NEGODBC_NEGOTIATE_ONE_LINE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace negodbc::auth {

inline constexpr std::size_t kMaxText = 512;

// Control characters, those that change how others are shown (of directions, of no width) and runs
// of spaces become one space, ill-formed UTF-8 becomes U+FFFD, and at most kMaxText bytes stay.
std::string one_line(std::string_view text);

// Cuts after at most `size` bytes, between two characters.
void cut(std::string& text, std::size_t size);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_ONE_LINE_H_
