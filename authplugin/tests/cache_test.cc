// The rules of the caches, on a platform that does as it is told: when a credential is used again,
// when it is taken anew, what is remembered of a failure, which first legs made ahead are of use.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "negotiate/caches.h"
#include "negotiate/session.h"
#include "tests/fake/fake_platform.h"

namespace negodbc::test {
namespace {

using auth::Caches;
using auth::CredentialRequest;
using auth::CredentialSource;
using std::chrono::milliseconds;

// As FakePlatform, with sources that change, tickets and copies.
class CachingPlatform final : public FakePlatform {
 public:
  bool caches_credentials() const override { return true; }
  bool may_wait_with_ticket() const override { return false; }
  std::optional<auth::Identity> identity_now(const CredentialRequest&) const override {
    if (!quick_identity) return std::nullopt;
    auth::Identity now;
    now.key = identity;
    return now;
  }
  auth::Identity find_identity(const CredentialRequest&) const override {
    ++slow_identities;
    auth::Identity now;
    now.key = identity;
    return now;
  }
  std::optional<auth::SourceStamp> quick_stamp(const CredentialRequest&) const override {
    return quick ? std::optional(stamp) : std::nullopt;
  }
  auth::SourceLook look(const CredentialRequest&) const override {
    ++slow_looks;
    return {.stamp = stamp, .quick = quick};
  }
  SECURITY_STATUS copy_credential(const CredHandle& from, CredHandle& to) const override {
    ++copies;
    ++table_script().credentials;
    to = from;
    return SEC_E_OK;
  }
  SECURITY_STATUS copy_without_ticket(const CredHandle& from, const std::string& target,
                                      CredHandle& to) const override {
    dropped.push_back(target);
    ++table_script().credentials;
    to = from;
    return SEC_E_OK;
  }
  std::optional<auth::Ticket> find_ticket(const CredentialRequest&, const CredHandle&,
                                          const std::string&) const override {
    return ticket;
  }

  bool quick = true;
  bool quick_identity = true;
  const char* identity = "somebody";
  auth::SourceStamp stamp;
  std::optional<auth::Ticket> ticket = auth::Ticket{"service/host@REALM", 0};
  mutable int slow_looks = 0;
  mutable int slow_identities = 0;
  mutable int copies = 0;
  mutable std::vector<std::string> dropped;
};

class Cache : public testing::Test {
 protected:
  Cache() {
    table_script() = TableScript{};
    // Every login has two legs.
    script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"}};
    options_.size = sizeof(options_);
    options_.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
    options_.service = "service";
    options_.host = "host";
    options_.warm_contexts = NEGODBC_AUTH_OFF;
  }
  // The status of the first step.
  negodbc_auth_status first_step(const negodbc_auth_options& options) {
    auth::Session session(caches, options);
    std::span<const std::byte> token;
    return session.step({}, milliseconds(5000), &token);
  }
  negodbc_auth_status first_step() { return first_step(options_); }
  int acquired() const {
    return static_cast<int>(
        std::count(script.events.begin(), script.events.end(), std::string("acquire")));
  }

  CachingPlatform platform;
  TableScript& script = table_script();
  Caches caches{platform};
  negodbc_auth_options options_{};
};

TEST_F(Cache, A_credential_is_used_again) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 1);
  EXPECT_EQ(script.calls[0].target, "service/host");
  EXPECT_EQ(script.calls[1].target, "service/host@REALM") << "as the ticket says";
}

TEST_F(Cache, A_source_that_has_changed_is_read_anew) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  platform.stamp.value[0] = 1;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, A_source_that_vanished_fails) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  platform.stamp.value[0] = 1;
  script.acquire_status = SEC_E_NO_CREDENTIALS;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_NO_CREDENTIALS);
}

