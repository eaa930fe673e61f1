// Majors and minors to SSPI's codes and to causes.
#include "sspi_gssapi/error_map.h"

#include <gtest/gtest.h>
#include <krb5.h>

#include <cerrno>

#include "negotiate/cause.h"
#include "negotiate/hint.h"
#include "tests/gss_abi.h"

namespace negodbc::test {
namespace {

using auth::Cause;
using sspi_gssapi::map_error;
using sspi_gssapi::Mapped;
using sspi_gssapi::Operation;

OM_uint32 code(long krb5) {
  return static_cast<OM_uint32>(krb5);
}

TEST(GssAbi, HeimdalAndMitAgree) {
  EXPECT_EQ(heimdal_abi(), mit_abi());
}

struct Row {
  OM_uint32 major;
  OM_uint32 minor;
  Operation operation;
  SECURITY_STATUS status;
  Cause cause;
};

class ErrorMap : public testing::TestWithParam<Row> {};

TEST_P(ErrorMap, GivesTheStatusAndTheCause) {
  const Row& row = GetParam();
  const Mapped mapped = map_error(row.major, row.minor, row.operation);
  EXPECT_EQ(auth::status_name(mapped.status), auth::status_name(row.status));
  EXPECT_STREQ(auth::cause_name(mapped.cause), auth::cause_name(row.cause));
}

constexpr OM_uint32 F = GSS_S_FAILURE;
constexpr Operation kAcquire = Operation::kAcquire;
constexpr Operation kFirst = Operation::kFirstLeg;
constexpr Operation kLater = Operation::kLaterLeg;
constexpr Operation kAccept = Operation::kAccept;
constexpr Operation kMessage = Operation::kMessage;

INSTANTIATE_TEST_SUITE_P(
    Minors, ErrorMap,
    testing::Values(
        Row{F, code(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN), kFirst, SEC_E_TARGET_UNKNOWN,
            Cause::kTargetUnknown},
        Row{F, code(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kClientUnknown},
        Row{F, code(KRB5KDC_ERR_CLIENT_REVOKED), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kClientLocked},
        Row{F, code(KRB5KDC_ERR_NAME_EXP), kAcquire, SEC_E_LOGON_DENIED, Cause::kClientExpired},
        Row{F, code(KRB5KDC_ERR_POLICY), kAcquire, SEC_E_LOGON_DENIED, Cause::kClientRefused},
        Row{F, code(KRB5KDC_ERR_POLICY), kFirst, SEC_E_LOGON_DENIED, Cause::kTicketRefused},
        Row{F, code(KRB5KDC_ERR_SERVICE_EXP), kFirst, SEC_E_TARGET_UNKNOWN, Cause::kTargetRefused},
        Row{F, code(KRB5KDC_ERR_SERVICE_REVOKED), kFirst, SEC_E_TARGET_UNKNOWN,
            Cause::kTargetRefused},
        Row{F, code(KRB5KDC_ERR_MUST_USE_USER2USER), kFirst, SEC_E_TARGET_UNKNOWN,
            Cause::kTargetRefused},
        Row{F, code(KRB5KRB_AP_ERR_BAD_INTEGRITY), kFirst, SEC_E_LOGON_DENIED, Cause::kTicketStale},
        Row{F, code(KRB5KRB_AP_ERR_BADKEYVER), kFirst, SEC_E_LOGON_DENIED, Cause::kTicketStale},
        Row{F, code(KRB5KDC_ERR_ETYPE_NOSUPP), kFirst, SEC_E_LOGON_DENIED, Cause::kEncryptionType},
        Row{F, code(KRB5KDC_ERR_KEY_EXP), kAcquire, SEC_E_LOGON_DENIED, Cause::kPasswordExpired},
        Row{F, code(KRB5KDC_ERR_PREAUTH_FAILED), kAcquire, SEC_E_LOGON_DENIED, Cause::kPassword},
        Row{F, code(KRB5_PREAUTH_FAILED), kAcquire, SEC_E_LOGON_DENIED, Cause::kPreauthentication},
        Row{F, code(KRB5_GET_IN_TKT_LOOP), kAcquire, SEC_E_LOGON_DENIED, Cause::kPreauthentication},
        Row{F, code(KRB5KRB_AP_ERR_BAD_INTEGRITY), kAcquire, SEC_E_LOGON_DENIED, Cause::kPassword},
        Row{F, code(KRB5KRB_AP_ERR_BAD_INTEGRITY), kLater, SEC_E_WRONG_PRINCIPAL,
            Cause::kWrongPrincipal},
        Row{F, code(KRB5KRB_AP_ERR_BAD_INTEGRITY), kAccept, SEC_E_LOGON_DENIED, Cause::kServerKey},
        Row{F, code(KRB5KRB_AP_ERR_BAD_INTEGRITY), kMessage, SEC_E_MESSAGE_ALTERED,
            Cause::kAltered},
        Row{F, code(KRB5KRB_AP_ERR_TKT_EXPIRED), kFirst, SEC_E_NO_CREDENTIALS, Cause::kExpired},
        Row{F, code(KRB5KRB_AP_ERR_TKT_NYV), kAccept, SEC_E_TIME_SKEW, Cause::kClockSkew},
        Row{F, code(KRB5KRB_AP_ERR_SKEW), kLater, SEC_E_TIME_SKEW, Cause::kClockSkew},
        Row{F, code(KRB5KRB_AP_ERR_REPEAT), kAccept, SEC_E_LOGON_DENIED, Cause::kReplay},
        Row{F, code(KRB5KRB_AP_ERR_MODIFIED), kLater, SEC_E_LOGON_DENIED, Cause::kServerKey},
        Row{F, code(KRB5KRB_AP_ERR_BADKEYVER), kAccept, SEC_E_LOGON_DENIED, Cause::kServerKey},
        Row{F, code(KRB5KRB_AP_ERR_NOKEY), kAccept, SEC_E_LOGON_DENIED, Cause::kServerKey},
        Row{F, code(KRB5KRB_AP_ERR_MUT_FAIL), kLater, SEC_E_WRONG_PRINCIPAL,
            Cause::kWrongPrincipal},
        Row{F, code(KRB5KRB_AP_WRONG_PRINC), kLater, SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},
        Row{F, code(KRB5_MUTUAL_FAILED), kLater, SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},
        Row{F, code(KRB5_KDC_UNREACH), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcUnreachable},
        Row{F, code(KRB5_REALM_CANT_RESOLVE), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcUnreachable},
        Row{F, code(KRB5_REALM_UNKNOWN), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kRealmUnknown},
        Row{F, code(KRB5_NO_TKT_IN_RLM), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kRealmUnknown},
        Row{F, code(KRB5_ERR_HOST_REALM_UNKNOWN), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kRealmUnknown},
        Row{F, code(KRB5_CONFIG_NODEFREALM), kAcquire, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kRealmUnknown},
        Row{F, code(KRB5_ERR_BAD_HOSTNAME), kFirst, SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},
        Row{F, code(KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE), kFirst, SEC_E_TARGET_UNKNOWN,
            Cause::kTargetUnknown},
        Row{F, code(KRB5KDC_ERR_NEVER_VALID), kFirst, SEC_E_TIME_SKEW, Cause::kClockSkew},
        Row{F, code(KRB5KDC_ERR_PADATA_TYPE_NOSUPP), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kPreauthentication},
        Row{F, code(KRB5KDC_ERR_PREAUTH_REQUIRED), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kPreauthentication},
        Row{F, code(KRB5KDC_ERR_PATH_NOT_ACCEPTED), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kTrustPath},
        Row{F, code(KRB5KRB_ERR_GENERIC), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcError},
        Row{F, code(KRB5_KDCREP_MODIFIED), kAcquire, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcError},
        Row{F, code(KRB5_KDCREP_SKEW), kAcquire, SEC_E_TIME_SKEW, Cause::kClockSkew},
        Row{F, code(KRB5_PARSE_MALFORMED), kAcquire, SEC_E_UNKNOWN_CREDENTIALS, Cause::kBadName},
        Row{GSS_S_BAD_NAME, code(KRB5_PARSE_ILLCHAR), kAcquire, SEC_E_UNKNOWN_CREDENTIALS,
            Cause::kBadName},
        Row{GSS_S_BAD_NAME, code(KRB5_PARSE_MALFORMED), kFirst, SEC_E_TARGET_UNKNOWN,
            Cause::kBadName},
        Row{F, code(KRB5_CONFIG_CANTOPEN), kAcquire, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kConfiguration},
        Row{F, code(KRB5_CONFIG_BADFORMAT), kAcquire, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kConfiguration},
        Row{F, code(KRB5_CC_NOTFOUND), kFirst, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{GSS_S_NO_CRED, code(KRB5_FCC_NOFILE), kAcquire, SEC_E_NO_CREDENTIALS,
            Cause::kNoCredentials},
        Row{F, code(KRB5_FCC_PERM), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},
        Row{F, code(KRB5_CC_FORMAT), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},
        Row{F, code(KRB5_CC_UNKNOWN_TYPE), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheType},
        Row{F, code(KRB5_CC_NOSUPP), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheType},
        Row{F, code(KRB5_KCM_NO_SERVER), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},
        Row{F, code(KRB5_KCM_RPC_ERROR), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheDaemon},
        Row{F, code(KRB5KRB_ERR_FIELD_TOOLONG), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcError},
        Row{F, code(KRB5KDC_ERR_KDC_NOT_TRUSTED), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kCertificate},
        Row{F, code(KRB5KDC_ERR_KDC_NAME_MISMATCH), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kCertificate},
        Row{F, code(KRB5KDC_ERR_NONE + 99), kAcquire, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kKdcError},
        Row{F, code(KRB5KRB_AP_ERR_BADADDR), kFirst, SEC_E_LOGON_DENIED, Cause::kAddress},
        Row{F, code(KRB5KRB_AP_PATH_NOT_ACCEPTED), kFirst, SEC_E_NO_AUTHENTICATING_AUTHORITY,
            Cause::kTrustPath},
        Row{F, code(KRB5KRB_ERR_GENERIC), kLater, SEC_E_LOGON_DENIED, Cause::kPeerRefused},
        Row{F, code(KRB5KRB_AP_ERR_BADSEQ), kMessage, SEC_E_INTERNAL_ERROR, Cause::kNone},
        Row{F, code(KRB5_CC_IO), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},
        Row{F, code(KRB5_KT_NOTFOUND), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kKeytab},
        Row{F, code(KRB5_KT_KVNONOTFOUND), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kKeytab},
        Row{F, code(KRB5_CONFIG_ETYPE_NOSUPP), kAcquire, SEC_E_LOGON_DENIED,
            Cause::kEncryptionType},
        Row{F, code(KRB5_CC_NOT_KTYPE), kFirst, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{F, code(KRB5_PROG_ETYPE_NOSUPP), kFirst, SEC_E_LOGON_DENIED, Cause::kEncryptionType},
        Row{F, code(KRB5_PROG_ETYPE_NOSUPP), kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{F, code(KRB5_BAD_MSIZE), kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{F, code(KRB5_BAD_MSIZE), kFirst, SEC_E_INTERNAL_ERROR, Cause::kNone},
        Row{F, code(KRB5_KT_FORMAT), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kKeytab},
        Row{F, sspi_gssapi::k5g_code(1), kAcquire, SEC_E_NO_CREDENTIALS, Cause::kKeytab},
        Row{F, sspi_gssapi::k5g_code(2), kFirst, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{F, sspi_gssapi::k5g_code(6), kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{F, sspi_gssapi::ggss_code(12), kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{F, ENOENT, kAcquire, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{F, EACCES, kAcquire, SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable},
        Row{F, ENOMEM, kFirst, SEC_E_INSUFFICIENT_MEMORY, Cause::kNone},
        Row{GSS_S_NO_CRED, EMFILE, kAcquire, SEC_E_INTERNAL_ERROR, Cause::kNone},
        Row{F, ENFILE, kAcquire, SEC_E_INTERNAL_ERROR, Cause::kNone},
        Row{F, 0x6EDA3605u, kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{0x6EDA3609u, 0, kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{F, 424242, Operation::kOpen, SEC_E_MESSAGE_ALTERED, Cause::kAltered},
        Row{F, 424242, kFirst, SEC_E_INTERNAL_ERROR, Cause::kNone}));

INSTANTIATE_TEST_SUITE_P(
    Majors, ErrorMap,
    testing::Values(
        Row{GSS_S_COMPLETE, 0, kFirst, SEC_E_OK, Cause::kNone},
        Row{GSS_S_CONTINUE_NEEDED, 0, kFirst, SEC_I_CONTINUE_NEEDED, Cause::kNone},
        Row{GSS_S_BAD_MECH, 0, kFirst, SEC_E_SECPKG_NOT_FOUND, Cause::kUnsupported},
        Row{GSS_S_BAD_NAME, 0, kFirst, SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},
        Row{GSS_S_BAD_NAMETYPE, 0, kFirst, SEC_E_TARGET_UNKNOWN, Cause::kTargetUnknown},
        Row{GSS_S_BAD_NAME, 0, kAcquire, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{GSS_S_BAD_BINDINGS, 0, kAccept, SEC_E_BAD_BINDINGS, Cause::kBindings},
        Row{GSS_S_BAD_BINDINGS, code(KRB5KRB_AP_ERR_MODIFIED), kAccept, SEC_E_BAD_BINDINGS,
            Cause::kBindings},
        Row{GSS_S_BAD_SIG, 0, kMessage, SEC_E_MESSAGE_ALTERED, Cause::kAltered},
        Row{GSS_S_BAD_SIG, 0, kLater, SEC_E_WRONG_PRINCIPAL, Cause::kWrongPrincipal},
        Row{GSS_S_NO_CRED, 0, kAcquire, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{GSS_S_DEFECTIVE_CREDENTIAL, 0, kAcquire, SEC_E_NO_CREDENTIALS, Cause::kNoCredentials},
        Row{GSS_S_CREDENTIALS_EXPIRED, 0, kFirst, SEC_E_NO_CREDENTIALS, Cause::kExpired},
        Row{GSS_S_NO_CONTEXT, 0, kLater, SEC_E_INVALID_HANDLE, Cause::kNone},
        Row{GSS_S_DEFECTIVE_TOKEN, 0, kLater, SEC_E_INVALID_TOKEN, Cause::kInvalidToken},
        Row{GSS_S_DEFECTIVE_TOKEN, 0, kMessage, SEC_E_MESSAGE_ALTERED, Cause::kAltered},
        Row{GSS_S_CONTEXT_EXPIRED, 0, kMessage, SEC_E_CONTEXT_EXPIRED, Cause::kExpired},
        Row{GSS_S_BAD_QOP, 0, kMessage, SEC_E_QOP_NOT_SUPPORTED, Cause::kUnsupported},
        Row{GSS_S_UNAUTHORIZED, 0, kLater, SEC_E_LOGON_DENIED, Cause::kClientRefused},
        Row{GSS_S_UNAVAILABLE, 0, kFirst, SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported},
        Row{F, 0, kFirst, SEC_E_INTERNAL_ERROR, Cause::kNone},
        Row{GSS_S_DUPLICATE_TOKEN, 0, Operation::kOpen, SEC_E_OUT_OF_SEQUENCE, Cause::kAltered},
        Row{GSS_S_DUPLICATE_TOKEN, 0, kMessage, SEC_E_OUT_OF_SEQUENCE, Cause::kAltered},
        Row{GSS_S_OLD_TOKEN, 0, kMessage, SEC_E_OUT_OF_SEQUENCE, Cause::kAltered},
        Row{GSS_S_UNSEQ_TOKEN, 0, kMessage, SEC_E_OUT_OF_SEQUENCE, Cause::kAltered},
        Row{GSS_S_GAP_TOKEN, 0, kMessage, SEC_E_OUT_OF_SEQUENCE, Cause::kAltered},
        Row{GSS_S_DUPLICATE_TOKEN, 0, kAccept, SEC_E_LOGON_DENIED, Cause::kReplay},
        Row{F | GSS_S_DUPLICATE_TOKEN, 0, kAccept, SEC_E_LOGON_DENIED, Cause::kReplay},
        Row{GSS_S_CALL_BAD_STRUCTURE, 0, kFirst, SEC_E_INTERNAL_ERROR, Cause::kNone}));

TEST(ErrorMapWhole, NoErrorIsEverSuccess) {
  for (OM_uint32 routine = 1; routine < 32; ++routine) {
    for (const Operation operation : {kAcquire, kFirst, kLater, kAccept, kMessage}) {
      for (const OM_uint32 minor : sspi_gssapi::known_minors()) {
        EXPECT_LT(map_error(routine << 16, minor, operation).status, 0) << routine;
      }
      EXPECT_LT(map_error(routine << 16, 0, operation).status, 0) << routine;
    }
  }
}

// Whatever number a KDC answers with, or a peer, leads to something that can be done.
TEST(ErrorMapWhole, EveryErrorOfTheProtocolHasARemedy) {
  const auth::HintFacts facts{"postgres/h", "u@R", "FILE:/c", "mit", auth::TicketKeeper::kCache};
  for (std::uint32_t number = 1; number <= sspi_gssapi::kProtocolErrors; ++number) {
    for (const Operation operation : {kAcquire, kFirst, kLater, kAccept}) {
      const Mapped mapped = map_error(F, sspi_gssapi::krb5_code(number), operation);
      EXPECT_NE(auth::hint(mapped.cause, facts), "") << number;
      EXPECT_NE(mapped.status, SEC_E_INTERNAL_ERROR) << number;
    }
  }
}

TEST(Causes, EachHasARemedyAndAStatus) {
  const auth::HintFacts facts{"postgres/h", "u@R", "FILE:/c", "mit", auth::TicketKeeper::kCache};
  for (int i = 1; i <= static_cast<int>(Cause::kUnsupported); ++i) {
    const auto cause = static_cast<Cause>(i);
    EXPECT_NE(auth::hint(cause, facts), "") << auth::cause_name(cause);
    EXPECT_LT(auth::abi_status(SEC_E_OK, cause), 0) << auth::cause_name(cause);
    EXPECT_STRNE(auth::cause_name(cause), "none");
  }
  EXPECT_EQ(auth::hint(Cause::kNone, facts), "");
  EXPECT_EQ(auth::abi_status(SEC_E_OK, Cause::kNone), NEGODBC_AUTH_E_INTERNAL)
      << "a failed call never reports success";
  EXPECT_EQ(auth::status_name(negodbc_security_status(0x80091234u)), "SECURITY_STATUS 0x80091234");
}

}  // namespace
}  // namespace negodbc::test
