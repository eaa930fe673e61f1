#include "negotiate/cause.h"

#include <array>
#include <cstdio>

namespace negodbc::auth {
namespace {

struct StatusRow {
  SECURITY_STATUS status;
  const char* name;
  Cause cause;
  negodbc_auth_status abi;
};

#define ROW(status, cause, abi)                       \
  StatusRow {                                         \
    status, #status, Cause::cause, NEGODBC_AUTH_##abi \
  }

const auto& status_rows() {
  static const std::array rows = {
      ROW(SEC_E_OK, kNone, OK),
      ROW(SEC_I_CONTINUE_NEEDED, kNone, CONTINUE),
      ROW(SEC_I_COMPLETE_NEEDED, kNone, OK),
      ROW(SEC_I_COMPLETE_AND_CONTINUE, kNone, CONTINUE),
      ROW(SEC_I_CONTEXT_EXPIRED, kNone, E_EXPIRED),
      ROW(SEC_I_INCOMPLETE_CREDENTIALS, kNoCredentials, E_NO_CREDENTIALS),
      ROW(SEC_E_INSUFFICIENT_MEMORY, kNone, E_MEMORY),
      ROW(SEC_E_INVALID_HANDLE, kNone, E_INTERNAL),
      ROW(SEC_E_UNSUPPORTED_FUNCTION, kUnsupported, E_UNSUPPORTED),
      ROW(SEC_E_TARGET_UNKNOWN, kTargetUnknown, E_TARGET_UNKNOWN),
      ROW(SEC_E_INTERNAL_ERROR, kNone, E_INTERNAL),
      ROW(SEC_E_SECPKG_NOT_FOUND, kUnsupported, E_UNSUPPORTED),
      ROW(SEC_E_NOT_OWNER, kClientRefused, E_NO_CREDENTIALS),
      ROW(SEC_E_INVALID_TOKEN, kInvalidToken, E_INVALID_TOKEN),
      ROW(SEC_E_QOP_NOT_SUPPORTED, kUnsupported, E_UNSUPPORTED),
      ROW(SEC_E_LOGON_DENIED, kClientRefused, E_LOGON_DENIED),
      ROW(SEC_E_UNKNOWN_CREDENTIALS, kNoCredentials, E_NO_CREDENTIALS),
      ROW(SEC_E_NO_CREDENTIALS, kNoCredentials, E_NO_CREDENTIALS),
      ROW(SEC_E_INCOMPLETE_CREDENTIALS, kNoCredentials, E_NO_CREDENTIALS),
      ROW(SEC_E_MESSAGE_ALTERED, kAltered, E_MESSAGE_ALTERED),
      ROW(SEC_E_OUT_OF_SEQUENCE, kAltered, E_MESSAGE_ALTERED),
      ROW(SEC_E_DECRYPT_FAILURE, kAltered, E_MESSAGE_ALTERED),
      ROW(SEC_E_NO_AUTHENTICATING_AUTHORITY, kKdcUnreachable, E_NO_AUTHORITY),
      ROW(SEC_E_CONTEXT_EXPIRED, kExpired, E_EXPIRED),
      ROW(SEC_E_INCOMPLETE_MESSAGE, kInvalidToken, E_INVALID_TOKEN),
      ROW(SEC_E_BUFFER_TOO_SMALL, kNone, E_BUFFER_TOO_SMALL),
      ROW(SEC_E_WRONG_PRINCIPAL, kWrongPrincipal, E_WRONG_PRINCIPAL),
      ROW(SEC_E_TIME_SKEW, kClockSkew, E_CLOCK_SKEW),
      ROW(SEC_E_BAD_BINDINGS, kBindings, E_LOGON_DENIED),
      ROW(SEC_E_NO_CONTEXT, kNone, E_STATE),
      ROW(SEC_E_INVALID_PARAMETER, kNone, E_ARGUMENT),
      ROW(SEC_E_ENCRYPT_FAILURE, kNone, E_INTERNAL),
      ROW(SEC_E_CANNOT_PACK, kNone, E_UNSUPPORTED),
      ROW(SEC_E_BAD_PKGID, kUnsupported, E_UNSUPPORTED),
      ROW(SEC_E_NO_IMPERSONATION, kImpersonation, E_NO_CREDENTIALS),
      ROW(SEC_E_NO_TGT_REPLY, kKdcError, E_NO_AUTHORITY),
      ROW(SEC_E_NO_IP_ADDRESSES, kKdcUnreachable, E_NO_AUTHORITY),
      ROW(SEC_E_WRONG_CREDENTIAL_HANDLE, kNone, E_INTERNAL),
      ROW(SEC_E_MAX_REFERRALS_EXCEEDED, kTrustPath, E_NO_AUTHORITY),
      ROW(SEC_E_PKINIT_NAME_MISMATCH, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_SMARTCARD_LOGON_REQUIRED, kPreauthentication, E_LOGON_DENIED),
      ROW(SEC_E_KDC_INVALID_REQUEST, kKdcError, E_NO_AUTHORITY),
      ROW(SEC_E_KDC_UNABLE_TO_REFER, kTrustPath, E_NO_AUTHORITY),
      ROW(SEC_E_KDC_UNKNOWN_ETYPE, kEncryptionType, E_LOGON_DENIED),
      ROW(SEC_E_UNSUPPORTED_PREAUTH, kPreauthentication, E_LOGON_DENIED),
      ROW(SEC_E_DELEGATION_REQUIRED, kDelegation, E_NOT_GRANTED),
      ROW(SEC_E_NO_KERB_KEY, kEncryptionType, E_LOGON_DENIED),
      ROW(SEC_E_DOWNGRADE_DETECTED, kTrustPath, E_NO_AUTHORITY),
      ROW(SEC_E_SMARTCARD_CERT_REVOKED, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_ISSUING_CA_UNTRUSTED, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_PKINIT_CLIENT_FAILURE, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_SMARTCARD_CERT_EXPIRED, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_NO_S4U_PROT_SUPPORT, kDelegation, E_NOT_GRANTED),
      ROW(SEC_E_CROSSREALM_DELEGATION_FAILURE, kDelegation, E_NOT_GRANTED),
      ROW(SEC_E_REVOCATION_OFFLINE_KDC, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_ISSUING_CA_UNTRUSTED_KDC, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_KDC_CERT_EXPIRED, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_KDC_CERT_REVOKED, kCertificate, E_LOGON_DENIED),
      ROW(SEC_E_DELEGATION_POLICY, kDelegation, E_NOT_GRANTED),
      ROW(SEC_E_POLICY_NLTM_ONLY, kDelegation, E_NOT_GRANTED),
      ROW(SEC_E_INVALID_UPN_NAME, kBadName, E_ARGUMENT),
      // What a policy that refuses NTLM comes out as: a Win32 code, ERROR_NTLM_BLOCKED, or an
      // NTSTATUS.
      StatusRow{negodbc_security_status(0x80070791u), "ERROR_NTLM_BLOCKED", Cause::kNtlmRefused,
                NEGODBC_AUTH_E_LOGON_DENIED},
      StatusRow{negodbc_security_status(0xC0000418u), "STATUS_NTLM_BLOCKED", Cause::kNtlmRefused,
                NEGODBC_AUTH_E_LOGON_DENIED},
  };
  return rows;
}
#undef ROW

const StatusRow* row_of(SECURITY_STATUS status) {
  for (const StatusRow& row : status_rows()) {
    if (row.status == status) return &row;
  }
  return nullptr;
}

}  // namespace

Cause cause_of(SECURITY_STATUS status) {
  const StatusRow* row = row_of(status);
  return row == nullptr ? Cause::kNone : row->cause;
}

std::string status_name(SECURITY_STATUS status) {
  const StatusRow* row = row_of(status);
  if (row != nullptr) return row->name;
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "SECURITY_STATUS 0x%08X", static_cast<unsigned>(status));
  return text.data();
}

