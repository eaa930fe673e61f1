// What the doctor says of a logon session and its tickets, by an LSA that tells what a test wants.
#include "cli/examination/logon_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

LogonSession scripted_session;
LogonTickets scripted_tickets;

class LogonSteps : public ::testing::Test {
 protected:
  LogonSteps() {
    scripted_session = {};
    scripted_session.id = 0x1'0000abcd;
    scripted_session.is_told = true;
    scripted_session.user = "alice";
    scripted_session.domain = "CORP";
    scripted_session.realm = "corp.example";
    scripted_session.package = "Kerberos";
    scripted_session.server = "DC1";
    scripted_session.kind = 2;
    scripted_tickets = {};
    scripted_tickets.client = "alice@CORP.EXAMPLE";
    scripted_tickets.tickets = {ticket("krbtgt/CORP.EXAMPLE@CORP.EXAMPLE", 36000),
                                ticket("postgres/db.corp.example@CORP.EXAMPLE", 600)};
  }
  // forwardable, renewable, initial, pre-authent; aes256.
  static SeenTicket ticket(const std::string& service, int left) {
    SeenTicket made;
    made.service = service;
    made.starts_at = seconds_now() - 60;
    made.ends_at = seconds_now() + left;
    made.renewable_until = made.ends_at + 1000;
    made.flags = names_of_flags(0x40e00000, false);
    made.sealed = TicketFacts{service, 18, std::nullopt};
    return made;
  }
  LogonCalls calls{.session = [] { return scripted_session; },
                   .tickets = [] { return scripted_tickets; }};
};

TEST_F(LogonSteps, The_session_is_told_as_klist_numbers_it) {
  const Finding finding = told_logon_session(calls, true);
  EXPECT_EQ(finding.verdict, Verdict::good);
  EXPECT_EQ(finding.text, "1:0xabcd of CORP\\alice, interactive, not elevated");
  ASSERT_EQ(finding.facts.size(), 2u);
  EXPECT_EQ(finding.facts[0].value, "Kerberos, domain controller DC1");
  EXPECT_EQ(finding.facts[1].value, "corp.example");
  EXPECT_EQ(logon_id_text(0x3e7), "0:0x3e7");
}

TEST_F(LogonSteps, An_elevated_program_has_another_session_than_the_users_others) {
  scripted_session.elevated = true;
  EXPECT_EQ(told_logon_session(calls, true).verdict, Verdict::good);
  scripted_session.linked = 0x77;
  const Finding finding = told_logon_session(calls, true);
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.text, HasSubstr(", elevated"));
  EXPECT_THAT(finding.notes, ElementsAre(HasSubstr("0:0x77")));
}

TEST_F(LogonSteps, Services_and_local_accounts_are_told_whose_tickets_they_have) {
  scripted_session.id = 0x3e4;
  EXPECT_THAT(told_logon_session(calls, true).notes, ElementsAre(HasSubstr("computer's account")));
  EXPECT_THAT(told_logon_session(calls, false).notes, IsEmpty());
  scripted_session.id = 5;
  scripted_session.package = "NTLM";
  const Finding finding = told_logon_session(calls, true);
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.remedy, HasSubstr("runas /netonly"));
}

TEST_F(LogonSteps, What_the_LSA_does_not_tell_is_said) {
  scripted_session = {};
  scripted_session.id = 0x99;
  scripted_session.fault = "Access is denied";
  const Finding finding = told_logon_session(calls, true);
  EXPECT_EQ(finding.verdict, Verdict::good);
  EXPECT_EQ(finding.text, "0:0x99; the LSA does not tell more: Access is denied, not elevated");
  scripted_tickets = {};
  scripted_tickets.fault = "the LSA lists no tickets here";
  const Finding tickets = told_logon_tickets(calls, false);
  EXPECT_EQ(tickets.verdict, Verdict::note);
  EXPECT_EQ(tickets.text, "not told: the LSA lists no tickets here");
  EXPECT_EQ(tickets.remedy, "");
}

TEST_F(LogonSteps, Tickets_are_told_in_the_words_for_other_caches) {
  const Finding finding = told_logon_tickets(calls, false);
  EXPECT_EQ(finding.verdict, Verdict::good);
  const std::int64_t end = scripted_tickets.tickets[0].ends_at;
  EXPECT_EQ(finding.text,
            "alice@CORP.EXAMPLE until " + time_from_now(end) + ", in logon session 1:0xabcd");
  ASSERT_EQ(finding.facts.size(), 3u);
  EXPECT_EQ(finding.facts[0].name, "logon session 1:0xabcd");
  EXPECT_EQ(finding.facts[0].source, "LSA, taken");
  EXPECT_EQ(finding.facts[1].value,
            "until " + time_from_now(end) + ", renewable until " + time_text(end + 1000) +
                "; forwardable, renewable, initial, pre-authent; sealed with "
                "aes256-cts-hmac-sha1-96");
  EXPECT_EQ(finding.facts[2].of, finding.facts[0].name);
}

TEST_F(LogonSteps, Without_a_ticket_that_is_good_one_is_asked_for) {
  scripted_tickets.tickets[0].ends_at = seconds_now() - 1;
  Finding finding = told_logon_tickets(calls, false);
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.remedy, HasSubstr("klist get krbtgt/CORP.EXAMPLE "));
  scripted_tickets = {};
  finding = told_logon_tickets(calls, false);
  EXPECT_EQ(finding.text, "none in logon session 1:0xabcd (LSA)");
  EXPECT_THAT(finding.remedy, HasSubstr("klist get krbtgt/CORP.EXAMPLE "));
  scripted_session.package = "NTLM";
  EXPECT_EQ(told_logon_tickets(calls, false).remedy, "");
  calls.tickets_are_hosts = true;
  EXPECT_THAT(told_logon_tickets(calls, false).remedy, HasSubstr("kinit"));
}

TEST_F(LogonSteps, A_password_of_its_own_needs_none_of_them) {
  scripted_tickets.tickets.clear();
  const Finding finding = told_logon_tickets(calls, true);
  EXPECT_EQ(finding.verdict, Verdict::good);
  EXPECT_EQ(finding.text, "none is taken: a ticket is got by password");
}

TEST_F(LogonSteps, Clients_that_are_not_told_leave_the_realm) {
  scripted_tickets.client.clear();
  EXPECT_THAT(told_logon_tickets(calls, false).text,
              HasSubstr("a user who is not told@CORP.EXAMPLE until "));
  scripted_tickets.tickets.erase(scripted_tickets.tickets.begin());
  EXPECT_THAT(told_logon_tickets(calls, false).text, HasSubstr("none in "));
}

TEST_F(LogonSteps, The_services_ticket_is_found_by_its_name) {
  for (const char* target : {"postgres/db.corp.example", "POSTGRES/DB.corp.example",
                             "postgres/db.corp.example@CORP.EXAMPLE"}) {
    const auto facts = logon_ticket_for(calls, target);
    ASSERT_TRUE(facts) << target;
    EXPECT_EQ(facts->principal, "postgres/db.corp.example@CORP.EXAMPLE");
    EXPECT_EQ(facts->encryption_type, 18);
    EXPECT_FALSE(facts->key_version);
  }
  for (const char* target : {"postgres/db", "postgres/db.corp.example@ELSEWHERE", ""})
    EXPECT_FALSE(logon_ticket_for(calls, target)) << target;
}

}  // namespace
}  // namespace negodbc::cli
