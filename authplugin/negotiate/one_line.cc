#include "negotiate/one_line.h"

#include "negotiate/utf16.h"

namespace negodbc::auth {

void cut(std::string& text, std::size_t size) {
  if (text.size() <= size) return;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u) --size;
  text.resize(size);
}

namespace {

// Spaces and controls, and what changes how the text around it is shown: who may write such a text
// could have it read as another one. The joiners of letters (U+200C, U+200D) stay.
bool is_blank(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x180E || c == 0x200B ||
         (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  bool space = false;
  const std::string valid = valid_utf8(text.substr(0, 4 * kMaxText));
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t begin = at;
    if (is_blank(next_code_point(valid, at))) {
      space = !out.empty();
      continue;
    }
    if (space) out.push_back(' ');
    space = false;
    out.append(valid, begin, at - begin);
  }
  cut(out, kMaxText);
  return out;
}

}  // namespace negodbc::auth
