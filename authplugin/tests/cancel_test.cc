// Steps that are cancelled, and steps that go on without the caller, on a platform that does as it
// is told.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "negotiate/deadline.h"
#include "negotiate/plan.h"
#include "negotiate/session_handle.h"
#include "tests/fake/fake_platform.h"
#include "tests/support/idle_helpers.h"

namespace negodbc::test {
namespace {

using auth::SessionHandle;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLong{60000};

// Its helpers outlast the tests.
FakePlatform& lasting_platform() {
  static auto* const made = [] {
    auto* platform = new FakePlatform;
    platform->process = 79;
    return platform;
  }();
  return *made;
}

class Cancel : public testing::Test {
 protected:
  Cancel() {
    const std::lock_guard lock(table_mutex());  // what was left behind may go on still
    table_script() = TableScript{};
  }
  ~Cancel() override {
    handle.reset();
    if (!opened_) gate_.set_value();
    wait_for_what_is_left_behind();
    // What it held is given back then.
    for (int i = 0; i < 500 && script.live() != 0; ++i)
      std::this_thread::sleep_for(milliseconds(10));
    EXPECT_EQ(script.live(), 0);
  }
  // It uses the script, and has perhaps not begun to.
  static void wait_for_what_is_left_behind() {
    wait_until_helpers_are_idle(lasting_platform().process, kLong);
  }
  static auth::SessionOptions options() {
    auth::SessionOptions made;
    made.service = "service";
    made.host = "host";
    made.context.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
    return made;
  }
  // Legs wait until open_gate().
  void close_gate() { script.gate = gate_.get_future().share(); }
  void open_gate() {
    opened_ = true;
    gate_.set_value();
  }
  static std::span<const std::byte> bytes_in(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
  }
  static std::string words(std::span<const std::byte> token) {
    return {reinterpret_cast<const char*>(token.data()), token.size()};
  }
  negodbc_auth_status start(milliseconds timeout = kLong, std::string_view input = {}) {
    return handle->start_step(bytes_in(input), timeout, {count, &notices}, &token);
  }
  static void count(void* counter) { ++*static_cast<std::atomic<int>*>(counter); }
  negodbc_auth_status finish() {
    negodbc_auth_status status = NEGODBC_AUTH_PENDING;
    const auto until = Clock::now() + kLong;
    while (status == NEGODBC_AUTH_PENDING && Clock::now() < until) {
      status = handle->finish_step(&token);
      if (status == NEGODBC_AUTH_PENDING) std::this_thread::sleep_for(milliseconds(1));
    }
    return status;
  }

  TableScript& script = table_script();
  std::atomic<int> notices{0};
  std::span<const std::byte> token;
  std::unique_ptr<SessionHandle> handle =
      std::make_unique<SessionHandle>(lasting_platform(), options());

 private:
  std::promise<void> gate_;
  bool opened_ = false;
};

TEST_F(Cancel, AStepOfAnotherThread) {
  close_gate();
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(30));
    handle->cancel();
  });
  const auto begin = Clock::now();
  EXPECT_EQ(handle->session()->step({}, kLong, &token), NEGODBC_AUTH_E_CANCELLED);
  EXPECT_LT(Clock::now() - begin, kLong / 4);
  canceller.join();
  EXPECT_EQ(handle->session()->diagnosis().status, NEGODBC_AUTH_E_CANCELLED);
  EXPECT_EQ(handle->session()->diagnosis().cause, auth::Cause::kCancelled);
  EXPECT_EQ(handle->session()->step({}, kLong, &token), NEGODBC_AUTH_E_STATE);
}

TEST_F(Cancel, TheNextCallWhereNoneRuns) {
  handle->cancel();
  const char* name = nullptr;
  EXPECT_EQ(handle->session()->principal(kLong, &name), NEGODBC_AUTH_E_CANCELLED);
  EXPECT_TRUE(script.events.empty()) << "nobody was asked";
}

TEST_F(Cancel, BetweenTwoLegs) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{}};
  ASSERT_EQ(handle->session()->step({}, kLong, &token), NEGODBC_AUTH_CONTINUE);
  handle->cancel();
  EXPECT_EQ(handle->session()->step(bytes_in("answer"), kLong, &token), NEGODBC_AUTH_E_CANCELLED);
}

TEST_F(Cancel, AnEstablishedSessionIsNotAffected) {
  ASSERT_EQ(handle->session()->step({}, kLong, &token), NEGODBC_AUTH_ESTABLISHED);
  handle->cancel();
  std::array<std::byte, 64> output{};
  std::size_t size = 0;
  EXPECT_EQ(handle->session()->protect(bytes_in("data"), output, &size), NEGODBC_AUTH_OK);
}

