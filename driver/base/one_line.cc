#include "driver/base/one_line.h"

#include "driver/base/utf.h"

namespace negodbc {
namespace {

bool changes_the_line(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x180E || c == 0x200B ||
         (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

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

}  // namespace negodbc
