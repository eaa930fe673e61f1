#include "negotiate/utf16.h"

#include <algorithm>
#include <cstdint>

namespace negodbc::auth {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// How much of the text's beginning is the same in both, unit by unit: names of hosts and services,
// of which each leg has one, are so as a whole.
template <typename Unit>
std::size_t ascii_prefix(std::basic_string_view<Unit> text) {
  const auto end = std::find_if(text.begin(), text.end(), [](Unit unit) {
    return static_cast<std::make_unsigned_t<Unit>>(unit) >= 0x80;
  });
  return static_cast<std::size_t>(end - text.begin());
}

template <typename Text>
void append_utf8(Text& out, char32_t value) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | (value >> 6)), put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | (value >> 12)), put(0x80 | ((value >> 6) & 0x3F)), put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | (value >> 18)), put(0x80 | ((value >> 12) & 0x3F));
    put(0x80 | ((value >> 6) & 0x3F)), put(0x80 | (value & 0x3F));
  }
}

template <typename Text>
Text utf8_of(std::basic_string_view<SEC_WCHAR> wide) {
  const std::size_t plain = ascii_prefix(wide);
  Text out(plain, '\0');
  std::transform(wide.begin(), wide.begin() + static_cast<std::ptrdiff_t>(plain), out.begin(),
                 [](SEC_WCHAR unit) { return static_cast<char>(unit); });
  for (std::size_t at = plain; at < wide.size(); ++at) {
    char32_t value = static_cast<std::uint16_t>(wide[at]);
    if (value >= 0xD800 && value <= 0xDFFF) {
      const char32_t low = at + 1 < wide.size() ? static_cast<std::uint16_t>(wide[at + 1]) : 0;
      if (value <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        ++at;
      } else {
        value = kReplacement;
      }
    }
    append_utf8(out, value);
  }
  return out;
}

}  // namespace

// Overlong forms, surrogates and values above U+10FFFF are ill-formed.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  std::size_t length = 0;
  char32_t value = 0;
  char32_t least = 0;
  if (first < 0x80) {
    ++at;
    return first;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2, value = first & 0x1Fu, least = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3, value = first & 0x0Fu, least = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4, value = first & 0x07u, least = 0x10000;
  }
  bool good = length != 0 && at + length <= text.size();
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(at + i) & 0xC0u) == 0x80u;
    value = (value << 6) | (byte(at + i) & 0x3Fu);
  }
  if (!good || value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    ++at;
    return kReplacement;
  }
  at += length;
  return value;
}

WideText to_wide(std::string_view utf8) {
  const std::size_t plain = ascii_prefix(utf8);
  WideText out(plain, SEC_WCHAR{});
  std::copy(utf8.begin(), utf8.begin() + static_cast<std::ptrdiff_t>(plain), out.begin());
  for (std::size_t at = plain; at < utf8.size();) {
    const char32_t value = next_code_point(utf8, at);
    if (value < 0x10000) {
      out.push_back(static_cast<SEC_WCHAR>(value));
    } else {
      out.push_back(static_cast<SEC_WCHAR>(0xD800 + ((value - 0x10000) >> 10)));
      out.push_back(static_cast<SEC_WCHAR>(0xDC00 + ((value - 0x10000) & 0x3FF)));
    }
  }
  return out;
}

std::string to_utf8(std::basic_string_view<SEC_WCHAR> wide) {
  return utf8_of<std::string>(wide);
}

std::string to_utf8(const SEC_WCHAR* wide) {
  return wide == nullptr ? std::string() : to_utf8(std::basic_string_view<SEC_WCHAR>(wide));
}

PooledText to_pooled_utf8(const SEC_WCHAR* wide) {
  return wide == nullptr ? PooledText()
                         : utf8_of<PooledText>(std::basic_string_view<SEC_WCHAR>(wide));
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_utf8(out, next_code_point(text, at));
  return out;
}

}  // namespace negodbc::auth
