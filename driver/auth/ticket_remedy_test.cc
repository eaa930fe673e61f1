#include "driver/auth/ticket_remedy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/auth/cache_remedy.h"
#include "driver/base/shell_word.h"
#include "tests/support/private_directory.h"

namespace negodbc::auth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t krb5_table = 0x96C73A00U;

negodbc_auth_diagnosis record(negodbc_auth_status status, unsigned number) {
  negodbc_auth_diagnosis made = {};
  made.size = sizeof made;
  made.status = status;
  made.gss_minor = number == 0 ? 0 : krb5_table + number;
  made.legs = 1;
  made.target = "postgres/db";
  made.principal = "alice@TEST";
  made.library = "heimdal (/usr/lib/libgssapi.so.3)";
  made.text = "the library's words";
  made.hint = "The plugin's hint.";
  return made;
}

TicketWishes wishes(const TicketOptions& ticket, const char* server = "db") {
  return {ticket, {server, "", 5432}};
}

TEST(TicketRemedy, OfARefusalIsByTheServersNumber) {
  const auto refused = [](unsigned number) {
    return refused_ticket(record(NEGODBC_AUTH_E_LOGON_DENIED, number), wishes({}), true);
  };
  EXPECT_THAT(refused(31), HasSubstr("another key of postgres/db than the KDC"));
  EXPECT_THAT(refused(35), HasSubstr("no key of postgres/db; have it put there"));
  EXPECT_THAT(refused(44), HasSubstr("of the version and encryption type"));
  EXPECT_THAT(refused(32), HasSubstr("has run out; run kinit"));
  EXPECT_THAT(refused(44), HasSubstr("(the library's words)"));
  EXPECT_THAT(refused(60), AllOf(HasSubstr("(the library's words)"), HasSubstr("log says more")));
  EXPECT_THAT(refused_ticket(record(NEGODBC_AUTH_E_CLOCK_SKEW, 37), wishes({}), true),
              AllOf(HasSubstr("the library's words. The plugin's hint"), Not(HasSubstr("keytab"))));
}

TEST(TicketRemedy, OfASilentRefusalIsTheMissingKeytab) {
  const negodbc_auth_diagnosis silent = record(NEGODBC_AUTH_OK, 0);
  EXPECT_THAT(refused_ticket(silent, wishes({}), true), HasSubstr("without a keytab"));
  // Where it need not have answered, silence tells nothing.
  EXPECT_THAT(refused_ticket(silent, wishes({}), false),
              AllOf(HasSubstr("may be missing or lack"), Not(HasSubstr("without a keytab"))));
}

TEST(TicketRemedy, OfASecondTryIsTheClock) {
  negodbc_auth_diagnosis again = record(NEGODBC_AUTH_OK, 0);
  again.legs = 2;
  again.package = "Kerberos";
  EXPECT_THAT(refused_ticket(again, wishes({}), true), HasSubstr("clock skew"));
  again.package = "Negotiate";
  EXPECT_THAT(refused_ticket(again, wishes({}), true), HasSubstr("or the clocks differ"));
}