TEST_F(Cancel, ManyAtAnyTime) {
  for (int i = 0; i < 50; ++i) {
    auto one = std::make_unique<SessionHandle>(lasting_platform(), options());
    std::thread canceller([&] { one->cancel(); });
    const negodbc_auth_status status = one->session()->step({}, kLong, &token);
    canceller.join();
    EXPECT_TRUE(status == NEGODBC_AUTH_E_CANCELLED || status == NEGODBC_AUTH_ESTABLISHED) << status;
    one.reset();
    wait_for_what_is_left_behind();
  }
}

TEST_F(Cancel, TheWaitForAnothersTurn) {
  auth::CacheCounters counters;
  const auto plan = std::make_shared<auth::Plan>(
      lasting_platform(), std::make_shared<const auth::SessionOptions>(options()),
      auth::CredentialRequest{}, "", nullptr, nullptr, counters);
  const auth::Plan::Turn taken = auth::Plan::take_turn(plan, Clock::now() + kLong);
  ASSERT_TRUE(taken);
  auth::Stop stop(lasting_platform());
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.stop();
  });
  const auto begin = Clock::now();
  EXPECT_FALSE(auth::Plan::take_turn(plan, Clock::now() + kLong, &stop));
  EXPECT_LT(Clock::now() - begin, kLong / 4);
  canceller.join();
}

using StartedStep = Cancel;

