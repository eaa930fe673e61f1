// A look at a peer's token before Heimdal sees it: Heimdal 7 goes on with memory it never set when
// a reply is not framed as a Kerberos token, so that any server could crash the client.
#ifndef NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_
#define NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_

#include <gssapi/gssapi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace negodbc::sspi_gssapi {

// Whether the token is framed as RFC 2743, 3.1 and RFC 4121, 4.1 say, to its last byte, as an
// AP-REP or a KRB-ERROR.
bool is_kerberos_reply(std::span<const std::byte> token);

// The number of the error in a KRB-ERROR (RFC 4120, 5.9.1) within Kerberos' frame; nothing: it is
// none.
std::optional<std::int64_t> kerberos_error_of(std::span<const std::byte> token);

// NegTokenResp's negState.
enum class NegState : std::uint8_t { kCompleted, kIncomplete, kReject, kRequestMic };

// A NegTokenResp (RFC 4178, 4.2.2) in so far as it matters here.
struct SpnegoReply {
  bool well_formed = false;
  std::optional<NegState> state;
  std::span<const std::byte> mech;  // supportedMech's bytes, within the reply; empty: not given
  bool has_token = false;
  std::span<const std::byte> token;  // responseToken, within the reply
  std::span<const std::byte> mic;    // mechListMIC, within the reply; empty: not given
};
SpnegoReply read_spnego_reply(std::span<const std::byte> reply);

// What an initiator's first token for SPNEGO (RFC 4178, 4.2.1) carries for the mechanism it begins
// with; nothing when it is none or carries nothing.
std::span<const std::byte> token_within_spnego(std::span<const std::byte> token);

// What a server that begins sends (NegTokenInit2: MS-SPNG, 2.2.1): the mechanisms that it offers.
struct SpnegoOffer {
  bool well_formed = false;
  bool kerberos = false;  // by either of its identifiers
  bool ntlm = false;
};
SpnegoOffer read_spnego_offer(std::span<const std::byte> token);

// Whether a token is of NTLM's (MS-NLMP, 2.2.1): they are not framed as others are.
bool is_ntlm_token(std::span<const std::byte> token);

// The mechanism that an initiator's token is of, raw or within SPNEGO; NULL: it can't be told.
const gss_OID_desc* mech_of_token(std::span<const std::byte> token);

// Whether NTLM may answer within SPNEGO, and whether it is what the initiator runs already.
enum class NtlmReply : std::uint8_t { kRefused, kAllowed, kRuns };

// Whether an initiator may hand the reply to Heimdal. `token_due`: the mechanism within SPNEGO has
// not finished, so the reply must carry its token.
bool is_safe_reply(std::span<const std::byte> reply, bool spnego, bool token_due,
                   NtlmReply ntlm = NtlmReply::kRefused);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_
