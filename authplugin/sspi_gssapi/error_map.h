// From GSSAPI's majors and Kerberos' minors to SSPI's codes and the user's causes. Pure functions.
#ifndef NEGODBC_SSPI_GSSAPI_ERROR_MAP_H_
#define NEGODBC_SSPI_GSSAPI_ERROR_MAP_H_

#include <gssapi/gssapi.h>

#include <cstdint>
#include <span>

#include "negodbc/sspi.h"
#include "negotiate/cause.h"

namespace negodbc::sspi_gssapi {

struct Mapped {
  SECURITY_STATUS status = SEC_E_INTERNAL_ERROR;
  auth::Cause cause = auth::Cause::kNone;
};

// What was being done when the error came: the same code can mean different things.
enum class Operation : std::uint8_t {
  kAcquire,   // a credential
  kFirstLeg,  // of an initiator
  kLaterLeg,  // of an initiator: what came from the peer was judged
  kAccept,    // an acceptor's leg
  kMessage,   // protecting a message, or asking about the context
  kOpen,      // opening a message, verifying a signature
};

Mapped map_error(OM_uint32 major, OM_uint32 minor, Operation operation);

// The minor decides alone: nothing when it is no Kerberos code that has a meaning here.
bool map_minor(OM_uint32 minor, Operation operation, Mapped& mapped);

// Whether the code is of one of these error tables or a system errno, as opposed to a number that
// MIT's mechglue made up for one.
bool is_mechanism_code(OM_uint32 minor);

// All codes that have a meaning here: the candidates for a made-up number.
std::span<const OM_uint32> known_minors();

// A krb5 code by its offset in the error table, as the krb5 headers number them.
constexpr OM_uint32 krb5_code(std::uint32_t offset) {
  return 0x96C73A00u + offset;
}
// RFC 4120's numbers are the first of them.
inline constexpr std::uint32_t kProtocolErrors = 127;

// MIT's second table, likewise, and those of its mechanism: of Kerberos' part (k5g), and of tokens.
constexpr OM_uint32 k5e1_code(std::uint32_t offset) {
  return 0x97A7F600u + offset;
}
constexpr OM_uint32 k5g_code(std::uint32_t offset) {
  return 0x025EA100u + offset;
}
constexpr OM_uint32 ggss_code(std::uint32_t offset) {
  return 0x861B6D00u + offset;
}

// The ASN.1 decoder's, which both libraries share.
constexpr OM_uint32 asn1_code(std::uint32_t offset) {
  return 0x6EDA3600u + offset;
}

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_ERROR_MAP_H_
