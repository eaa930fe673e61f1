// Calls that do not return in time, or never: whom they hold up, and what is told of them; what a
// record tells of a login that the peer has refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "negotiate/caches.h"
#include "negotiate/deadline.h"
#include "negotiate/right.h"
#include "negotiate/session.h"
#include "tests/fake/fake_platform.h"

namespace negodbc::test {
namespace {

using auth::Cause;
using std::chrono::milliseconds;

// Where a call hangs until it is let go.
class Gate {
 public:
  // The next one to come hangs.
  void close() { closed_ = true; }
  void open() { go_.set_value(); }
  void pass() {
    if (closed_.exchange(false)) opened_.wait();
  }

 private:
  std::promise<void> go_;
  const std::shared_future<void> opened_ = go_.get_future().share();
  std::atomic<bool> closed_{false};
};

class HangingPlatform final : public FakePlatform {
 public:
  bool caches_credentials() const override { return true; }
  auth::SourceLook look(const auth::CredentialRequest&) const override {
    source.pass();
    return {.stamp = {}, .quick = true};
  }
  std::optional<auth::SourceStamp> quick_stamp(const auth::CredentialRequest&) const override {
    return auth::SourceStamp{};
  }
  std::optional<std::string> canonical_host(const std::string& host,
                                            auth::Canonicalize) const override {
    dns.pass();
    return host;
  }
  milliseconds patience() const override { return milliseconds(100); }

