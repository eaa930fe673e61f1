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
  EXPECT_TRUE(says(Cause::kTargetUnknown, TicketKeeper::kLogonSession, "postgres/h (setspn -S)"));
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
