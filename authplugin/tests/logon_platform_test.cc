// Whose login one is on Windows, on a scripted Secur32: another logon session, another principal,
// impersonation begun and ended, a ticket purged between two logins, handles that are refused.
#include "sspi_windows/logon_platform.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "negotiate/caches.h"
#include "negotiate/session.h"
#include "tests/fake/logon_fixture.h"

namespace negodbc::test {
namespace {

using auth::Caches;
using std::chrono::milliseconds;

constexpr std::uint64_t kAlices = 1;
constexpr std::uint64_t kBobs = 2;
constexpr std::uint64_t kAlicesOther = 3;  // as another logon of hers

class Logon : public LogonFixture {
 protected:
  Logon() {
    windows.sessions = {{kAlices, session_of("alice")},
                        {kBobs, session_of("bob")},
                        {kAlicesOther, session_of("alice")}};
    windows.passwords = {{"carol@CORP.EXAMPLE", "secret"}};
  }

  // One whole login: whose it was; "" when it failed, and why is in `status`.
  std::string login(const negodbc_auth_options& options) {
    auth::Session session(*caches, options);
    std::span<const std::byte> token;
    status = session.step({}, milliseconds(5000), &token);
    if (status != NEGODBC_AUTH_CONTINUE) return "";
    std::string who(reinterpret_cast<const char*>(token.data()), token.size());
    status = session.step({}, milliseconds(5000), &token);
    EXPECT_EQ(status, NEGODBC_AUTH_ESTABLISHED);
    return who;
  }
  std::string login() { return login(options_); }
  std::string told_principal() {
    auth::Session session(*caches, options_);
    const char* name = "";
    status = session.principal(milliseconds(5000), &name);
    return name;
  }
  negodbc_auth_options with_password(const char* principal, const char* password) const {
    negodbc_auth_options made = options_;
    made.principal = principal;
    made.password = password;
    return made;
  }
  bool last_was_here() const { return windows.sent.back().on == std::this_thread::get_id(); }
  void purge(std::uint64_t session) { windows.sessions.at(session).tickets.clear(); }
};

TEST_F(Logon, A_handle_is_acquired_once_and_the_next_legs_run_on_the_callers_thread) {
  ASSERT_EQ(login(), "alice");
  EXPECT_FALSE(last_was_here()) << "the KDC was asked";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(login(), "alice");
    EXPECT_TRUE(last_was_here());
    EXPECT_FALSE(windows.sent.back().asked);
  }
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, The_LSA_is_asked_once_for_a_login_whose_ticket_is_there) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  const int before = windows.lists;
  ASSERT_EQ(login(), "alice");
  EXPECT_EQ(windows.lists, before + 1);
}

TEST_F(Logon, A_thread_that_logs_in_for_the_first_time_needs_no_helper_either) {
  ASSERT_EQ(login(), "alice");
  std::thread([this] {
    EXPECT_EQ(login(), "alice");
    EXPECT_TRUE(last_was_here());
  }).join();
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, Another_target_is_another_ticket_of_the_same_handle) {
  ASSERT_EQ(login(), "alice");
  options_.host = "elsewhere";
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(windows.sent.back().asked);
  EXPECT_FALSE(last_was_here());
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(last_was_here());
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, The_realm_and_letters_of_a_target_find_its_ticket) {
  options_.host = "DB";
  windows.sessions.at(kAlices).tickets.push_back(
      {"alice", "postgres/DB", auth::unix_now_s(), auth::unix_now_s() + 36000});
  ASSERT_EQ(login(), "alice");
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(last_was_here());
  auth::CredentialRequest request;
  EXPECT_TRUE(platform.find_ticket(request, {}, "postgres/db").has_value());
  EXPECT_TRUE(platform.find_ticket(request, {}, "postgres/db@corp.example").has_value());
  EXPECT_FALSE(platform.find_ticket(request, {}, "postgres/db@ELSEWHERE").has_value());
  EXPECT_FALSE(platform.find_ticket(request, {}, "postgres/dbx").has_value());
}

TEST_F(Logon, Another_logon_session_has_a_handle_of_its_own) {
  ASSERT_EQ(login(), "alice");
  {
    const Impersonation other(kBobs);
    EXPECT_EQ(login(), "bob");
    EXPECT_EQ(login(), "bob");
    EXPECT_TRUE(last_was_here()) << "his ticket is there, too";
  }
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(last_was_here());
  EXPECT_EQ(windows.acquired, 2);
}

TEST_F(Logon, Another_session_of_the_same_user_is_another_one) {
  ASSERT_EQ(login(), "alice");
  const Impersonation other(kAlicesOther);
  EXPECT_EQ(login(), "alice");
  EXPECT_EQ(windows.acquired, 2);
}

