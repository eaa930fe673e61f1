// A principal without a password on Windows, on a scripted Secur32 that passes over the name it is
// given, as Windows does: the logon session's own, or nobody's.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "negotiate/caches.h"
#include "negotiate/session.h"
#include "sspi_windows/account_name.h"
#include "tests/fake/logon_fixture.h"

namespace negodbc::test {
namespace {

using sspi_windows::Account;
using sspi_windows::same_account;
using std::chrono::milliseconds;

constexpr std::uint64_t kAliceSession = 1;
constexpr std::uint64_t kBobSession = 2;

class LogonPrincipal : public LogonFixture {
 protected:
  LogonPrincipal() {
    windows.sessions = {{kAliceSession, session_of("alice")}, {kBobSession, session_of("bob")}};
    windows.sessions.at(kAliceSession).upn = "a.liddell@example.com";
  }

  // Whose login it was; "" when it failed.
  std::string login(const char* principal) {
    options_.principal = principal;
    auth::Session session(*caches, options_);
    std::span<const std::byte> token;
    std::string who;
    legs = 0;
    do {
      status = session.step({}, milliseconds(5000), &token);
      if (legs++ == 0) who.assign(reinterpret_cast<const char*>(token.data()), token.size());
    } while (status == NEGODBC_AUTH_CONTINUE);
    record = session.diagnosis();
    return status == NEGODBC_AUTH_ESTABLISHED ? who : "";
  }
  void expect_refused(const char* principal, const std::string& owner) {
    EXPECT_EQ(login(principal), "") << principal;
    EXPECT_EQ(status, NEGODBC_AUTH_E_NO_CREDENTIALS) << principal;
    EXPECT_EQ(record.cause, auth::Cause::kOtherPrincipal) << principal;
    EXPECT_EQ(record.text,
              std::string("no tickets of ") + principal + "; the logon session " + owner);
  }

