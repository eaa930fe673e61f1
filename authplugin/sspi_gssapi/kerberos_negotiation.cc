#include "sspi_gssapi/kerberos_negotiation.h"

#include <algorithm>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/token_guard.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::SecretBytes;

// MechTypeList: what is offered, and what a mechListMIC seals.
constexpr std::string_view kOffered("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 13);

void put_text(SecretBytes& to, std::string_view text) {
  const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
  to.insert(to.end(), begin, begin + text.size());
}

// NegTokenInit with Kerberos' first token, framed as RFC 2743, 3.1 says.
SecretBytes first_token(std::string_view inner) {
  const std::size_t octets = der::whole_size(inner.size());
  const std::size_t fields = der::whole_size(kOffered.size()) + der::whole_size(octets);
  const std::size_t sequence = der::whole_size(fields);
  const std::size_t frame = der::whole_size(kSpnegoMech.length) + der::whole_size(sequence);
  SecretBytes token;
  token.reserve(der::whole_size(frame));
  der::put_header(token, der::kApplication, frame);
  der::put_header(token, der::kOid, kSpnegoMech.length);
  put_text(token, {static_cast<const char*>(kSpnegoMech.elements), kSpnegoMech.length});
  der::put_header(token, der::kContext, sequence);
  der::put_header(token, der::kSequence, fields);
  der::put_header(token, der::kContext, kOffered.size());
  put_text(token, kOffered);
  der::put_header(token, der::kContext + 2, octets);
  der::put_header(token, der::kOctets, inner.size());
  put_text(token, inner);
  return token;
}

// A field of NegTokenResp with octets; none: it is left out.
std::size_t size_of_octets(std::string_view octets) {
  return octets.empty() ? 0 : der::whole_size(der::whole_size(octets.size()));
}
void put_octets(SecretBytes& to, std::uint8_t field, std::string_view octets) {
  if (octets.empty()) return;
  der::put_header(to, field, der::whole_size(octets.size()));
  der::put_header(to, der::kOctets, octets.size());
  put_text(to, octets);
}

SecretBytes later_token(NegState state, std::string_view inner, std::string_view mic) {
  constexpr std::size_t kState = 1;
  const std::size_t fields =
      der::whole_size(der::whole_size(kState)) + size_of_octets(inner) + size_of_octets(mic);
  SecretBytes token;
  token.reserve(der::whole_size(der::whole_size(fields)));
  der::put_header(token, der::kContext + 1, der::whole_size(fields));
  der::put_header(token, der::kSequence, fields);
  der::put_header(token, der::kContext, der::whole_size(kState));
  der::put_header(token, der::kEnumerated, kState);
  token.push_back(static_cast<std::byte>(state));
  put_octets(token, der::kContext + 2, inner);
  put_octets(token, der::kContext + 3, mic);
  return token;
}

bool same_bytes(der::Span a, der::Span b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Of the mechanism that the peer names; some name none, and those that go on with Kerberos call it
// by either of its names.
NegotiationFault fault_of_choice(der::Span mech) {
  const auto is = [&](const gss_OID_desc& oid) {
    return der::text(mech) == std::string_view(static_cast<const char*>(oid.elements), oid.length);
  };
  if (mech.empty() || is(kKrb5Mech) || is(kMicrosoftKrb5Mech)) return NegotiationFault::kNone;
  return is(kNtlmMech) ? NegotiationFault::kNtlm : NegotiationFault::kOtherMech;
}

}  // namespace

OM_uint32 KerberosNegotiation::begin(InitiatorLeg& leg, SecretBytes& token) {
  *this = {};
  ScopedBuffer inner(leg.library);
  const OM_uint32 major = leg.run(GSS_C_NO_BUFFER, inner);
  if (GSS_ERROR(major)) return major;
  complete_ = (major & GSS_S_CONTINUE_NEEDED) == 0;
  life_ = leg.life;
  token = first_token(inner.view());
  return GSS_S_CONTINUE_NEEDED;  // the peer's answer, also where Kerberos needs none
}

OM_uint32 KerberosNegotiation::go_on(InitiatorLeg& leg, der::Span input, SecretBytes& token) {
  const SpnegoReply reply = read_spnego_reply(input);
  if (!reply.well_formed) return refuse(NegotiationFault::kMalformed);
  if (const NegotiationFault fault = fault_of_choice(reply.mech);
      fault != NegotiationFault::kNone) {
    return refuse(fault);
  }
  const bool has_token = !reply.token.empty();
  // Windows 2000 repeats the token where the seal belongs.
  const bool has_mic = !reply.mic.empty() && !same_bytes(reply.mic, reply.token);

  ScopedBuffer inner(leg.library);
  leg.life = life_;
  if (has_token) {
    // In DCE style Kerberos' own reply has no frame.
    const bool framed = (leg.request & GSS_C_DCE_STYLE) != 0 || is_kerberos_reply(reply.token);
    if (complete_ || !framed) return refuse(NegotiationFault::kMalformed);
    gss_buffer_desc given = borrowed(reply.token.data(), reply.token.size());
    const OM_uint32 major = leg.run(&given, inner);
    if (GSS_ERROR(major)) return major;
    complete_ = (major & GSS_S_CONTINUE_NEEDED) == 0;
    life_ = leg.life;
  }
  if (reply.state == NegState::kReject) return refuse(NegotiationFault::kRejected);
  if (!complete_ && (inner.size() == 0 || has_mic)) return refuse(NegotiationFault::kMalformed);

  gss_buffer_desc offered = borrowed(kOffered);
  if (reply.state == NegState::kRequestMic) mic_due_ = true;
  if (has_mic) {
    if (mic_verified_) return refuse(NegotiationFault::kMalformed);
    gss_buffer_desc seal = borrowed(reply.mic.data(), reply.mic.size());
    const OM_uint32 major =
        leg.library.gss_verify_mic(&leg.minor, leg.context, &offered, &seal, nullptr);
    if (GSS_ERROR(major)) return major;
    // Heimdal looks at its number first, and then at nothing else of one that is out of turn. A
    // peer that has proved nothing (no AP-REP) has told no number to begin with.
    const bool numbered = (leg.request & GSS_C_MUTUAL_FLAG) != 0;
    if (major != GSS_S_COMPLETE && numbered) return GSS_S_BAD_MIC;
    mic_verified_ = mic_due_ = true;
  } else if (mic_due_ && inner.size() == 0 && (mic_sent_ || has_token)) {
    return refuse(NegotiationFault::kMalformed);  // who has the last word of Kerberos seals first
  }
  ScopedBuffer mic(leg.library);
  if (complete_ && mic_due_ && !mic_sent_) {
    const OM_uint32 major =
        leg.library.gss_get_mic(&leg.minor, leg.context, GSS_C_QOP_DEFAULT, &offered, mic.out());
    if (GSS_ERROR(major)) return major;
    mic_sent_ = true;
  }

  const bool last = complete_ && mic_verified_ == mic_due_ && inner.size() == 0;
  if (inner.size() == 0 && mic.size() == 0) {
    // A peer that has sent nothing and is not done waits for what does not come.
    const bool waits = reply.state == NegState::kIncomplete && !has_token && !has_mic;
    return last && !waits ? GSS_S_COMPLETE : refuse(NegotiationFault::kMalformed);
  }
  token =
      later_token(last ? NegState::kCompleted : NegState::kIncomplete, inner.view(), mic.view());
  return last ? GSS_S_COMPLETE : GSS_S_CONTINUE_NEEDED;
}

}  // namespace negodbc::sspi_gssapi