negodbc_auth_status abi_status(SECURITY_STATUS status, Cause cause) {
  switch (cause) {
    case Cause::kArgument:
    case Cause::kBadName:
      return NEGODBC_AUTH_E_ARGUMENT;
    case Cause::kLibrary:
      return NEGODBC_AUTH_E_LIBRARY;
    case Cause::kConfiguration:
    case Cause::kUnreadByLibrary:
      return NEGODBC_AUTH_E_CONFIGURATION;
    case Cause::kNoCredentials:
    case Cause::kOtherPrincipal:
    case Cause::kCacheUnreadable:
    case Cause::kCacheType:
    case Cause::kCacheDaemon:
    case Cause::kKeytab:
    case Cause::kImpersonation:
      return NEGODBC_AUTH_E_NO_CREDENTIALS;
    case Cause::kExpired:
    case Cause::kTooLittleLife:
      return NEGODBC_AUTH_E_EXPIRED;
    case Cause::kPassword:
    case Cause::kClientUnknown:
    case Cause::kClientRefused:
    case Cause::kClientExpired:
    case Cause::kClientLocked:
    case Cause::kPasswordExpired:
    case Cause::kTicketRefused:
    case Cause::kTicketStale:
    case Cause::kPreauthentication:
    case Cause::kCertificate:
    case Cause::kAddress:
    case Cause::kPeerRefused:
    case Cause::kUserRefused:
    case Cause::kServerKey:
    case Cause::kEncryptionType:
    case Cause::kReplay:
    case Cause::kBindings:
      return NEGODBC_AUTH_E_LOGON_DENIED;
    case Cause::kKdcUnreachable:
    case Cause::kRealmUnknown:
    case Cause::kTrustPath:
    case Cause::kKdcError:
      return NEGODBC_AUTH_E_NO_AUTHORITY;
    case Cause::kTargetUnknown:
    case Cause::kTargetRefused:
      return NEGODBC_AUTH_E_TARGET_UNKNOWN;
    case Cause::kWrongPrincipal:
    case Cause::kWrongRealm:
      return NEGODBC_AUTH_E_WRONG_PRINCIPAL;
    case Cause::kClockSkew:
      return NEGODBC_AUTH_E_CLOCK_SKEW;
    case Cause::kInvalidToken:
      return NEGODBC_AUTH_E_INVALID_TOKEN;
    case Cause::kNotGranted:
    case Cause::kDelegation:
    case Cause::kNtlmRefused:
      return NEGODBC_AUTH_E_NOT_GRANTED;
    case Cause::kAltered:
      return NEGODBC_AUTH_E_MESSAGE_ALTERED;
    case Cause::kTimedOut:
    case Cause::kNoTime:
    case Cause::kSourceSilent:
    case Cause::kDnsSilent:
    case Cause::kKdcSilent:
    case Cause::kParents:
      return NEGODBC_AUTH_E_TIMED_OUT;
    case Cause::kCancelled:
      return NEGODBC_AUTH_E_CANCELLED;
    case Cause::kNoMechanism:
    case Cause::kUnsupported:
      return NEGODBC_AUTH_E_UNSUPPORTED;
    case Cause::kNone:
      break;
  }
  const StatusRow* row = row_of(status);
  // A failed call never reports success, whatever the table says.
  return row == nullptr || row->abi >= 0 ? NEGODBC_AUTH_E_INTERNAL : row->abi;
}

