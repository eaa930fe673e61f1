#include "sspi_gssapi/token_guard.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "sspi_gssapi/oids.h"

namespace negodbc::sspi_gssapi {
namespace {

using Span = std::span<const std::byte>;

constexpr std::uint8_t kApplication0 = 0x60;
constexpr std::uint8_t kOid = 0x06;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kOctets = 0x04;
constexpr std::uint8_t kContext0 = 0xA0;

struct Element {
  bool good = false;
  std::uint8_t tag = 0;
  Span content;
};

// Takes one DER element with a definite length from the front of `rest`.
Element take(Span& rest) {
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
Element take_all(Span whole) {
  Element element = take(whole);
  element.good = element.good && whole.empty();
  return element;
}

}  // namespace

bool is_kerberos_reply(Span token) {
  const Element frame = take_all(token);
  if (!frame.good || frame.tag != kApplication0) return false;
  Span rest = frame.content;
  const Element mech = take(rest);
  if (!mech.good || mech.tag != kOid || mech.content.size() != kKrb5Mech.length ||
      std::memcmp(mech.content.data(), kKrb5Mech.elements, kKrb5Mech.length) != 0) {
    return false;
  }
  // Token identifiers: 02 00 is an AP-REP, 03 00 a KRB-ERROR. What follows is one element.
  if (rest.size() < 2 || rest[1] != std::byte{0} ||
      (rest[0] != std::byte{2} && rest[0] != std::byte{3})) {
    return false;
  }
  return take_all(rest.subspan(2)).good;
}

SpnegoReply read_spnego_reply(Span reply) {
  SpnegoReply read;
  const Element response = take_all(reply);
  if (!response.good || response.tag != kContext0 + 1) return read;
  const Element sequence = take_all(response.content);
  if (!sequence.good || sequence.tag != kSequence) return read;
  Span rest = sequence.content;
  std::uint8_t last = 0;
  while (!rest.empty()) {
    const Element field = take(rest);
    // negState, supportedMech, responseToken, mechListMIC: [0] to [3], in this order.
    if (!field.good || field.tag <= last || field.tag < kContext0 || field.tag > kContext0 + 3) {
      return read;
    }
    last = field.tag;
    const Element value = take_all(field.content);
    if (!value.good) return read;
    if (field.tag != kContext0 + 2) continue;
    if (value.tag != kOctets) return read;
    read.has_token = true;
    read.token = value.content;
  }
  read.well_formed = true;
  return read;
}

bool is_safe_reply(Span reply, bool spnego, bool token_due) {
  if (!spnego) return is_kerberos_reply(reply);
  const SpnegoReply read = read_spnego_reply(reply);
  if (!read.well_formed) return false;
  return read.has_token ? is_kerberos_reply(read.token) : !token_due;
}

}  // namespace negodbc::sspi_gssapi