TEST_F(StartedStep, ComesToItsResult) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"},
                 TableLeg{.token = "last"}};
  close_gate();
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(handle->session(), nullptr) << "a helper has it";
  EXPECT_EQ(handle->finish_step(&token), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(notices, 0);
  open_gate();
  EXPECT_EQ(finish(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(words(token), "first");
  EXPECT_EQ(handle->finish_step(&token), NEGODBC_AUTH_E_STATE);
  ASSERT_NE(handle->session(), nullptr);
  ASSERT_EQ(start(kLong, "answer"), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(finish(), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_EQ(words(token), "last");
  EXPECT_EQ(script.calls.back().input.front().second, "answer");
  EXPECT_NE(handle->session()->established(), nullptr);
}

TEST_F(StartedStep, TellsOnceThatItHasOne) {
  close_gate();
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  open_gate();
  for (int i = 0; i < 5000 && notices == 0; ++i) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(notices, 1);
  EXPECT_EQ(handle->finish_step(&token), NEGODBC_AUTH_ESTABLISHED) << "and has one then";
  handle->cancel();
  EXPECT_EQ(notices, 1);
}

TEST_F(StartedStep, RunsOutOfTime) {
  close_gate();
  ASSERT_EQ(start(milliseconds(20)), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(finish(), NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(notices, 0) << "who waits keeps the time";
  ASSERT_NE(handle->session(), nullptr);
  EXPECT_EQ(handle->session()->diagnosis().status, NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(handle->session()->diagnosis().target, "service/host");
  EXPECT_EQ(handle->session()->step({}, kLong, &token), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(start(), NEGODBC_AUTH_E_STATE);
  open_gate();
}

TEST_F(StartedStep, WithoutTimeFailsAtOnce) {
  EXPECT_EQ(start(milliseconds(0)), NEGODBC_AUTH_E_TIMED_OUT);
}

TEST_F(StartedStep, IsCancelled) {
  close_gate();
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  std::thread([&] { handle->cancel(); }).join();
  EXPECT_EQ(notices, 1) << "who waits is woken";
  EXPECT_EQ(handle->finish_step(&token), NEGODBC_AUTH_E_CANCELLED);
  EXPECT_EQ(handle->session()->diagnosis().status, NEGODBC_AUTH_E_CANCELLED);
  handle->cancel();
  open_gate();
}

TEST_F(StartedStep, IsLeftBehindByClose) {
  close_gate();
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  const auto begin = Clock::now();
  handle.reset();
  EXPECT_LT(Clock::now() - begin, kLong / 4);
  open_gate();
  wait_for_what_is_left_behind();
  EXPECT_EQ(notices, 0) << "not behind close()";
}

// The notice is called with the locks of the step and of its session held: a fork in its midst
// finds them so. Under the thread sanitizer the child has no threads to begin with.
TEST_F(StartedStep, AChildIsNotHeldUpByItsParentsLocks) {
  close_gate();
  struct Notice {
    std::promise<void> came;
    std::promise<void> goes_on;
  } notice;
  const auto wait = [](void* data) {
    auto& of = *static_cast<Notice*>(data);
    of.came.set_value();
    of.goes_on.get_future().wait();
  };
  ASSERT_EQ(handle->start_step({}, kLong, {wait, &notice}, &token), NEGODBC_AUTH_PENDING);
  std::thread canceller([&] { handle->cancel(); });
  notice.came.get_future().wait();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    lasting_platform().process = 80;
    handle->cancel();
    const negodbc_auth_status status = handle->finish_step(&token);
    const bool told = status == NEGODBC_AUTH_E_TIMED_OUT && token.empty() &&
                      handle->session()->diagnosis().cause == auth::Cause::kParents;
    handle.reset();
    ::_exit(told ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "it hangs";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  notice.goes_on.set_value();
  canceller.join();
  EXPECT_EQ(handle->finish_step(&token), NEGODBC_AUTH_E_CANCELLED) << "the parent's own";
  open_gate();
}

// Its token would be sent by both.
TEST_F(StartedStep, AChildDoesNotGetWhatItsParentsHasComeTo) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "first"}, TableLeg{}};
  close_gate();
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  open_gate();
  for (int i = 0; i < 5000 && notices == 0; ++i) std::this_thread::sleep_for(milliseconds(1));
  ASSERT_EQ(notices, 1) << "it is done";
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    lasting_platform().process = 80;
    const bool told = finish() == NEGODBC_AUTH_E_TIMED_OUT && token.empty() &&
                      handle->session()->diagnosis().cause == auth::Cause::kParents &&
                      handle->session()->step({}, kLong, &token) == NEGODBC_AUTH_E_STATE;
    handle.reset();
    ::_exit(told ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(finish(), NEGODBC_AUTH_CONTINUE);
  EXPECT_EQ(words(token), "first");
}

TEST_F(StartedStep, AnExceptionIsTold) {
  script.throws = true;
  ASSERT_EQ(start(), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(finish(), NEGODBC_AUTH_E_MEMORY);
  script.throws = false;
  EXPECT_EQ(handle->session()->diagnosis().status, NEGODBC_AUTH_E_MEMORY);
}

// Helpers that wait for helpers would use them all up.
TEST_F(StartedStep, AsManyAsThereAreHelpers) {
  script.legs = {TableLeg{.status = SEC_E_LOGON_DENIED}};
  close_gate();
  std::vector<std::unique_ptr<SessionHandle>> many;
  for (std::size_t i = 0; i < auth::kMaxHelpers + 10; ++i) {
    many.push_back(std::make_unique<SessionHandle>(lasting_platform(), options()));
    ASSERT_EQ(many.back()->start_step({}, kLong, {}, &token), NEGODBC_AUTH_PENDING);
  }
  // Those that wait for a helper leave it to others when nobody needs them any more.
  many.pop_back();
  open_gate();
  for (const auto& one : many) {
    handle = std::make_unique<SessionHandle>(lasting_platform(), options());
    negodbc_auth_status status = NEGODBC_AUTH_PENDING;
    while (status == NEGODBC_AUTH_PENDING) {
      status = one->finish_step(&token);
      std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_EQ(status, NEGODBC_AUTH_E_LOGON_DENIED);
  }
}

TEST_F(StartedStep, CountsOnce) {
  const auth::Counters before = auth::counters();
  close_gate();
  ASSERT_EQ(start(milliseconds(10)), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(finish(), NEGODBC_AUTH_E_TIMED_OUT);
  open_gate();
  handle.reset();
  wait_for_what_is_left_behind();
  const auth::Counters after = auth::counters();
  EXPECT_EQ(after.sessions_opened, before.sessions_opened);
  EXPECT_EQ(after.sessions_failed, before.sessions_failed + 1);
  EXPECT_EQ(after.sessions_established, before.sessions_established);
  EXPECT_EQ(after.steps_timed_out, before.steps_timed_out + 1);
}

// What the peer begins with goes with the first leg.
TEST_F(StartedStep, AfterWhatThePeerHasBegunWith) {
  ASSERT_EQ(start(kLong, "hello"), NEGODBC_AUTH_PENDING);
  EXPECT_EQ(finish(), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_TRUE(script.calls[0].first);
  ASSERT_EQ(script.calls[0].input.size(), 1u);
  EXPECT_EQ(script.calls[0].input[0].second, "hello");
}

}  // namespace
}  // namespace negodbc::test
