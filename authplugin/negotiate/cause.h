// Why a login failed, in the terms a user can act on. Finer than SEC_E_*: an expired ticket and a
// missing one are both SEC_E_NO_CREDENTIALS, but they need different remedies.
#ifndef NEGODBC_NEGOTIATE_CAUSE_H_
#define NEGODBC_NEGOTIATE_CAUSE_H_

#include <string>

#include "negodbc/auth_plugin.h"
#include "negodbc/sspi.h"

namespace negodbc::auth {

enum class Cause {
  kNone,             // success, or nothing finer than the status is known
  kArgument,         // an option is wrong
  kLibrary,          // no GSSAPI library
  kNoCredentials,    // no cache, or nothing usable in it
  kCacheUnreadable,  // a cache that may not be read, or is damaged, or of an unknown type
  kExpired,          // the ticket has run out
  kTooLittleLife,    // it runs out within min_lifetime_s
  kKeytab,           // the client keytab lacks the principal or cannot be read
  kPassword,         // the KDC refuses the password
  kClientUnknown,    // the KDC does not know the client principal
  kClientRefused,    // ... knows but refuses it: revoked, locked, password expired, policy
  kKdcUnreachable,   // no KDC of a known realm answers
  kRealmUnknown,     // no KDC is known for the realm
  kTrustPath,        // no chain of trust leads from the client's realm to the service's
  kTargetUnknown,    // the KDC does not know the service principal
  kWrongPrincipal,   // the peer is not the one named
  kWrongRealm,       // the ticket is not of the realm that was asked for
  kServerKey,        // the server's keytab does not hold the key the KDC used
  kClockSkew,
  kPreauthentication,  // the KDC wants a proof that a ticket, keytab or password can't give
  kKdcError,           // the KDC answers that something is wrong with itself, or nonsense
  kConfiguration,      // krb5.conf can't be read or is malformed
  kBadName,            // a principal that is none
  kInvalidToken,
  kEncryptionType,  // no common encryption type
  kReplay,          // the server holds the token for a replay
  kBindings,        // channel bindings differ
  kNotGranted,
  kNtlmRefused,  // the peer wants NTLM
  kAltered,
  kTimedOut,
  kCancelled,
  kUnsupported,
};

// The cause that a status alone tells; kNone when it does not.
Cause cause_of(SECURITY_STATUS status);

// The ABI's status for a failed call.
negodbc_auth_status abi_status(SECURITY_STATUS status, Cause cause);

// "SEC_E_NO_CREDENTIALS"; "SECURITY_STATUS 0x..." when it has no name here.
std::string status_name(SECURITY_STATUS status);

// "clock_skew": stable, for the JSON record.
const char* cause_name(Cause cause);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CAUSE_H_