TEST_F(Cache, A_source_that_is_dear_to_look_at_is_looked_at_for_each_login) {
  platform.quick = false;
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  const int looks = platform.slow_looks;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(platform.slow_looks, looks + 1);
  EXPECT_EQ(acquired(), 1);
  platform.stamp.value[2] = 5;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, Another_identity_is_another_credential) {
  for (int i = 0; i < 2; ++i) {
    platform.identity = "alice";
    EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
    platform.identity = "bob";
    EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  }
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, The_identity_is_that_of_the_login_not_of_open) {
  platform.identity = "alice";
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  auth::Session session(caches, options_);
  platform.identity = "bob";
  std::span<const std::byte> token;
  EXPECT_EQ(session.step({}, milliseconds(5000), &token), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, What_cannot_be_told_without_waiting_is_asked_on_a_helper) {
  platform.quick_identity = false;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(platform.slow_identities, 3);
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, A_failure_is_remembered_as_long_as_the_source_stays_as_it_is) {
  script.acquire_status = SEC_E_NO_CREDENTIALS;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_EQ(acquired(), 1) << "the second was answered from memory";
  script.acquire_status = SEC_E_OK;
  platform.stamp.value[1] = 1;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE) << "kinit is noticed at once";
}

TEST_F(Cache, A_failure_is_remembered_briefly) {
  script.acquire_status = SEC_E_NO_CREDENTIALS;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_NO_CREDENTIALS);
  script.acquire_status = SEC_E_OK;
  std::this_thread::sleep_for(CredentialSource::kFailureLife);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
}

TEST_F(Cache, A_target_that_the_KDC_does_not_know_is_not_asked_for_again_at_once) {
  script.legs = {TableLeg{.status = SEC_E_TARGET_UNKNOWN}};
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_TARGET_UNKNOWN);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_E_TARGET_UNKNOWN);
  EXPECT_EQ(script.calls.size(), 1u);
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}};
  std::this_thread::sleep_for(auth::Plan::kFailureLife);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
}

TEST_F(Cache, Too_little_life_is_not_used) {
  platform.facts.expires_at = auth::unix_now_s() + 100;
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  negodbc_auth_options asks_more = options_;
  asks_more.min_lifetime_s = 1000;
  EXPECT_EQ(first_step(asks_more), NEGODBC_AUTH_E_EXPIRED);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
}

TEST_F(Cache, A_service_ticket_that_ends_soon_is_not_relied_on) {
  platform.ticket->expires_at = auth::unix_now_s() + 5;  // less than the margin of 15 s
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(script.calls[1].target, "service/host") << "the library is left to fetch another";
}

TEST_F(Cache, Different_sources_never_share) {
  negodbc_auth_options alice = options_;
  alice.principal = "alice";
  alice.password = "secret";
  negodbc_auth_options wrong = alice;
  wrong.password = "Secret";
  negodbc_auth_options cache = options_;
  cache.credential_cache = "FILE:/a";
  negodbc_auth_options other = options_;
  other.credential_cache = "FILE:/b";
  negodbc_auth_options kerberos = options_;
  kerberos.package = "Kerberos";
  int expected = 0;
  for (const negodbc_auth_options& each : {options_, alice, wrong, cache, other, kerberos}) {
    EXPECT_EQ(first_step(each), NEGODBC_AUTH_CONTINUE);
    EXPECT_EQ(acquired(), ++expected);
  }
  for (const negodbc_auth_options& each : {options_, alice, wrong, cache, other, kerberos}) {
    EXPECT_EQ(first_step(each), NEGODBC_AUTH_CONTINUE);
  }
  EXPECT_EQ(acquired(), expected);
}

TEST_F(Cache, Targets_share_a_credential) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  negodbc_auth_options other = options_;
  other.host = "elsewhere";
  EXPECT_EQ(first_step(other), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, A_credential_handed_over_is_not_kept) {
  int native = 0;
  options_.native_credential = &native;
  options_.library = "mit";
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, Off_nothing_is_kept) {
  options_.credential_copies = NEGODBC_AUTH_OFF;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
  EXPECT_EQ(script.live(), 0);
}