  auth::Diagnosis record;
  int legs = 0;
};

TEST_F(LogonPrincipal, Another_name_than_the_sessions_sends_nothing) {
  for (const char* other : {"bob", "bob@CORP.EXAMPLE", "CORP\\bob", "alice@ELSEWHERE.EXAMPLE",
                            "ELSEWHERE\\alice", "alic", "@CORP.EXAMPLE"}) {
    expect_refused(other, "has those of alice@CORP.EXAMPLE");
  }
  EXPECT_TRUE(windows.sent.empty());
  EXPECT_TRUE(windows.live.empty());
}

TEST_F(LogonPrincipal, The_sessions_own_name_in_all_its_forms_logs_in) {
  for (const char* own : {"alice", "Alice", "alice@CORP.EXAMPLE", "ALICE@corp.example",
                          "CORP\\alice", "alice@CORP", "A.Liddell@example.com"}) {
    EXPECT_EQ(login(own), "alice") << own;
    EXPECT_EQ(login(own), "alice") << own << ", by what was kept";
  }
}

TEST_F(LogonPrincipal, What_is_kept_of_one_name_does_not_answer_for_another) {
  ASSERT_EQ(login("alice"), "alice");
  expect_refused("bob", "has those of alice@CORP.EXAMPLE");
  const Impersonation other(kBobSession);
  EXPECT_EQ(login("bob"), "bob");
  expect_refused("alice", "has those of bob@CORP.EXAMPLE");
}

TEST_F(LogonPrincipal, Tickets_that_become_anothers_are_noticed_at_the_next_login) {
  ASSERT_EQ(login("alice"), "alice");
  windows.sessions.at(kAliceSession) = session_of("mallory");
  const auto sent = windows.sent.size();
  expect_refused("alice", "has those of mallory@CORP.EXAMPLE");
  EXPECT_EQ(windows.sent.size(), sent);
}

// As runas /netonly makes it: a session of alice's whose tickets are bob's.
TEST_F(LogonPrincipal, The_tickets_count_and_not_the_token) {
  windows.sessions.at(kAliceSession).tickets.front().client = "bob";
  expect_refused("alice", "has those of bob@CORP.EXAMPLE");
  EXPECT_EQ(login("bob@CORP.EXAMPLE"), "bob");
}

TEST_F(LogonPrincipal, One_strange_ticket_among_the_sessions_is_enough) {
  const std::int64_t now = auth::unix_now_s();
  windows.sessions.at(kAliceSession)
      .tickets.push_back({"bob", "krbtgt/CORP.EXAMPLE", now, now + 36000});
  expect_refused("alice", "has those of bob@CORP.EXAMPLE");
}

TEST_F(LogonPrincipal, Without_tickets_the_handles_owner_counts) {
  windows.sessions.at(kAliceSession).tickets.clear();
  expect_refused("bob", "has those of alice@CORP");
  EXPECT_EQ(login("alice@CORP.EXAMPLE"), "alice");
  windows.sessions.at(kAliceSession).tickets.clear();
  windows.lsa_lists = false;
  expect_refused("bob@CORP.EXAMPLE", "has those of alice@CORP");
  EXPECT_EQ(login("CORP\\alice"), "alice");
}

TEST_F(LogonPrincipal, What_nobody_tells_is_not_taken_for_the_one_asked_for) {
  windows.lsa_lists = false;
  windows.owners_are_told = false;
  expect_refused("alice", "does not tell whose it has");
  EXPECT_TRUE(windows.sent.empty());
}

TEST_F(LogonPrincipal, Where_the_session_is_not_told_a_user_alone_is_of_no_realm) {
  windows.accounts_are_told = false;
  expect_refused("alice", "has those of alice@CORP.EXAMPLE");
  expect_refused("CORP\\alice", "has those of alice@CORP.EXAMPLE");
  EXPECT_EQ(login("alice@corp.example"), "alice");
}

TEST_F(LogonPrincipal, A_context_of_another_client_is_not_used) {
  windows.client = "mallory@CORP.EXAMPLE";
  expect_refused("alice", "has those of mallory@CORP.EXAMPLE");
  EXPECT_EQ(legs, 2);
  EXPECT_EQ(windows.contexts, 0);
  windows.client_is_told_by = 1;
  expect_refused("alice", "has those of mallory@CORP.EXAMPLE");
  EXPECT_EQ(legs, 1) << "its token has not been given out";
  EXPECT_EQ(windows.contexts, 0);
}

TEST_F(LogonPrincipal, A_context_of_the_client_may_name_it_in_any_form) {
  for (const char* form : {"alice@CORP.EXAMPLE", "CORP\\Alice", "a.liddell@example.com", ""}) {
    windows.client = form;
    EXPECT_EQ(login("alice"), "alice") << form;
  }
}

TEST_F(LogonPrincipal, Without_a_principal_it_is_whoever_the_session_is) {
  windows.client = "mallory@CORP.EXAMPLE";
  EXPECT_EQ(login(nullptr), "alice");
}

TEST(AccountName, Is_split_where_Windows_does) {
  const auto expect = [](const char* name, const char* user, const char* realm) {
    const sspi_windows::AccountName made = sspi_windows::split_account(name);
    EXPECT_EQ(made.user, user) << name;
    EXPECT_EQ(made.realm, realm) << name;
  };
  expect("alice", "alice", "");
  expect("alice@CORP", "alice", "CORP");
  expect("CORP\\alice", "alice", "CORP");
  expect("alice@x@CORP", "alice@x", "CORP");
  expect("", "", "");
  EXPECT_EQ(sspi_windows::principal_of("CORP\\alice"), "alice@CORP");
  EXPECT_EQ(sspi_windows::principal_of("alice"), "alice");
}

TEST(AccountName, Nobody_is_nobody) {
  const Account session{"alice", "CORP", "corp.example", ""};
  EXPECT_FALSE(same_account("", "", session));
  EXPECT_FALSE(same_account("", "alice", session));
  EXPECT_FALSE(same_account("alice", "", session));
  EXPECT_FALSE(same_account("@CORP", "@CORP", session));
  EXPECT_TRUE(same_account("alice", "CORP.EXAMPLE\\ALICE", session));
}

}  // namespace
}  // namespace negodbc::test
