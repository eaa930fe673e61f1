// The little of DER that tokens are looked at with: one element after the other, each length
// checked against what is there. And what it takes to write one.
#ifndef NEGODBC_SSPI_GSSAPI_DER_H_
#define NEGODBC_SSPI_GSSAPI_DER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <gssapi/gssapi.h>

namespace negodbc::sspi_gssapi::der {

using Span = std::span<const std::byte>;

inline constexpr std::uint8_t kOctets = 0x04;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kEnumerated = 0x0A;
inline constexpr std::uint8_t kGeneralString = 0x1B;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kApplication = 0x60;  // constructed; the number is added
inline constexpr std::uint8_t kContext = 0xA0;      // constructed; the number is added

struct Element {
  bool good = false;
  std::uint8_t tag = 0;
  Span content;
};

// Takes one element with a definite length from the front of `rest`.
inline Element take(Span& rest) {
  Element element;
  if (rest.size() < 2) return element;
  element.tag = std::to_integer<std::uint8_t>(rest[0]);
  const auto first = std::to_integer<std::uint8_t>(rest[1]);
  std::size_t length = first;
  std::size_t header = 2;
  if (first >= 0x80) {
    const std::size_t count = first & 0x7Fu;
    if (count == 0 || count > 4 || rest.size() < 2 + count) return element;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) {
      length = (length << 8) | std::to_integer<std::size_t>(rest[2 + i]);
    }
    header += count;
  }
  if (length > rest.size() - header) return element;
  element.content = rest.subspan(header, length);
  rest = rest.subspan(header + length);
  element.good = true;
  return element;
}

// The only element of `whole`.
inline Element take_all(Span whole) {
  Element element = take(whole);
  element.good = element.good && whole.empty();
  return element;
}

// The only element of `whole`, which must have the tag; else nothing in it.
inline Element take_all(Span whole, std::uint8_t tag) {
  Element element = take_all(whole);
  element.good = element.good && element.tag == tag;
  if (!element.good) element.content = {};
  return element;
}

// The first field with the tag of a SEQUENCE's content.
inline Element find(Span fields, std::uint8_t tag) {
  while (!fields.empty()) {
    const Element field = take(fields);
    if (!field.good || field.tag == tag) return field;
  }
  return {};
}

inline bool is_oid(const Element& element, const gss_OID_desc& oid) {
  return element.good && element.tag == kOid && element.content.size() == oid.length &&
         std::memcmp(element.content.data(), oid.elements, oid.length) == 0;
}

inline std::string_view text(Span bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Of an element with so much content.
constexpr std::size_t whole_size(std::size_t content) {
  std::size_t size = 2 + content;
  if (content >= 0x80) {
    for (std::size_t rest = content; rest != 0; rest >>= 8) ++size;
  }
  return size;
}

// What stands before the content.
template <typename Bytes>
void put_header(Bytes& to, std::uint8_t tag, std::size_t content) {
  to.push_back(std::byte{tag});
  if (content < 0x80) {
    to.push_back(static_cast<std::byte>(content));
    return;
  }
  const std::size_t count = whole_size(content) - 2 - content;
  to.push_back(static_cast<std::byte>(0x80 | count));
  for (std::size_t i = count; i-- > 0;) to.push_back(static_cast<std::byte>(content >> (8 * i)));
}

}  // namespace negodbc::sspi_gssapi::der

#endif  // NEGODBC_SSPI_GSSAPI_DER_H_
