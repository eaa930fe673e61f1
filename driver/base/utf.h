// UTF-8 and UTF-16, the two forms of text at the ODBC border.
//
// Conversions never fail: each ill-formed part becomes U+FFFD, as Unicode 15 section 3.9
// recommends. Where two texts must not become the same one, ask well_formed() before.
#pragma once

#include <string>
#include <string_view>

namespace negodbc {

std::u16string to_utf16(std::string_view utf8);
std::string to_utf8(std::u16string_view utf16);
// No half of a surrogate pair stands without its other half.
bool well_formed(std::u16string_view utf16);

// Appends without a temporary; for converters of many small fields.
void append_utf16(std::string_view utf8, std::u16string& out);
void append_utf8(std::u16string_view utf16, std::string& out);

struct CodePoint {
  char32_t value;
  std::size_t size;  // bytes it takes
};
CodePoint first_code_point_beyond_ascii(std::string_view utf8);
// The one at the front of text that is not empty; of an ill-formed sequence its maximal subpart.
inline CodePoint first_code_point(std::string_view utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  return lead < 0x80 ? CodePoint{lead, 1} : first_code_point_beyond_ascii(utf8);
}

// The largest prefix of at most `limit` units that does not cut a character in two.
std::size_t utf8_prefix(std::string_view text, std::size_t limit);
std::size_t utf16_prefix(std::u16string_view text, std::size_t limit);

// Characters (code points), for column sizes.
std::size_t utf8_length(std::string_view text);

bool iequals(std::string_view a, std::string_view b);  // ASCII case only
std::string ascii_lower(std::string_view text);

}  // namespace negodbc
