#include "driver/base/one_line.h"

#include "driver/base/utf.h"

namespace negodbc {

bool changes_the_line(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x180E || c == 0x200B ||
         (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

std::string on_one_line(std::string_view utf8) {
  std::string line;
  line.reserve(utf8.size());
  while (!utf8.empty()) {
    const CodePoint next = first_code_point(utf8);
    if (changes_the_line(next.value)) {
      line += ' ';
    } else {
      line += utf8.substr(0, next.size);
    }
    utf8.remove_prefix(next.size);
  }
  return line;
}

std::string escape_of(char32_t c) {
  if (c == U'\n') return "\\n";
  if (c == U'\r') return "\\r";
  if (c == U'\t') return "\\t";
  std::string escape = c < 0x80 ? "\\x" : c <= 0xFFFF ? "\\u" : "\\U";
  const int bits = c < 0x80 ? 8 : c <= 0xFFFF ? 16 : 32;
  for (int shift = bits - 4; shift >= 0; shift -= 4) {
    escape += "0123456789ABCDEF"[(c >> static_cast<unsigned>(shift)) & 0xFU];
  }
  return escape;
}

}  // namespace negodbc
