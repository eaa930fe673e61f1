#include "sspi_gssapi/error_map.h"

#include <array>
#include <cerrno>

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

struct MinorRow {
  OM_uint32 minor;
  SECURITY_STATUS status;
  Cause cause;
};

// What a KDC or a peer answers with: RFC 4120, 7.5.9, with RFC 4556 (PKINIT), 6113 and 8636. Those
// that have no row here tell nothing that a user could act on: by_protocol_error().
constexpr std::array kMinors = {
    MinorRow{krb5_code(1), SEC_E_LOGON_DENIED, Cause::kClientExpired},
    MinorRow{krb5_code(2), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // service expired
    MinorRow{krb5_code(6), SEC_E_LOGON_DENIED, Cause::kClientUnknown},
    MinorRow{krb5_code(7), SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},
    MinorRow{krb5_code(8), SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},  // more than one has it
    MinorRow{krb5_code(9), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // null key
    MinorRow{krb5_code(11), SEC_E_TIME_SKEW, Cause::kClockSkew},          // over before it begins
    MinorRow{krb5_code(12), SEC_E_LOGON_DENIED, Cause::kClientRefused},   // policy
    MinorRow{krb5_code(13), SEC_E_LOGON_DENIED, Cause::kClientRefused},   // bad option
    MinorRow{krb5_code(14), SEC_E_LOGON_DENIED, Cause::kEncryptionType},
    MinorRow{krb5_code(15), SEC_E_LOGON_DENIED, Cause::kEncryptionType},     // checksum type
    MinorRow{krb5_code(16), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // of an unknown type
    MinorRow{krb5_code(17), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kTrustPath},  // transited
    MinorRow{krb5_code(18), SEC_E_LOGON_DENIED, Cause::kClientLocked},              // revoked
    MinorRow{krb5_code(19), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // service revoked
    MinorRow{krb5_code(20), SEC_E_NO_CREDENTIALS, Cause::kExpired},        // ticket revoked
    MinorRow{krb5_code(21), SEC_E_LOGON_DENIED, Cause::kClientRefused},    // not yet valid
    MinorRow{krb5_code(22), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // service not yet valid
    MinorRow{krb5_code(23), SEC_E_LOGON_DENIED, Cause::kPasswordExpired},
    MinorRow{krb5_code(24), SEC_E_LOGON_DENIED, Cause::kPassword},           // preauth failed
    MinorRow{krb5_code(25), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // required
    MinorRow{krb5_code(26), SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},  // ticket and name differ
    MinorRow{krb5_code(27), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // user-to-user only
    MinorRow{krb5_code(28), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kTrustPath},
    MinorRow{krb5_code(29), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcUnreachable},
    MinorRow{krb5_code(31), SEC_E_LOGON_DENIED, Cause::kServerKey},  // bad integrity
    MinorRow{krb5_code(32), SEC_E_NO_CREDENTIALS, Cause::kExpired},
    MinorRow{krb5_code(33), SEC_E_TIME_SKEW, Cause::kClockSkew},  // not yet valid
    MinorRow{krb5_code(34), SEC_E_LOGON_DENIED, Cause::kReplay},
    MinorRow{krb5_code(35), SEC_E_WRONG_PRINCIPAL, Cause::kServerKey},   // ticket is not for us
    MinorRow{krb5_code(36), SEC_E_LOGON_DENIED, Cause::kClientRefused},  // ticket and name differ
    MinorRow{krb5_code(37), SEC_E_TIME_SKEW, Cause::kClockSkew},
    MinorRow{krb5_code(38), SEC_E_LOGON_DENIED, Cause::kAddress},
    MinorRow{krb5_code(39), SEC_E_INVALID_TOKEN, Cause::kInvalidToken},      // version
    MinorRow{krb5_code(40), SEC_E_INVALID_TOKEN, Cause::kInvalidToken},      // message type
    MinorRow{krb5_code(41), SEC_E_LOGON_DENIED, Cause::kServerKey},          // modified
    MinorRow{krb5_code(44), SEC_E_LOGON_DENIED, Cause::kServerKey},          // key version
    MinorRow{krb5_code(45), SEC_E_LOGON_DENIED, Cause::kServerKey},          // no key
    MinorRow{krb5_code(46), SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},  // mutual failed
    MinorRow{krb5_code(48), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // by another method
    MinorRow{krb5_code(50), SEC_E_LOGON_DENIED, Cause::kEncryptionType},     // checksum type
    MinorRow{krb5_code(51), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kTrustPath},
    MinorRow{krb5_code(52), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcUnreachable},
    // PKINIT: who trusts whose certificate, its key, its signature, its names, its uses.
    MinorRow{krb5_code(62), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(63), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(64), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(65), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(66), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(68), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(69), SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},  // user-to-user only
    MinorRow{krb5_code(70), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(71), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(72), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(73), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(74), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(75), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(76), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(77), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(78), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(79), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(80), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(81), SEC_E_LOGON_DENIED, Cause::kCertificate},
    MinorRow{krb5_code(100), SEC_E_LOGON_DENIED, Cause::kCertificate},  // no key derivation
    // By way of a peer that asks the KDC (IAKERB).
    MinorRow{krb5_code(85), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(86), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcUnreachable},
    MinorRow{krb5_code(90), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // took too long
    MinorRow{krb5_code(91), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // more of it
    MinorRow{krb5_code(93), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // FAST
    // The libraries' own.
    MinorRow{krb5_code(133), SEC_E_UNKNOWN_CREDENTIALS, Cause::kBadName},  // PARSE_ILLCHAR
    MinorRow{krb5_code(134), SEC_E_UNKNOWN_CREDENTIALS, Cause::kBadName},  // PARSE_MALFORMED
    MinorRow{krb5_code(135), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kConfiguration},  // CANTOPEN
    MinorRow{krb5_code(136), SEC_E_NO_AUTHENTICATING_AUTHORITY,
             Cause::kConfiguration},                                          // BADFORMAT
    MinorRow{krb5_code(139), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // CC_BADNAME
    MinorRow{krb5_code(140), SEC_E_NO_CREDENTIALS, Cause::kCacheType},        // CC_UNKNOWN_TYPE
    MinorRow{krb5_code(141), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // CC_NOTFOUND
    MinorRow{krb5_code(142), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // CC_END
    MinorRow{krb5_code(143), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // NO_TKT_SUPPLIED
    MinorRow{krb5_code(144), SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},
    MinorRow{krb5_code(145), SEC_E_NO_CREDENTIALS, Cause::kExpired},  // ticket invalid
    MinorRow{krb5_code(147), SEC_E_NO_AUTHENTICATING_AUTHORITY,
             Cause::kKdcError},                                               // KDCREP_MODIFIED
    MinorRow{krb5_code(148), SEC_E_TIME_SKEW, Cause::kClockSkew},             // KDCREP_SKEW
    MinorRow{krb5_code(150), SEC_E_LOGON_DENIED, Cause::kEncryptionType},     // PROG_ETYPE_NOSUPP
    MinorRow{krb5_code(151), SEC_E_LOGON_DENIED, Cause::kEncryptionType},     // PROG_KEYTYPE_NOSUPP
    MinorRow{krb5_code(153), SEC_E_LOGON_DENIED, Cause::kEncryptionType},     // PROG_SUMTYPE_NOSUPP
    MinorRow{krb5_code(158), SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},  // MUTUAL_FAILED
    MinorRow{krb5_code(154), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(156), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcUnreachable},
    MinorRow{krb5_code(179), SEC_E_NO_CREDENTIALS, Cause::kKeytab},  // KT_BADNAME
    MinorRow{krb5_code(180), SEC_E_NO_CREDENTIALS, Cause::kKeytab},  // KT_UNKNOWN_TYPE
    MinorRow{krb5_code(181), SEC_E_NO_CREDENTIALS, Cause::kKeytab},  // KT_NOTFOUND
    MinorRow{krb5_code(182), SEC_E_NO_CREDENTIALS, Cause::kKeytab},  // KT_END
    MinorRow{krb5_code(184), SEC_E_NO_CREDENTIALS, Cause::kKeytab},  // KT_IOERR
    MinorRow{krb5_code(185), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(193), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // CC_IO
    MinorRow{krb5_code(194), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // FCC_PERM
    MinorRow{krb5_code(195), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // FCC_NOFILE
    MinorRow{krb5_code(199), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // CC_FORMAT
    // CC_NOT_KTYPE: what is there was made with keys that this library does not use.
    MinorRow{krb5_code(200), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
    MinorRow{krb5_code(203), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // NOCREDS_SUPPLIED
    MinorRow{krb5_code(209), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // PREAUTH_NO_KEY
    MinorRow{krb5_code(210), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // PREAUTH_FAILED
    MinorRow{krb5_code(212), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // CCACHE_BADVNO
    MinorRow{krb5_code(213), SEC_E_NO_CREDENTIALS, Cause::kKeytab},           // KEYTAB_BADVNO
    MinorRow{krb5_code(216), SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},    // ERR_BAD_HOSTNAME
    MinorRow{krb5_code(217), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(220), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcUnreachable},
    MinorRow{krb5_code(223), SEC_E_LOGON_DENIED, Cause::kPreauthentication},  // GET_IN_TKT_LOOP
    MinorRow{krb5_code(224), SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kRealmUnknown},
    MinorRow{krb5_code(230), SEC_E_NO_CREDENTIALS, Cause::kKeytab},         // KT_KVNONOTFOUND
    MinorRow{krb5_code(235), SEC_E_NO_CREDENTIALS, Cause::kKeytab},         // KT_FORMAT
    MinorRow{krb5_code(236), SEC_E_LOGON_DENIED, Cause::kEncryptionType},   // NOPERM_ETYPE
    MinorRow{krb5_code(237), SEC_E_LOGON_DENIED, Cause::kEncryptionType},   // ETYPE_NOSUPP
    MinorRow{krb5_code(247), SEC_E_NO_CREDENTIALS, Cause::kCacheType},      // Heimdal's CC_NOSUPP
    MinorRow{k5e1_code(4), SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},  // DCC_CANNOT_CREATE
    MinorRow{k5e1_code(8), SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},      // KCM_MALFORMED_REPLY
    MinorRow{k5e1_code(9), SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},      // KCM_RPC_ERROR
    MinorRow{k5e1_code(10), SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},     // KCM_REPLY_TOO_BIG
    MinorRow{k5e1_code(11), SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},     // KCM_NO_SERVER
    MinorRow{k5g_code(0), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},     // CCACHE_NOMATCH
    MinorRow{k5g_code(1), SEC_E_NO_CREDENTIALS, Cause::kKeytab},            // KEYTAB_NOMATCH
    MinorRow{k5g_code(2), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},     // TGT_MISSING
    MinorRow{k5g_code(12), SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},    // EMPTY_CCACHE
};

constexpr bool is_protocol_error(OM_uint32 minor) {
  return minor > krb5_code(0) && minor <= krb5_code(kProtocolErrors);
}

constexpr std::uint32_t kTableSize = 256;

constexpr bool is_asn1_code(OM_uint32 code) {
  return code >= asn1_code(0) && code < asn1_code(kTableSize);
}

// What Kerberos finds wrong by itself, as opposed to what a KDC or a peer has said.
constexpr bool is_librarys_own(OM_uint32 minor) {
  return (minor > krb5_code(kProtocolErrors) && minor < krb5_code(kTableSize)) ||
         (minor >= k5g_code(0) && minor < k5g_code(kTableSize)) ||
         (minor >= ggss_code(0) && minor < ggss_code(kTableSize));
}

// The reply is sound, but of somebody else.
constexpr bool is_of_another(OM_uint32 minor) {
  return minor == krb5_code(144) || minor == krb5_code(158);
}

// Of the system's, those that say what to do.
constexpr std::array<OM_uint32, 6> kErrnos = {ENOENT, EACCES, EPERM, ENOMEM, EMFILE, ENFILE};

// As many codes as the tables that may be met have.
constexpr std::uint32_t kAsn1Errors = 16;
constexpr std::uint32_t kMechanismErrors = 20;

constexpr auto kMinorCodes = [] {
  std::array<OM_uint32, (kTableSize - 1) + kMinors.size() + kErrnos.size() + kAsn1Errors +
                            std::size_t{2} * kMechanismErrors>
      codes{};
  std::size_t size = 0;
  for (std::uint32_t i = 1; i <= kProtocolErrors; ++i) codes[size++] = krb5_code(i);
  for (const MinorRow& row : kMinors) codes[size++] = row.minor;
  for (const OM_uint32 error : kErrnos) codes[size++] = error;
  for (std::uint32_t i = 0; i < kAsn1Errors; ++i) codes[size++] = asn1_code(i);
  for (std::uint32_t i = 0; i < kMechanismErrors; ++i) codes[size++] = k5g_code(i);
  for (std::uint32_t i = 0; i < kMechanismErrors; ++i) codes[size++] = ggss_code(i);
  for (std::uint32_t i = kProtocolErrors + 1; i < kTableSize; ++i) codes[size++] = krb5_code(i);
  return codes;
}();

// The key is another than the ticket was made with, or there is none of its version.
constexpr bool is_stale_key(OM_uint32 minor) {
  return minor == krb5_code(31) || minor == krb5_code(41) || minor == krb5_code(44) ||
         minor == krb5_code(45);
}

bool is_message(Operation operation) {
  return operation == Operation::kMessage || operation == Operation::kOpen;
}

// What a KDC answers, or a peer, without telling anything to act on: whoever runs it knows more.
Mapped by_protocol_error(Operation operation) {
  return operation == Operation::kAcquire || operation == Operation::kFirstLeg
             ? Mapped{SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kKdcError}
             : Mapped{SEC_E_LOGON_DENIED, Cause::kPeerRefused};
}

Mapped by_routine_error(OM_uint32 major, Operation operation) {
  switch (GSS_ROUTINE_ERROR(major)) {
    case GSS_S_BAD_MECH:
      return {SEC_E_SECPKG_NOT_FOUND, Cause::kUnsupported};
    case GSS_S_BAD_NAME:
    case GSS_S_BAD_NAMETYPE:
      return operation == Operation::kAcquire ? Mapped{SEC_E_NO_CREDENTIALS, Cause::kNoCredentials}
                                              : Mapped{SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown};
    case GSS_S_BAD_BINDINGS:
      return {SEC_E_BAD_BINDINGS, Cause::kBindings};
    case GSS_S_BAD_MIC:
      // A token of the handshake whose seal is broken comes from somebody else.
      return operation == Operation::kLaterLeg
                 ? Mapped{SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal}
                 : Mapped{SEC_E_MESSAGE_ALTERED, Cause::kAltered};
    case GSS_S_NO_CRED:
    case GSS_S_DEFECTIVE_CREDENTIAL:
      return {SEC_E_NO_CREDENTIALS, Cause::kNoCredentials};
    case GSS_S_CREDENTIALS_EXPIRED:
      return {SEC_E_NO_CREDENTIALS, Cause::kExpired};
    case GSS_S_NO_CONTEXT:
      return {SEC_E_INVALID_HANDLE, Cause::kNone};
    case GSS_S_DEFECTIVE_TOKEN:
      return is_message(operation) ? Mapped{SEC_E_MESSAGE_ALTERED, Cause::kAltered}
                                   : Mapped{SEC_E_INVALID_TOKEN, Cause::kInvalidToken};
    case GSS_S_CONTEXT_EXPIRED:
      return {SEC_E_CONTEXT_EXPIRED, Cause::kExpired};
    case GSS_S_BAD_QOP:
      return {SEC_E_QOP_NOT_SUPPORTED, Cause::kUnsupported};
    case GSS_S_UNAUTHORIZED:
      return {SEC_E_LOGON_DENIED, Cause::kClientRefused};
    case GSS_S_UNAVAILABLE:
      return {SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported};
    default:
      // Whatever else keeps a message from being opened, it is not what the peer sealed.
      return operation == Operation::kOpen ? Mapped{SEC_E_MESSAGE_ALTERED, Cause::kAltered}
                                           : Mapped{SEC_E_INTERNAL_ERROR, Cause::kNone};
  }
}

// Majors that say all by themselves; the others are refined by the minor.
bool major_decides(OM_uint32 major, Operation operation) {
  switch (GSS_ROUTINE_ERROR(major)) {
    case GSS_S_BAD_BINDINGS:
    case GSS_S_BAD_MIC:
    case GSS_S_CONTEXT_EXPIRED:
    case GSS_S_BAD_QOP:
    case GSS_S_NO_CONTEXT:
    case GSS_S_UNAVAILABLE:
      return true;
    default:
      return is_message(operation) && GSS_ROUTINE_ERROR(major) != GSS_S_FAILURE;
  }
}

}  // namespace

bool is_mechanism_code(OM_uint32 minor) {
  return (minor >= krb5_code(0) && minor < krb5_code(kTableSize)) ||
         (minor >= k5e1_code(0) && minor < k5e1_code(kTableSize)) || (minor > 0 && minor < 4096) ||
         is_asn1_code(minor) || is_librarys_own(minor);
}

std::span<const OM_uint32> known_minors() {
  return kMinorCodes;
}

bool map_minor(OM_uint32 minor, Operation operation, Mapped& mapped) {
  if (minor == ENOENT && !is_message(operation)) {
    mapped = {SEC_E_NO_CREDENTIALS, Cause::kNoCredentials};
    return true;
  }
  if ((minor == EACCES || minor == EPERM) && !is_message(operation)) {
    mapped = {SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable};
    return true;
  }
  if (minor == ENOMEM) {
    mapped = {SEC_E_INSUFFICIENT_MEMORY, Cause::kNone};
    return true;
  }
  // Too many open files: it says nothing of any ticket, and may pass.
  if (minor == EMFILE || minor == ENFILE) {
    mapped = {SEC_E_INTERNAL_ERROR, Cause::kNone};
    return true;
  }
  if (is_asn1_code(minor)) {
    mapped = is_message(operation) ? Mapped{SEC_E_MESSAGE_ALTERED, Cause::kAltered}
                                   : Mapped{SEC_E_INVALID_TOKEN, Cause::kInvalidToken};
    return true;
  }
  // What the peer sent is no sound reply, whatever the library stumbles over in it.
  if (operation == Operation::kLaterLeg && is_librarys_own(minor) && !is_of_another(minor)) {
    mapped = {SEC_E_INVALID_TOKEN, Cause::kInvalidToken};
    return true;
  }
  // What the peer sent does not open with the key that only the service named has.
  if (minor == krb5_code(31) && operation == Operation::kLaterLeg) {
    mapped = {SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal};
    return true;
  }
  if (minor == krb5_code(31) && is_message(operation)) {
    mapped = {SEC_E_MESSAGE_ALTERED, Cause::kAltered};
    return true;
  }
  // The key a keytab or password gives is not the one the KDC has.
  if (minor == krb5_code(31) && operation == Operation::kAcquire) {
    mapped = {SEC_E_LOGON_DENIED, Cause::kPassword};
    return true;
  }
  // What the KDC answers to the ticket that gets others, which it has made itself.
  if (operation == Operation::kFirstLeg && is_stale_key(minor)) {
    mapped = {SEC_E_LOGON_DENIED, Cause::kTicketStale};
    return true;
  }
  // The client's account was good enough for that ticket: it may be the service's.
  if (operation == Operation::kFirstLeg && (minor == krb5_code(12) || minor == krb5_code(13))) {
    mapped = {SEC_E_LOGON_DENIED, Cause::kTicketRefused};
    return true;
  }
  // A name that is none: the service's.
  if ((minor == krb5_code(133) || minor == krb5_code(134)) && operation == Operation::kFirstLeg) {
    mapped = {SEC_E_TARGET_UNKNOWN, Cause::kBadName};
    return true;
  }
  for (const MinorRow& row : kMinors) {
    if (row.minor == minor) {
      mapped = {row.status, row.cause};
      return true;
    }
  }
  if (!is_protocol_error(minor) || is_message(operation)) return false;
  mapped = by_protocol_error(operation);
  return true;
}

Mapped map_error(OM_uint32 major, OM_uint32 minor, Operation operation) {
  // Only with the routine's success do these bits speak of the message itself.
  if (!GSS_ERROR(major)) {
    if ((major & (GSS_S_DUPLICATE_TOKEN | GSS_S_OLD_TOKEN | GSS_S_UNSEQ_TOKEN | GSS_S_GAP_TOKEN)) !=
        0) {
      return is_message(operation) ? Mapped{SEC_E_OUT_OF_SEQUENCE, Cause::kAltered}
                                   : Mapped{SEC_E_LOGON_DENIED, Cause::kReplay};
    }
    if ((major & GSS_S_CONTINUE_NEEDED) != 0) return {SEC_I_CONTINUE_NEEDED, Cause::kNone};
    return {SEC_E_OK, Cause::kNone};
  }
  Mapped mapped;
  // Heimdal's SPNEGO gives the ASN.1 decoder's code for its major.
  if (is_asn1_code(major) && map_minor(major, operation, mapped)) return mapped;
  if (!major_decides(major, operation) && map_minor(minor, operation, mapped)) return mapped;
  // A peer that sends a replay is told so by the acceptor's majors.
  if ((major & GSS_S_DUPLICATE_TOKEN) != 0 && operation == Operation::kAccept) {
    return {SEC_E_LOGON_DENIED, Cause::kReplay};
  }
  if (GSS_CALLING_ERROR(major) != 0 && GSS_ROUTINE_ERROR(major) == 0) {
    return {SEC_E_INTERNAL_ERROR, Cause::kNone};
  }
  return by_routine_error(major, operation);
}

}  // namespace negodbc::sspi_gssapi
