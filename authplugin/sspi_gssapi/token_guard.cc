#include "sspi_gssapi/token_guard.h"

#include <cstring>
#include <string_view>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/oids.h"

namespace negodbc::sspi_gssapi {

using der::Element;
using der::Span;
using der::take;
using der::take_all;

namespace {

// What stands in Kerberos' frame (RFC 2743, 3.1): two bytes that say what follows; empty: it is
// none.
Span in_kerberos_frame(Span token) {
  const Element frame = take_all(token);
  if (!frame.good || frame.tag != der::kApplication) return {};
  Span rest = frame.content;
  return der::is_oid(take(rest), kKrb5Mech) ? rest : Span();
}

}  // namespace

bool is_kerberos_reply(Span token) {
  const Span rest = in_kerberos_frame(token);
  // Token identifiers: 02 00 is an AP-REP, 03 00 a KRB-ERROR. What follows is one element.
  if (rest.size() < 2 || rest[1] != std::byte{0} ||
      (rest[0] != std::byte{2} && rest[0] != std::byte{3})) {
    return false;
  }
  return take_all(rest.subspan(2)).good;
}

std::optional<std::int64_t> kerberos_error_of(Span token) {
  constexpr std::uint8_t kKrbError = der::kApplication + 30;
  constexpr std::uint8_t kErrorCode = der::kContext + 6;
  constexpr std::uint8_t kInteger = 0x02;
  Span rest = in_kerberos_frame(token);
  if (rest.size() < 2) return std::nullopt;
  rest = rest.subspan(2);
  const Element error = take(rest);
  if (!error.good || error.tag != kKrbError) return std::nullopt;
  const Element sequence = take_all(error.content);
  if (!sequence.good || sequence.tag != der::kSequence) return std::nullopt;
  for (Span fields = sequence.content; !fields.empty();) {
    const Element field = take(fields);
    if (!field.good) return std::nullopt;
    if (field.tag != kErrorCode) continue;
    const Element number = take_all(field.content);
    if (!number.good || number.tag != kInteger || number.content.empty()) return std::nullopt;
    // However many bytes it is written with.
    std::int64_t value = 0;
    for (const std::byte byte : number.content)
      value = (value << 8 | std::to_integer<std::int64_t>(byte)) & 0xFFFFFFFF;
    return value;
  }
  return std::nullopt;
}

SpnegoReply read_spnego_reply(Span reply) {
  SpnegoReply read;
  const Element response = take_all(reply);
  if (!response.good || response.tag != der::kContext + 1) return read;
  const Element sequence = take_all(response.content);
  if (!sequence.good || sequence.tag != der::kSequence) return read;
  Span rest = sequence.content;
  std::uint8_t last = 0;
  while (!rest.empty()) {
    const Element field = take(rest);
    // negState, supportedMech, responseToken, mechListMIC: [0] to [3], in this order.
    if (!field.good || field.tag <= last || field.tag < der::kContext ||
        field.tag > der::kContext + 3) {
      return read;
    }
    last = field.tag;
    const Element value = take_all(field.content);
    if (!value.good) return read;
    if (field.tag == der::kContext) {
      if (value.tag != der::kEnumerated || value.content.size() != 1 ||
          value.content[0] > std::byte{3}) {
        return read;
      }
      read.state = static_cast<NegState>(value.content[0]);
    } else if (field.tag == der::kContext + 1) {
      if (value.tag != der::kOid) return read;
      read.mech = value.content;
    } else {
      if (value.tag != der::kOctets) return read;
      const bool is_token = field.tag == der::kContext + 2;
      (is_token ? read.token : read.mic) = value.content;
      read.has_token = read.has_token || is_token;
    }
  }
  read.well_formed = true;
  return read;
}

SpnegoOffer read_spnego_offer(Span token) {
  SpnegoOffer offer;
  const Element frame = take_all(token);
  if (!frame.good || frame.tag != der::kApplication) return offer;
  Span rest = frame.content;
  if (!der::is_oid(take(rest), kSpnegoMech)) return offer;
  const Element init = take_all(rest);
  if (!init.good || init.tag != der::kContext) return offer;
  const Element sequence = take_all(init.content);
  if (!sequence.good || sequence.tag != der::kSequence) return offer;
  Span fields = sequence.content;
  // mechTypes, without which nothing is offered; reqFlags, mechToken, negHints, mechListMIC.
  Element field = take(fields);
  if (!field.good || field.tag != der::kContext) return offer;
  const Element list = take_all(field.content);
  if (!list.good || list.tag != der::kSequence || list.content.empty()) return offer;
  for (Span mechs = list.content; !mechs.empty();) {
    const Element mech = take(mechs);
    if (!mech.good || mech.tag != der::kOid) return offer;
    if (der::is_oid(mech, kKrb5Mech) || der::is_oid(mech, kMicrosoftKrb5Mech)) {
      offer.kerberos = true;
    }
    if (der::is_oid(mech, kNtlmMech)) offer.ntlm = true;
  }
  while (!fields.empty()) {
    const std::uint8_t last = field.tag;
    field = take(fields);
    if (!field.good || field.tag <= last || field.tag > der::kContext + 4) return offer;
  }
  offer.well_formed = true;
  return offer;
}

bool is_ntlm_token(Span token) {
  return der::text(token).starts_with(std::string_view("NTLMSSP", sizeof("NTLMSSP")));
}

Span token_within_spnego(Span token) {
  Span rest = take_all(token, der::kApplication).content;
  if (!der::is_oid(take(rest), kSpnegoMech)) return {};
  const Element init = take_all(rest, der::kContext);
  const Element fields = take_all(init.content, der::kSequence);
  const Element field = der::find(fields.content, der::kContext + 2);
  return take_all(field.content, der::kOctets).content;
}

const gss_OID_desc* mech_of_token(Span token) {
  if (const Span inner = token_within_spnego(token); !inner.empty()) token = inner;
  // What an initiator sends later within SPNEGO is a response.
  if (const SpnegoReply read = read_spnego_reply(token); read.has_token) token = read.token;
  if (is_ntlm_token(token)) return &kNtlmMech;
  Span rest = take_all(token, der::kApplication).content;
  return der::is_oid(take(rest), kKrb5Mech) ? &kKrb5Mech : nullptr;
}

bool is_safe_reply(Span reply, bool spnego, bool token_due, NtlmReply ntlm) {
  if (!spnego) return is_kerberos_reply(reply);
  const SpnegoReply read = read_spnego_reply(reply);
  if (!read.well_formed) return false;
  const bool by_ntlm = ntlm == NtlmReply::kRuns ||
                       (ntlm == NtlmReply::kAllowed && read.mech.size() == kNtlmMech.length &&
                        std::memcmp(read.mech.data(), kNtlmMech.elements, kNtlmMech.length) == 0);
  // A server that chooses another mechanism than the one begun with has no token for it yet.
  if (by_ntlm) return !read.has_token || is_ntlm_token(read.token);
  return read.has_token ? is_kerberos_reply(read.token) : !token_due;
}

}  // namespace negodbc::sspi_gssapi
