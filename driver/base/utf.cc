#include "driver/base/utf.h"

#include <algorithm>

namespace negodbc {
namespace {

constexpr char32_t replacement = 0xFFFD;

void put_utf16(char32_t c, std::u16string& out) {
  if (c < 0x10000) {
    out.push_back(static_cast<char16_t>(c));
  } else {
    c -= 0x10000;
    out.push_back(static_cast<char16_t>(0xD800 + (c >> 10U)));
    out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FFU)));
  }
}

void put_utf8(char32_t c, std::string& out) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | ((c >> shift) & 0x3FU)));
  };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (c >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (c >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool high_surrogate(char16_t c) {
  return c >= 0xD800 && c <= 0xDBFF;
}
bool low_surrogate(char16_t c) {
  return c >= 0xDC00 && c <= 0xDFFF;
}

}  // namespace

CodePoint first_code_point_beyond_ascii(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t size = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
    value = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    value = lead & 0x0FU;
    if (lead == 0xE0) low = 0xA0;   // no overlong forms
    if (lead == 0xED) high = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    value = lead & 0x07U;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;  // nothing above U+10FFFF
  } else {
    return {replacement, 1};
  }
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    if (next < low || next > high) return {replacement, i};
    low = 0x80;
    high = 0xBF;
    value = (value << 6U) | (next & 0x3FU);
  }
  return {value, size};
}

void append_utf16(std::string_view utf8, std::u16string& out) {
  out.reserve(out.size() + utf8.size());
  while (!utf8.empty()) {
    const CodePoint next = first_code_point(utf8);
    put_utf16(next.value, out);
    utf8.remove_prefix(next.size);
  }
}

void append_utf8(std::u16string_view utf16, std::string& out) {
  out.reserve(out.size() + utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    const char16_t c = utf16[i];
    if (high_surrogate(c) && i + 1 < utf16.size() && low_surrogate(utf16[i + 1])) {
      ++i;
      const auto high = static_cast<char32_t>(c - 0xD800);
      put_utf8(0x10000 + (high << 10U) + static_cast<char32_t>(utf16[i] - 0xDC00), out);
    } else if (high_surrogate(c) || low_surrogate(c)) {
      put_utf8(replacement, out);
    } else {
      put_utf8(c, out);
    }
  }
}

// Both in one piece: what may be secret leaves no copy behind by growing.

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  append_utf16(utf8, out);
  return out;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string out;
  const auto beyond_ascii =
      std::count_if(utf16.begin(), utf16.end(), [](char16_t c) { return c >= 0x80; });
  out.reserve(utf16.size() + 2 * static_cast<std::size_t>(beyond_ascii));
  append_utf8(utf16, out);
  return out;
}

bool well_formed(std::u16string_view utf16) {
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    if (low_surrogate(utf16[i])) return false;
    if (!high_surrogate(utf16[i])) continue;
    if (++i == utf16.size() || !low_surrogate(utf16[i])) return false;
  }
  return true;
}

std::size_t utf8_prefix(std::string_view text, std::size_t limit) {
  if (limit >= text.size()) return text.size();
  std::size_t end = limit;
  // At most three bytes back to a lead byte; bytes that are not UTF-8 are cut where the limit says.
  for (int i = 0; i < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U; ++i)
    --end;
  return (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U ? limit : end;
}

std::size_t utf16_prefix(std::u16string_view text, std::size_t limit) {
  if (limit >= text.size()) return text.size();
  if (limit > 0 && high_surrogate(text[limit - 1]) && low_surrogate(text[limit])) return limit - 1;
  return limit;
}

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool iequals(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace negodbc