// The helper that the first login's KDC is asked on has to act as the thread that asks.
TEST_F(Logon, The_first_login_of_an_impersonating_thread_is_not_the_processs) {
  const Impersonation other(kBobs);
  EXPECT_EQ(told_principal(), "bob");
  EXPECT_EQ(login(), "bob");
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, Where_no_helper_comes_to_act_so_nobodys_ticket_is_sent) {
  windows.roles_are_taken_on = false;
  const Impersonation other(kBobs);
  auth::Session session(*caches, options_);
  std::span<const std::byte> token;
  EXPECT_THROW((void)session.step({}, milliseconds(5000), &token), std::system_error);
  EXPECT_TRUE(windows.sent.empty());
  EXPECT_EQ(windows.acquired, 0);
}

TEST_F(Logon, A_session_is_of_who_logs_in_and_not_of_who_has_opened_it) {
  ASSERT_EQ(login(), "alice");
  auth::Session session(*caches, options_);
  const Impersonation other(kBobs);
  std::span<const std::byte> token;
  ASSERT_EQ(session.step({}, milliseconds(5000), &token), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(windows.sent.back().who, "bob");
}

TEST_F(Logon, What_a_better_token_has_acquired_does_not_answer_for_a_lesser_one) {
  {
    const Impersonation full(kBobs);
    ASSERT_EQ(login(), "bob");
  }
  {
    const Impersonation identify(kBobs, Impersonation::kIdentify);
    EXPECT_EQ(login(), "");
    EXPECT_LT(status, 0);
  }
  ASSERT_EQ(windows.acquired, 2);
  const Impersonation restricted(kBobs, Impersonation::kImpersonate, 1);
  EXPECT_EQ(login(), "bob");
  EXPECT_EQ(windows.acquired, 3) << "the LSA has been asked whether it may";
}

TEST_F(Logon, A_token_that_cannot_be_told_is_nobody_known) {
  ASSERT_EQ(login(), "alice");
  windows.tokens_are_told = false;
  const auto sent = windows.sent.size();
  auth::Session session(*caches, options_);
  std::span<const std::byte> token;
  EXPECT_THROW((void)session.step({}, milliseconds(5000), &token), std::system_error);
  EXPECT_EQ(windows.sent.size(), sent);
}

TEST_F(Logon, Another_principal_has_a_handle_of_its_own) {
  ASSERT_EQ(login(), "alice");
  const auto carol = with_password("carol@CORP.EXAMPLE", "secret");
  EXPECT_EQ(login(carol), "carol@CORP.EXAMPLE");
  EXPECT_EQ(login(carol), "carol@CORP.EXAMPLE");
  EXPECT_EQ(windows.acquired, 2);
  EXPECT_FALSE(last_was_here()) << "the list does not tell of a password's own tickets";
  EXPECT_EQ(login(with_password("carol@CORP.EXAMPLE", "wrong")), "");
  EXPECT_EQ(status, NEGODBC_AUTH_E_LOGON_DENIED);
  EXPECT_EQ(login(), "alice");
  EXPECT_EQ(windows.acquired, 3);
}

TEST_F(Logon, A_password_in_another_session_is_another_handle) {
  const auto carol = with_password("carol@CORP.EXAMPLE", "secret");
  ASSERT_EQ(login(carol), "carol@CORP.EXAMPLE");
  const Impersonation other(kBobs);
  EXPECT_EQ(login(carol), "carol@CORP.EXAMPLE");
  EXPECT_EQ(windows.acquired, 2);
}

TEST_F(Logon, Nothing_is_kept_of_a_password_whose_ticket_is_written_over_the_users) {
  const ScriptedPlatform wine(false);
  caches = std::make_unique<Caches>(wine);
  const auto carol = with_password("carol@CORP.EXAMPLE", "secret");
  EXPECT_EQ(login(carol), "carol@CORP.EXAMPLE");
  EXPECT_EQ(login(carol), "carol@CORP.EXAMPLE");
  EXPECT_EQ(windows.acquired, 2);
  EXPECT_TRUE(windows.live.empty());
  caches.reset();
}

TEST_F(Logon, A_purged_ticket_is_asked_for_anew_on_a_helper) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  purge(kAlices);
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(windows.sent.back().asked);
  EXPECT_FALSE(last_was_here());
  EXPECT_EQ(windows.acquired, 2) << "the handle went with the tickets";
  EXPECT_EQ(windows.live.size(), 1u);
}

TEST_F(Logon, The_services_ticket_alone_purged_is_noticed) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  windows.sessions.at(kAlices).tickets.pop_back();
  EXPECT_EQ(login(), "alice");
  EXPECT_FALSE(last_was_here());
  EXPECT_EQ(login(), "alice");
  EXPECT_TRUE(last_was_here());
}

TEST_F(Logon, A_purged_ticket_that_is_not_given_again_ends_the_login) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  purge(kAlices);
  windows.kdc = SEC_E_NO_CREDENTIALS;
  EXPECT_EQ(login(), "");
  EXPECT_EQ(status, NEGODBC_AUTH_E_NO_CREDENTIALS);
  windows.kdc = SEC_E_OK;
  EXPECT_EQ(login(), "alice");
}

