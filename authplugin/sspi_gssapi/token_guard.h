// A look at a peer's token before Heimdal sees it: Heimdal 7 goes on with memory it never set when
// a reply is not framed as a Kerberos token, so that any server could crash the client.
#ifndef NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_
#define NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_

#include <cstddef>
#include <span>

namespace negodbc::sspi_gssapi {

// Whether the token is framed as RFC 2743, 3.1 and RFC 4121, 4.1 say, to its last byte, as an
// AP-REP or a KRB-ERROR.
bool is_kerberos_reply(std::span<const std::byte> token);

// A NegTokenResp (RFC 4178, 4.2.2) in so far as it matters here.
struct SpnegoReply {
  bool well_formed = false;
  bool has_token = false;
  std::span<const std::byte> token;  // responseToken, within the reply
};
SpnegoReply read_spnego_reply(std::span<const std::byte> reply);

// Whether an initiator may hand the reply to Heimdal. `token_due`: the mechanism within SPNEGO has
// not finished, so the reply must carry its token.
bool is_safe_reply(std::span<const std::byte> reply, bool spnego, bool token_due);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TOKEN_GUARD_H_
