#include "negotiate/one_line.h"

#include "negotiate/utf16.h"

namespace negodbc::auth {

void cut(std::string& text, std::size_t size) {
  if (text.size() <= size) return;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u) --size;
  text.resize(size);
}

std::string one_line(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : valid_utf8(text.substr(0, 4 * kMaxText))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F) {
      space = !out.empty();
      continue;
    }
    if (space) out.push_back(' ');
    space = false;
    out.push_back(c);
  }
  cut(out, kMaxText);
  return out;
}

}  // namespace negodbc::auth