TEST_F(Logon, What_principal_has_told_is_asked_for_when_its_ticket_is_purged_in_between) {
  ASSERT_EQ(login(), "alice");
  auth::Session session(*caches, options_);
  const char* name = "";
  ASSERT_EQ(session.principal(milliseconds(5000), &name), NEGODBC_AUTH_OK);
  purge(kAlices);
  std::span<const std::byte> token;
  EXPECT_EQ(session.step({}, milliseconds(5000), &token), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(windows.sent.back().who, "alice");
  EXPECT_FALSE(last_was_here());
}

TEST_F(Logon, Another_ticket_in_the_place_of_the_one_that_was_found_is_not_taken_for_it) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  // As KerbSubmitTicket does.
  windows.sessions.at(kAlices).tickets.back().client = "mallory";
  EXPECT_EQ(login(), "mallory") << "as the plain calls do";
  EXPECT_EQ(windows.acquired, 2) << "but not by what was kept for alice";
}

TEST_F(Logon, A_ticket_that_is_about_to_end_is_used_on_a_helper) {
  options_.min_lifetime_s = NEGODBC_AUTH_OFF;
  const std::int64_t now = auth::unix_now_s();
  windows.sessions.at(kAlices).tickets.push_back({"alice", "postgres/db", now, now + 200});
  ASSERT_EQ(login(), "alice");
  EXPECT_EQ(login(), "alice");
  EXPECT_FALSE(last_was_here()) << "the LSA may ask for another one";
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, Where_the_LSA_lists_no_tickets_all_runs_on_helpers_with_one_handle) {
  windows.lsa_lists = false;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(login(), "alice");
    EXPECT_FALSE(last_was_here());
  }
  EXPECT_EQ(windows.acquired, 1);
}

TEST_F(Logon, An_LSA_that_stops_listing_is_not_believed_from_before) {
  ASSERT_EQ(login(), "alice");
  ASSERT_EQ(login(), "alice");
  windows.lsa_lists = false;
  EXPECT_EQ(login(), "alice");
  EXPECT_FALSE(last_was_here());
}

TEST_F(Logon, A_handle_that_is_refused_is_acquired_anew) {
  ASSERT_EQ(login(), "alice");
  windows.end_handles();
  EXPECT_EQ(login(), "alice");
  EXPECT_EQ(windows.acquired, 2);
}

TEST_F(Logon, A_failure_to_acquire_is_not_the_next_logins) {
  windows.acquire = {SEC_E_INTERNAL_ERROR};
  EXPECT_EQ(login(), "");
  EXPECT_EQ(status, NEGODBC_AUTH_E_INTERNAL);
  EXPECT_EQ(login(), "alice");
  windows.end_handles();
  windows.acquire = {SEC_E_NO_CREDENTIALS};
  EXPECT_EQ(login(), "") << "the kept one is gone, and no other is to be had";
  EXPECT_EQ(status, NEGODBC_AUTH_E_NO_CREDENTIALS);
  std::this_thread::sleep_for(auth::CredentialSource::kFailureLife);
  EXPECT_EQ(login(), "alice");
}

TEST_F(Logon, A_session_that_has_ended_is_not_answered_for) {
  {
    const Impersonation other(kBobs);
    ASSERT_EQ(login(), "bob");
    ASSERT_EQ(login(), "bob");
    windows.sessions.erase(kBobs);
    windows.kdc = SEC_E_NO_CREDENTIALS;
    EXPECT_EQ(login(), "");
    EXPECT_EQ(status, NEGODBC_AUTH_E_NO_CREDENTIALS);
  }
  EXPECT_EQ(windows.sent.back().who, "");
}

TEST_F(Logon, Handles_are_bounded_and_freed) {
  for (std::uint64_t session = 10; session < 110; ++session) {
    windows.sessions[session] = session_of("user" + std::to_string(session));
    const Impersonation other(session);
    ASSERT_EQ(login(), "user" + std::to_string(session));
  }
  EXPECT_LE(windows.live.size(), auth::CredentialStore::kMaxSources);
  caches->forget(nullptr);
  EXPECT_TRUE(windows.live.empty());
  EXPECT_EQ(windows.freed, windows.acquired);
  EXPECT_EQ(windows.contexts, 0);
}

TEST_F(Logon, No_leg_is_made_ahead_for_an_impersonating_thread) {
  options_.warm_contexts = 4;
  const Impersonation other(kBobs);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(login(), "bob");
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(windows.sent.size(), 5u);
}

TEST_F(Logon, Legs_made_ahead_end_with_the_tickets_they_were_made_of) {
  options_.warm_contexts = 4;
  std::size_t logins = 0;
  const auto made_ahead = [&] {
    const std::lock_guard lock(windows_mutex());
    return windows.sent.size() > logins;
  };
  for (; logins < 100 && !made_ahead(); ++logins) {
    ASSERT_EQ(login(), "alice");
    std::this_thread::sleep_for(milliseconds(20));
  }
  ASSERT_TRUE(made_ahead());
  purge(kAlices);
  windows.kdc = SEC_E_NO_CREDENTIALS;
  EXPECT_EQ(login(), "");
  EXPECT_EQ(status, NEGODBC_AUTH_E_NO_CREDENTIALS);
}

}  // namespace
}  // namespace negodbc::test
