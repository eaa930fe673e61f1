#include "driver/base/shell_word.h"

namespace negodbc {

std::string shell_word(const std::string& text) {
  constexpr char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string to_unset(const std::string& variable) {
  return "unset " + variable;
}

}  // namespace negodbc
