#include "bench/storm/text.h"

#include <cstdint>
#include <cstdio>
#include <utility>

namespace negodbc::bench {
namespace {

constexpr char replacement[] = "\xef\xbf\xbd";

// The code point that begins at `at`, and its bytes; 0 bytes where no UTF-8 begins (RFC 3629: the
// shortest form only, no surrogates).
std::pair<char32_t, std::size_t> code_point_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return {0, 0};
  char32_t value = lead & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    value = value << 6 | (byte(i) & 0x3f);
  }
  static constexpr char32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < lowest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return {0, 0};
  return {value, size};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

// Of Unicode's bidirectional algorithm, and the separators of lines and paragraphs.
bool turns_or_breaks(char32_t c) {
  return c == 0x200e || c == 0x200f || c == 0x061c || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string valid_utf8(const std::string& text) {
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = code_point_at(text, at).second;
    valid += size == 0 ? replacement : text.substr(at, size);
    at += size == 0 ? 1 : size;
  }
  return valid;
}

std::string one_line(const std::string& text) {
  std::string line;
  char escaped[16];
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, size] = code_point_at(text, at);
    if (size == 0) {
      line += replacement;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (is_control(c) || turns_or_breaks(c)) {
      std::snprintf(escaped, sizeof escaped, c < 0x100 ? "\\x%02x" : "\\u%04x",
                    static_cast<unsigned>(c));
      line += escaped;
    } else {
      line.append(text, at, size);
    }
    at += size == 0 ? 1 : size;
  }
  return line;
}

std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return width;
}

}  // namespace negodbc::bench