TEST(TicketRemedy, NamesTheKeywordThatLedThere) {
  TicketOptions ticket;
  const auto unknown = [&ticket](const char* server) {
    return remedy_for(NEGODBC_AUTH_E_TARGET_UNKNOWN, record(NEGODBC_AUTH_E_TARGET_UNKNOWN, 7),
                      wishes(ticket, server));
  };
  EXPECT_EQ(unknown("db"), "");
  // The KDC knows it, and refuses it: no name has to be corrected.
  for (const unsigned number : {2U, 9U, 19U, 22U, 27U, 69U}) {
    const negodbc_auth_diagnosis expired = record(NEGODBC_AUTH_E_TARGET_UNKNOWN, number);
    EXPECT_TRUE(knows_target(expired)) << number;
    EXPECT_EQ(remedy_for(expired.status, expired, wishes(ticket, "10.0.0.5")), "") << number;
  }
  EXPECT_FALSE(knows_target(record(NEGODBC_AUTH_E_TARGET_UNKNOWN, 7)));
  EXPECT_FALSE(knows_target(record(NEGODBC_AUTH_E_LOGON_DENIED, 2)));
  EXPECT_THAT(unknown("10.0.0.5"), AllOf(HasSubstr("10.0.0.5"), HasSubstr("hostaddr")));
  EXPECT_THAT(unknown("::1"), HasSubstr("hostaddr"));
  ticket.kerberos_service = "POSTGRES";
  EXPECT_THAT(unknown("db"), HasSubstr("KrbSrvName=POSTGRES"));
  ticket.server_spn = "postgres/elsewhere";
  EXPECT_THAT(unknown("10.0.0.5"), HasSubstr("ServerSPN=postgres/elsewhere"));
  EXPECT_THAT(refused_ticket(record(NEGODBC_AUTH_E_LOGON_DENIED, 31), wishes(ticket), true),
              HasSubstr("correct ServerSPN=postgres/elsewhere"));
  ticket.realm = "TEST";
  const negodbc_auth_diagnosis no_way = record(NEGODBC_AUTH_E_NO_AUTHORITY, 0);
  EXPECT_EQ(remedy_for(no_way.status, no_way, wishes(ticket)), "");
  ticket.realm = "ELSEWHERE";
  EXPECT_THAT(remedy_for(no_way.status, no_way, wishes(ticket)),
              AllOf(HasSubstr("Realm=ELSEWHERE"), HasSubstr("of the realm TEST")));
}

// What the plugin or a keyword may leave empty stands in no sentence.
TEST(TicketRemedy, NamesNothingThatIsEmpty) {
  for (const char* const library : {"heimdal", "mit"}) {
    EXPECT_THAT(remedy_for_cache("FILE:", library, true),
                AllOf(HasSubstr("leave CredentialCache=FILE: out"), Not(HasSubstr("kinit"))));
    EXPECT_THAT(remedy_for_cache("FILE:", library, false),
                AllOf(HasSubstr("KRB5CCNAME"), Not(HasSubstr("kinit"))));
  }
  negodbc_auth_diagnosis bare = record(NEGODBC_AUTH_E_CLOCK_SKEW, 37);
  bare.text = nullptr;
  bare.hint = nullptr;
  EXPECT_EQ(refused_ticket(bare, wishes({}), true),
            "The server could not accept the ticket: the clock skew is too great");
  bare = record(NEGODBC_AUTH_E_TARGET_UNKNOWN, 7);
  bare.target = nullptr;
  TicketOptions ticket;
  ticket.server_spn = "postgres/other";
  EXPECT_THAT(remedy_for(bare.status, bare, wishes(ticket)),
              ::testing::EndsWith("the service principal"));
  bare = record(NEGODBC_AUTH_E_NO_AUTHORITY, 0);
  bare.principal = "alice";
  ticket = {};
  ticket.realm = "ELSEWHERE";
  EXPECT_EQ(remedy_for(bare.status, bare, wishes(ticket)), "");
}

// A user copies it into a shell.
TEST(TicketRemedy, QuotesTheCacheThatKinitIsToMake) {
  const test::PrivateDirectory folder;
  const std::string cache = folder.file("my tickets; rm x");
  EXPECT_THAT(remedy_for_cache("FILE:" + cache, "mit", true),
              ::testing::EndsWith("run kinit -c " + shell_word(cache)));
  EXPECT_NE(shell_word(cache), cache);
}

TEST(TicketRemedy, TellsWhoMayNotBeWhom) {
  EXPECT_THAT(refused_user("alice@TEST", "alice"), HasSubstr("krb_realm, include_realm and map"));
  EXPECT_THAT(refused_user("alice@TEST", "alice@TEST"), HasSubstr("include_realm"));
  EXPECT_THAT(refused_user("alice@TEST", "Alice"), HasSubstr("say UID=alice instead of Alice"));
  EXPECT_THAT(refused_user("alice@TEST", "bob"),
              AllOf(HasSubstr("of alice@TEST, who may not be bob"), HasSubstr("pg_ident.conf")));
  EXPECT_THAT(refused_unheard("bob"), HasSubstr("be bob: which, it does not say"));
  EXPECT_THAT(refused_user("", ""), HasSubstr("does not let its principal be this user"));
}

}  // namespace
}  // namespace negodbc::auth