const char* cause_name(Cause cause) {
  switch (cause) {
    case Cause::kNone:
      return "none";
    case Cause::kArgument:
      return "argument";
    case Cause::kLibrary:
      return "library";
    case Cause::kNoCredentials:
      return "no_credentials";
    case Cause::kOtherPrincipal:
      return "other_principal";
    case Cause::kCacheUnreadable:
      return "cache_unreadable";
    case Cause::kCacheType:
      return "cache_type";
    case Cause::kCacheDaemon:
      return "cache_daemon";
    case Cause::kExpired:
      return "expired";
    case Cause::kTooLittleLife:
      return "too_little_life";
    case Cause::kKeytab:
      return "keytab";
    case Cause::kPassword:
      return "password";
    case Cause::kClientUnknown:
      return "client_unknown";
    case Cause::kClientRefused:
      return "client_refused";
    case Cause::kClientExpired:
      return "client_expired";
    case Cause::kClientLocked:
      return "client_locked";
    case Cause::kPasswordExpired:
      return "password_expired";
    case Cause::kTicketRefused:
      return "ticket_refused";
    case Cause::kTicketStale:
      return "ticket_stale";
    case Cause::kKdcUnreachable:
      return "kdc_unreachable";
    case Cause::kRealmUnknown:
      return "realm_unknown";
    case Cause::kTrustPath:
      return "trust_path";
    case Cause::kTargetUnknown:
      return "target_unknown";
    case Cause::kTargetRefused:
      return "target_refused";
    case Cause::kWrongPrincipal:
      return "wrong_principal";
    case Cause::kWrongRealm:
      return "wrong_realm";
    case Cause::kServerKey:
      return "server_key";
    case Cause::kClockSkew:
      return "clock_skew";
    case Cause::kPreauthentication:
      return "preauthentication";
    case Cause::kCertificate:
      return "certificate";
    case Cause::kAddress:
      return "address";
    case Cause::kKdcError:
      return "kdc_error";
    case Cause::kPeerRefused:
      return "peer_refused";
    case Cause::kUserRefused:
      return "user_refused";
    case Cause::kConfiguration:
      return "configuration";
    case Cause::kUnreadByLibrary:
      return "unread_by_library";
    case Cause::kBadName:
      return "bad_name";
    case Cause::kInvalidToken:
      return "invalid_token";
    case Cause::kEncryptionType:
      return "encryption_type";
    case Cause::kReplay:
      return "replay";
    case Cause::kBindings:
      return "bindings";
    case Cause::kNotGranted:
      return "not_granted";
    case Cause::kDelegation:
      return "delegation";
    case Cause::kImpersonation:
      return "impersonation";
    case Cause::kNtlmRefused:
      return "ntlm_refused";
    case Cause::kAltered:
      return "altered";
    case Cause::kTimedOut:
      return "timed_out";
    case Cause::kNoTime:
      return "no_time";
    case Cause::kParents:
      return "parents";
    case Cause::kSourceSilent:
      return "source_silent";
    case Cause::kDnsSilent:
      return "dns_silent";
    case Cause::kKdcSilent:
      return "kdc_silent";
    case Cause::kCancelled:
      return "cancelled";
    case Cause::kNoMechanism:
      return "no_mechanism";
    case Cause::kUnsupported:
      return "unsupported";
  }
  return "none";
}

}  // namespace negodbc::auth