TEST_F(Cache, A_ready_plan_that_fails_is_made_anew) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);  // the first one had no answer: another ticket
  script.legs = {TableLeg{.status = SEC_E_NO_CREDENTIALS},
                 TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}};
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE) << "the user sees nothing";
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, A_child_process_takes_nothing_of_its_parents) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  platform.process = 2;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
}

TEST_F(Cache, A_refused_ticket_is_fetched_anew_once_a_minute_at_most) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);  // and is closed without an answer
  EXPECT_EQ(platform.dropped.size(), 0u);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(platform.dropped, std::vector<std::string>{"service/host@REALM"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(platform.dropped.size(), 1u);
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, A_refused_ticket_is_used_again_when_no_other_is_to_be_had) {
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  script.legs = {TableLeg{.status = SEC_E_NO_AUTHENTICATING_AUTHORITY},
                 TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "old"}};
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(platform.dropped.size(), 1u);
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, A_handshake_that_ends_well_is_no_refusal) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"}, TableLeg{},
                 TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"}, TableLeg{}};
  for (int i = 0; i < 2; ++i) {
    auth::Session session(caches, options_);
    std::span<const std::byte> token;
    const std::string answer = "answer";
    ASSERT_EQ(session.step({}, milliseconds(5000), &token), NEGODBC_AUTH_CONTINUE);
    ASSERT_EQ(session.step({reinterpret_cast<const std::byte*>(answer.data()), answer.size()},
                           milliseconds(5000), &token),
              NEGODBC_AUTH_ESTABLISHED);
  }
  EXPECT_EQ(platform.dropped.size(), 0u);
}

TEST_F(Cache, What_is_forgotten_is_gone) {
  negodbc_auth_options alice = options_;
  alice.principal = "alice";
  alice.password = "secret";
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  ASSERT_EQ(first_step(alice), NEGODBC_AUTH_CONTINUE);
  ASSERT_GT(script.credentials, 0);
  const int both = script.credentials;
  caches.forget(&alice);
  EXPECT_LT(script.credentials, both);
  EXPECT_GT(script.credentials, 0) << "the other stays";
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 2);
  EXPECT_EQ(first_step(alice), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 3);
  caches.forget(nullptr);
  EXPECT_EQ(script.live(), 0);
}

TEST_F(Cache, A_name_that_could_not_be_resolved_is_asked_for_again) {
  options_.canonicalize = NEGODBC_AUTH_CANONICALIZE_FORWARD;
  platform.resolves = false;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(script.calls.back().target, "service/host");
  platform.resolves = true;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(script.calls.back().target, "service/canonical.host");
}

TEST_F(Cache, Without_names_kept_nobody_waits_for_anybodys_leg) {
  options_.target_life_s = NEGODBC_AUTH_OFF;
  ASSERT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  const int copies = platform.copies;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(acquired(), 1);
  EXPECT_GT(platform.copies, copies) << "with copies of threads, not with the one master";
}

// What is given up before it has begun must not shut out those who come after.
TEST_F(Cache, A_turn_ends_with_the_object) {
  const auto plans = caches.plans(options_);
  const auth::Plan::Ptr plan = caches.plan(plans, {});
  const auto soon = [] { return auth::Plan::Clock::now() + milliseconds(20); };
  {
    const auth::Plan::Turn first = auth::Plan::take_turn(plan, soon());
    EXPECT_TRUE(first);
    EXPECT_FALSE(auth::Plan::take_turn(plan, soon()));
  }
  EXPECT_TRUE(auth::Plan::take_turn(plan, soon()));
}

