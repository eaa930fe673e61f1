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
  kOtherPrincipal,   // a cache with somebody else's tickets than the principal's asked for
  kCacheUnreadable,  // a cache that may not be read, or is damaged
  kCacheType,        // the library does not know the cache's type
  kCacheDaemon,      // nobody answers for a cache that a daemon keeps
  kExpired,          // the ticket has run out
  kTooLittleLife,    // it runs out within min_lifetime_s
  kKeytab,           // the client keytab lacks the principal or cannot be read
  kPassword,         // the KDC refuses the password
  kClientUnknown,    // the KDC does not know the client principal
  kClientRefused,    // ... knows but refuses it, by its policy
  kClientExpired,    // ... by the end that its entry has
  kClientLocked,     // ... locked, or disabled
  kPasswordExpired,  // the password, or the key of a keytab, has to be changed first
  kTicketRefused,    // the KDC's policy is against this client, or against this service
  kTicketStale,      // the KDC does not take the ticket that it has given before
  kKdcUnreachable,   // no KDC of a known realm answers
  kRealmUnknown,     // no KDC is known for the realm
  kTrustPath,        // no chain of trust leads from the client's realm to the service's
  kTargetUnknown,    // the KDC does not know the service principal
  kTargetRefused,    // ... knows it, and gives no tickets for it: expired, locked, none of services
  kWrongPrincipal,   // the peer is not the one named
  kWrongRealm,       // the ticket is not of the realm that was asked for
  kServerKey,        // the server's keytab does not hold the key the KDC used
  kClockSkew,
  kPreauthentication,  // the KDC wants a proof that a ticket, keytab or password can't give
  kCertificate,        // PKINIT: one side does not accept the other's certificate
  kAddress,            // the ticket is for other addresses than this machine's
  kKdcError,           // the KDC answers that something is wrong with itself, or nonsense
  kPeerRefused,        // the peer does not accept what it was sent, and does not tell why
  kUserRefused,        // the peer knows who it is, and does not let them in
  kConfiguration,      // krb5.conf can't be read or is malformed
  kUnreadByLibrary,    // it says more than this library reads
  kBadName,            // a principal that is none
  kInvalidToken,
  kEncryptionType,  // no common encryption type
  kReplay,          // the server holds the token for a replay
  kBindings,        // channel bindings differ
  kNotGranted,
  kDelegation,     // a policy forbids it: for the client, the service, or this machine
  kImpersonation,  // the thread's token tells who somebody is, and is not enough to act as them
  kNtlmRefused,    // the peer wants NTLM, or a policy refuses it
  kAltered,
  kTimedOut,      // nobody was waited for but this process and this machine
  kNoTime,        // there was none from the beginning
  kParents,       // it goes on in the process that this one was forked from, and only there
  kSourceSilent,  // whoever keeps the tickets, or krb5.conf, does not answer in time
  kDnsSilent,     // likewise for the host's name
  kKdcSilent,     // likewise the KDC
  kCancelled,
  kNoMechanism,  // the library has no mechanism for the package
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
