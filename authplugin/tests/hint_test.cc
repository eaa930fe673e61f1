// Hints name what the system at hand has: kinit where there is a credential cache, logging on where
// tickets are a logon session's.
#include "negotiate/hint.h"

#include <gtest/gtest.h>

namespace negodbc::test {
namespace {

using auth::Cause;
using auth::hint;
using auth::HintFacts;
using auth::TicketKeeper;

HintFacts facts(TicketKeeper keeper) {
  return {.target = "postgres/h",
          .principal = "u@R",
          .credential_source = "logon session",
          .library = "windows",
          .keeper = keeper};
}

bool says(Cause cause, TicketKeeper keeper, const char* part) {
  return hint(cause, facts(keeper)).find(part) != std::string::npos;
}

TEST(Hint, Of_Windows_sends_nobody_to_tools_that_it_lacks) {
  for (int i = 1; i <= static_cast<int>(Cause::kUnsupported); ++i) {
    const auto cause = static_cast<Cause>(i);
    if (cause == Cause::kLibrary || cause == Cause::kKeytab) continue;  // Windows has no such thing
    const std::string words = hint(cause, facts(TicketKeeper::kLogonSession));
    EXPECT_NE(words, "") << auth::cause_name(cause);
    for (const char* foreign :
         {"kinit", "krb5.conf", "credential cache", "GSSAPI", "client keytab"})
      EXPECT_EQ(words.find(foreign), std::string::npos) << words;
  }
}

TEST(Hint, Of_Windows_names_what_it_has) {
  EXPECT_TRUE(says(Cause::kNoCredentials, TicketKeeper::kLogonSession, "Log on to the domain"));
  EXPECT_TRUE(says(Cause::kNoCredentials, TicketKeeper::kLogonSession, "klist"));
  EXPECT_TRUE(says(Cause::kNoCredentials, TicketKeeper::kLogonSession, "runas /netonly"));
  EXPECT_TRUE(says(Cause::kExpired, TicketKeeper::kLogonSession, "the ticket of u@R"));
  EXPECT_TRUE(says(Cause::kClockSkew, TicketKeeper::kLogonSession, "w32tm /resync"));
  EXPECT_TRUE(says(Cause::kKdcUnreachable, TicketKeeper::kLogonSession, "nltest /sc_verify"));
  EXPECT_TRUE(says(Cause::kTrustPath, TicketKeeper::kLogonSession, "nltest /domain_trusts"));
  EXPECT_TRUE(says(Cause::kDelegation, TicketKeeper::kLogonSession, "Credential Guard"));
  EXPECT_TRUE(says(Cause::kDelegation, TicketKeeper::kLogonSession, "Protected Users"));
  EXPECT_TRUE(says(Cause::kEncryptionType, TicketKeeper::kLogonSession, "Protected Users"));
  EXPECT_TRUE(says(Cause::kNtlmRefused, TicketKeeper::kLogonSession, "Protected Users"));
  EXPECT_TRUE(says(Cause::kImpersonation, TicketKeeper::kLogonSession, "SecurityImpersonation"));
}

TEST(Hint, Of_Windows_has_the_line_that_registers_a_service) {
  for (const char* target : {"postgres/h", "postgres/h@R.EXAMPLE"}) {
    HintFacts of = facts(TicketKeeper::kLogonSession);
    of.target = target;
    const std::string words = hint(Cause::kTargetUnknown, of);
    EXPECT_NE(words.find("setspn -S postgres/h ACCOUNT"), std::string::npos) << words;
    EXPECT_NE(words.find("setspn -Q postgres/h "), std::string::npos) << words;
  }
}

// What Windows alone says: each leads to something that can be done.
TEST(Hint, Of_each_status_of_Windows_there_is_one) {
  const struct {
    std::uint32_t status;
    Cause cause;
  } rows[] = {
      {0x8009030B, Cause::kImpersonation},      // SEC_E_NO_IMPERSONATION
      {0x80090324, Cause::kClockSkew},          // SEC_E_TIME_SKEW
      {0x80090311, Cause::kKdcUnreachable},     // SEC_E_NO_AUTHENTICATING_AUTHORITY
      {0x80090303, Cause::kTargetUnknown},      // SEC_E_TARGET_UNKNOWN
      {0x80090338, Cause::kTrustPath},          // SEC_E_MAX_REFERRALS_EXCEEDED
      {0x8009033E, Cause::kPreauthentication},  // SEC_E_SMARTCARD_LOGON_REQUIRED
      {0x80090341, Cause::kTrustPath},          // SEC_E_KDC_UNABLE_TO_REFER
      {0x80090342, Cause::kEncryptionType},     // SEC_E_KDC_UNKNOWN_ETYPE
      {0x80090345, Cause::kDelegation},         // SEC_E_DELEGATION_REQUIRED
      {0x80090350, Cause::kTrustPath},          // SEC_E_DOWNGRADE_DETECTED
      {0x80090356, Cause::kDelegation},         // SEC_E_NO_S4U_PROT_SUPPORT
      {0x80090357, Cause::kDelegation},         // SEC_E_CROSSREALM_DELEGATION_FAILURE
      {0x80090359, Cause::kCertificate},        // SEC_E_ISSUING_CA_UNTRUSTED_KDC
      {0x8009035E, Cause::kDelegation},         // SEC_E_DELEGATION_POLICY
      {0x80090369, Cause::kBadName},            // SEC_E_INVALID_UPN_NAME
      {0x80070791, Cause::kNtlmRefused},        // ERROR_NTLM_BLOCKED
      {0xC0000418, Cause::kNtlmRefused},        // STATUS_NTLM_BLOCKED
  };
  for (const auto& row : rows) {
    const SECURITY_STATUS status = negodbc_security_status(row.status);
    const std::string name = auth::status_name(status);
    EXPECT_EQ(auth::cause_of(status), row.cause) << name;
    EXPECT_EQ(name.find("SECURITY_STATUS"), std::string::npos) << name;
    EXPECT_LT(auth::abi_status(status, row.cause), 0) << name;
    EXPECT_NE(hint(row.cause, facts(TicketKeeper::kLogonSession)), "") << name;
  }
}

TEST(Hint, Under_Wine_the_tickets_are_those_of_the_system_below) {
  for (const Cause cause : {Cause::kNoCredentials, Cause::kExpired, Cause::kTooLittleLife})
    EXPECT_TRUE(says(cause, TicketKeeper::kHostOfWine, "kinit on the system that Wine runs on"));
}

TEST(Hint, Of_a_credential_cache_names_it_and_kinit) {
  EXPECT_TRUE(says(Cause::kNoCredentials, TicketKeeper::kCache, "Run kinit"));
  EXPECT_TRUE(says(Cause::kNoCredentials, TicketKeeper::kCache, "looked for in logon session"));
}

}  // namespace
}  // namespace negodbc::test