TEST_F(Cache, Delegation_asks_each_time) {
  options_.delegation = NEGODBC_AUTH_DELEGATE_FULL;
  options_.warm_contexts = 4;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(script.calls.size(), 4u) << "none was made ahead";
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, The_host_is_canonicalised_once) {
  options_.canonicalize = NEGODBC_AUTH_CANONICALIZE_FORWARD;
  platform.ticket = std::nullopt;  // so that each login composes its target
  const std::uint64_t before = auth::cache_counters().targets_reused.value();
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(script.calls[1].target, "service/canonical.host");
  EXPECT_EQ(auth::cache_counters().targets_reused.value(), before + 1);
  options_.target_life_s = NEGODBC_AUTH_OFF;
  EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(auth::cache_counters().targets_reused.value(), before + 1);
}

TEST_F(Cache, Plans_are_bounded) {
  for (int i = 0; i < static_cast<int>(Caches::kMaxPlans) + 20; ++i) {
    const std::string host = "host" + std::to_string(i);
    options_.host = host.c_str();
    EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  }
  EXPECT_EQ(acquired(), 1);
}

TEST_F(Cache, Sources_are_bounded) {
  for (int i = 0; i < 3 * static_cast<int>(auth::CredentialStore::kMaxSources); ++i) {
    const std::string cache = "FILE:/" + std::to_string(i);
    options_.credential_cache = cache.c_str();
    EXPECT_EQ(first_step(), NEGODBC_AUTH_CONTINUE);
  }
}

// First legs made ahead, as such.
class Warm : public Cache {
 protected:
  auth::Initiator::Continue leg() {
    auto acquired = auth::Credential::acquire(platform, CredentialRequest{}, 0);
    auth::Initiator::Step step =
        auth::Initiator(platform, std::get<auth::Credential::Ptr>(acquired), "Kerberos",
                        std::make_shared<const auth::ContextRequest>())
            .step({});
    return std::move(std::get<auth::Initiator::Continue>(step.result));
  }
  auth::CacheCounters counters;
  auth::WarmContexts::Origin origin{1, std::make_shared<const auth::ContextRequest>()};
};

TEST_F(Warm, Each_is_used_once) {
  auth::WarmContexts warm(4, counters);
  warm.put(leg(), origin);
  EXPECT_TRUE(warm.take(origin).has_value());
  EXPECT_FALSE(warm.take(origin).has_value());
  EXPECT_EQ(counters.warm_used.value(), 1u);
}

TEST_F(Warm, Of_another_credential_or_request_it_is_dropped) {
  auth::WarmContexts warm(4, counters);
  warm.put(leg(), origin);
  EXPECT_FALSE(warm.take({2, origin.request}).has_value());
  warm.put(leg(), origin);
  EXPECT_FALSE(warm.take({1, std::make_shared<const auth::ContextRequest>()}).has_value());
  EXPECT_EQ(counters.warm_dropped.value(), 2u);
  EXPECT_EQ(script.contexts, 0) << "the contexts have ended";
}

TEST_F(Warm, None_are_wanted_before_a_second_use) {
  auth::WarmContexts warm(2, counters);
  EXPECT_FALSE(warm.wants_more());
  static_cast<void>(warm.take(origin));
  EXPECT_FALSE(warm.wants_more());
  static_cast<void>(warm.take(origin));
  EXPECT_TRUE(warm.wants_more());
  warm.put(leg(), origin);
  warm.put(leg(), origin);
  EXPECT_FALSE(warm.wants_more()) << "two are enough";
  warm.drop_all();
  EXPECT_EQ(script.contexts, 0);
}

TEST_F(Warm, No_more_than_there_is_room_for) {
  auth::WarmContexts warm(auth::WarmContexts::kMost, counters);
  for (std::size_t i = 0; i < auth::WarmContexts::kMost + 3; ++i) warm.put(leg(), origin);
  std::size_t used = 0;
  while (warm.take(origin)) ++used;
  EXPECT_EQ(used, auth::WarmContexts::kMost);
}

TEST_F(Warm, Off_none_are_wanted) {
  auth::WarmContexts warm(0, counters);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(warm.take(origin).has_value());
  EXPECT_FALSE(warm.wants_more());
}

}  // namespace
}  // namespace negodbc::test