  mutable Gate source;
  mutable Gate dns;
};

// A platform with its caches, for as long as helpers may use them.
struct World {
  HangingPlatform platform;
  auth::Caches caches{platform};
};

class Hang : public testing::Test {
 protected:
  Hang() {
    table_script() = TableScript{};
    script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"}};
    options.size = sizeof(options);
    options.service = "service";
    options.host = "host";
    options.credential_cache = "FILE:/c";
  }
  struct Told {
    negodbc_auth_status status = 0;
    std::string cause;
    std::string hint;
  };
  Told first_step(World& world, milliseconds timeout) const {
    auth::Session session(world.caches, options);
    std::span<const std::byte> token;
    Told told;
    told.status = session.step({}, timeout, &token);
    told.cause = auth::cause_name(session.diagnosis().cause);
    told.hint = session.diagnosis().hint;
    return told;
  }
  // Contexts that have ended so far.
  static long ended() {
    const std::lock_guard lock(table_mutex());
    const auto& events = table_script().events;
    return std::count(events.begin(), events.end(), std::string("delete"));
  }
  // Until what was left behind has come to its end, on its helper.
  static void settle(const World& world, long before) {
    for (int i = 0; i < 1000 && ended() == before; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_GT(ended(), before);
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_TRUE(auth::run_with_deadline(world.platform, milliseconds(20000), [] {}));
  }

  TableScript& script = table_script();
  negodbc_auth_options options{};
};

TEST_F(Hang, A_fetch_that_does_not_return_holds_its_source_for_a_while_only) {
  static auto* const world = new World;
  world->platform.source.close();
  const Told told = first_step(*world, milliseconds(50));
  EXPECT_EQ(told.status, NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(told.cause, "source_silent");
  EXPECT_NE(told.hint.find("FILE:/c"), std::string::npos) << told.hint;
  EXPECT_EQ(first_step(*world, milliseconds(20)).status, NEGODBC_AUTH_E_TIMED_OUT)
      << "it may come soon";
  EXPECT_EQ(first_step(*world, milliseconds(20000)).status, NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(first_step(*world, milliseconds(2000)).status, NEGODBC_AUTH_CONTINUE);
  // What comes late is nobody's.
  const long before = ended();
  world->platform.source.open();
  settle(*world, before);
  EXPECT_EQ(first_step(*world, milliseconds(20000)).status, NEGODBC_AUTH_CONTINUE);
}

TEST_F(Hang, A_first_leg_that_does_not_return_holds_its_target_for_a_while_only) {
  static auto* const world = new World;
  options.canonicalize = NEGODBC_AUTH_CANONICALIZE_FORWARD;
  world->platform.dns.close();
  const Told told = first_step(*world, milliseconds(50));
  EXPECT_EQ(told.status, NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(told.cause, "dns_silent");
  const Told waits = first_step(*world, milliseconds(20));
  EXPECT_EQ(waits.status, NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(waits.cause, "dns_silent") << "as the one that it has waited for";
  EXPECT_EQ(first_step(*world, milliseconds(20000)).status, NEGODBC_AUTH_CONTINUE);
  const long before = ended();
  world->platform.dns.open();
  settle(*world, before);
}

TEST_F(Hang, A_time_out_blames_nobody_else_than_whom_it_has_waited_for) {
  static auto* const world = new World;
  EXPECT_EQ(first_step(*world, milliseconds(0)).cause, "no_time");
  std::promise<void> go;
  script.gate = go.get_future().share();
  const Told told = first_step(*world, milliseconds(50));
  EXPECT_EQ(told.status, NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(told.cause, "kdc_silent");
  const long before = ended();
  go.set_value();
  settle(*world, before);
}

TEST(Right, Goes_to_the_next_one_when_its_holder_takes_too_long) {
  auth::Right right(milliseconds(100));
  const auto start = auth::Right::Clock::now();
  ASSERT_TRUE(right.is_free(start));
  const auto first = right.take(start);
  EXPECT_FALSE(right.is_free(start + milliseconds(99)));
  ASSERT_TRUE(right.is_free(start + milliseconds(100)));
  const auto second = right.take(start + milliseconds(100));
  EXPECT_FALSE(right.is_held_by(first));
  EXPECT_TRUE(right.is_held_by(second));
  EXPECT_FALSE(right.is_free(start + milliseconds(299))) << "twice as long";
  right.give_back(first);
  EXPECT_TRUE(right.is_held_by(second));
  right.give_back(second);
  EXPECT_TRUE(right.is_free(start));
  right.take(start);
  EXPECT_TRUE(right.is_free(start + milliseconds(100))) << "as at first";
}

TEST_F(Hang, A_login_that_the_peer_has_refused_is_no_success_in_the_record) {
  static auto* const world = new World;
  for (const bool established : {true, false}) {
    script.legs = {
        TableLeg{.status = established ? SEC_E_OK : SEC_I_CONTINUE_NEEDED, .token = "t"}};
    auth::Session session(world->caches, options);
    std::span<const std::byte> token;
    ASSERT_GE(session.step({}, milliseconds(5000), &token), 0);
    EXPECT_NE(session.json().find("\"outcome\":\"not_told\""), std::string::npos);
    session.login_ended(NEGODBC_AUTH_LOGIN_REFUSED, "no\nrole \"bob\"");
    EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_LOGON_DENIED);
    EXPECT_EQ(session.status_text(), "SEC_E_LOGON_DENIED");
    EXPECT_EQ(session.diagnosis().text, "no role \"bob\"");
    EXPECT_EQ(session.diagnosis().cause, established ? Cause::kUserRefused : Cause::kPeerRefused);
    EXPECT_NE(session.diagnosis().hint, "");
    EXPECT_NE(session.json().find("\"outcome\":\"refused\""), std::string::npos) << session.json();
    EXPECT_EQ(session.diagnosis().established, established);
    session.login_ended(NEGODBC_AUTH_LOGIN_ACCEPTED, "");
    EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_OK);
    EXPECT_EQ(session.status_text(), "SEC_E_OK");
  }
}

TEST_F(Hang, What_the_library_has_said_stands_whatever_the_peer_says) {
  static auto* const world = new World;
  script.legs = {TableLeg{.status = SEC_E_TARGET_UNKNOWN}};
  auth::Session session(world->caches, options);
  std::span<const std::byte> token;
  ASSERT_EQ(session.step({}, milliseconds(5000), &token), NEGODBC_AUTH_E_TARGET_UNKNOWN);
  session.login_ended(NEGODBC_AUTH_LOGIN_REFUSED, "no");
  EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_TARGET_UNKNOWN);
  EXPECT_EQ(session.diagnosis().peer_words, "no");
}

}  // namespace
}  // namespace negodbc::test
