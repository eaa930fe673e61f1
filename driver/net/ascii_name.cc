#include "driver/net/ascii_name.h"

#include <algorithm>
#include <cstdint>

#include "driver/base/utf.h"

namespace negodbc::net {
namespace {

constexpr char32_t first_beyond_ascii = 0x80;

bool is_ascii(std::u32string_view text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < first_beyond_ascii; });
}

char32_t small(char32_t c) {
  const bool ascii = c >= U'A' && c <= U'Z';
  const bool latin = c >= 0xC0 && c <= 0xDE && c != 0xD7;
  return ascii || latin ? c + 0x20 : c;
}

// RFC 3492, 6.1.
std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
  constexpr std::uint32_t damp = 700;
  constexpr std::uint32_t skew = 38;
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t steps = 0;
  for (; delta > (35 * 26) / 2; steps += 36) delta /= 35;
  return steps + 36 * delta / (delta + skew);
}

char digit_of(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
  constexpr std::uint32_t base = 36;
  for (std::uint32_t k = base;; k += base) {
    const std::uint32_t threshold = k <= bias ? 1 : std::min<std::uint32_t>(k - bias, 26);
    if (number < threshold) break;
    out += digit_of(threshold + (number - threshold) % (base - threshold));
    number = (number - threshold) / (base - threshold);
  }
  out += digit_of(number);
}

// RFC 3492, 6.3. Labels have 63 bytes at most, so nothing overflows.
std::string punycode(std::u32string_view label) {
  std::string out;
  for (const char32_t c : label)
    if (c < first_beyond_ascii) out += static_cast<char>(c);
  const auto basic = static_cast<std::uint32_t>(out.size());
  std::uint32_t done = basic;
  if (basic != 0) out += '-';
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  for (char32_t next = first_beyond_ascii; done < label.size(); ++next) {
    char32_t least = 0x110000;
    for (const char32_t c : label)
      if (c >= next) least = std::min(least, c);
    delta += (least - next) * (done + 1);
    next = least;
    for (const char32_t c : label) {
      if (c < next) ++delta;
      if (c != next) continue;
      append_number(out, delta, bias);
      bias = adapted(delta, done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
  }
  return out;
}

}  // namespace

std::string ascii_form_of_name(std::string_view utf8) {
  constexpr std::size_t longest = 255;
  if (utf8.size() > 4 * longest) return {};
  std::u32string name;
  for (std::string_view rest = utf8; !rest.empty();) {
    const CodePoint point = first_code_point(rest);
    if (point.value == 0xFFFD) return {};
    name += small(point.value);
    rest.remove_prefix(point.size);
  }
  if (is_ascii(name)) return {};
  std::string out;
  for (std::size_t at = 0; at <= name.size();) {
    // Ideographic full stops, too: RFC 3490, 3.1.
    const std::size_t end = std::min(name.find_first_of(U".\u3002\uFF0E\uFF61", at), name.size());
    const std::u32string_view label = std::u32string_view(name).substr(at, end - at);
    if (label.size() > longest) return {};
    if (at != 0) out += '.';
    if (is_ascii(label)) {
      for (const char32_t c : label) out += static_cast<char>(c);
    } else {
      out += "xn--" + punycode(label);
    }
    at = end + 1;
  }
  return out;
}

}  // namespace negodbc::net
