// Deadlines, helper threads, fork; the session's states over them.
#include "negotiate/deadline.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "negotiate/session.h"
#include "tests/fake/fake_platform.h"
#include "tests/fake/no_threads.h"

namespace negodbc::test {
namespace {

using auth::run_later;
using auth::run_with_deadline;
using std::chrono::milliseconds;

// The pool of helpers refers to the platform, so it lives as long as the process.
FakePlatform& platform() {
  static auto* const made = new FakePlatform;
  return *made;
}

TEST(Deadline, WorkDoneInTimeIsSeen) {
  int result = 0;
  EXPECT_TRUE(run_with_deadline(platform(), milliseconds(5000), [&] { result = 42; }));
  EXPECT_EQ(result, 42);
}

TEST(Deadline, TheWorkRunsOnAnotherThread) {
  std::thread::id where;
  ASSERT_TRUE(run_with_deadline(platform(), milliseconds(5000),
                                [&] { where = std::this_thread::get_id(); }));
  EXPECT_NE(where, std::this_thread::get_id());
}

// Threads of which each has ids of its own; the process's are 0.
class ManyIdentities final : public FakePlatform {
 public:
  auth::ThreadIdentity thread_identity() const override { return {{t_user}}; }
  bool is_of_process(const auth::ThreadIdentity& identity) const override {
    return identity.value[0] == 0;
  }
  static thread_local std::uint64_t t_user;
};
thread_local std::uint64_t ManyIdentities::t_user = 0;

TEST(Deadline, AThreadOfOtherIdsHasAHelperOfItsOwn) {
  static auto* const many = new ManyIdentities;  // as platform()
  thread_local bool t_used = false;
  const auto was_used = [] { return std::exchange(t_used, true); };
  const auto later = [&] {
    std::promise<bool> told;
    auto used = told.get_future();
    const auto work = run_later(*many, [&] { told.set_value(was_used()); });
    return used.get();
  };
  const auto now = [&] {
    bool used = false;
    EXPECT_TRUE(run_with_deadline(*many, milliseconds(5000), [&] { used = was_used(); }));
    return used;
  };
  now();
  EXPECT_TRUE(now()) << "one that is kept";
  std::thread([&] {
    ManyIdentities::t_user = 1;
    for (int i = 0; i < 3; ++i) {
      EXPECT_FALSE(now());
      EXPECT_FALSE(later());
    }
  }).join();
  EXPECT_TRUE(now());
  EXPECT_TRUE(later());
}

// What libraries keep for a thread is of the time when they were first used there.
class ChangingTimes final : public FakePlatform {
 public:
  std::uint64_t era(const auth::ThreadIdentity&) const override { return now; }
  std::atomic<std::uint64_t> now{1};
};

TEST(Deadline, AHelperOfThePastDoesNoWorkOfToday) {
  static auto* const changing = new ChangingTimes;  // as platform()
  changing->process = 79;
  const auto keeps = [] {
    thread_local std::uint64_t t_kept = 0;  // as a library would
    if (t_kept == 0) t_kept = changing->now;
    return t_kept;
  };
  const auto kept = [&] {
    std::uint64_t told = 0;
    EXPECT_TRUE(run_with_deadline(*changing, milliseconds(5000), [&] { told = keeps(); }));
    return told;
  };
  EXPECT_EQ(kept(), 1u);
  changing->now = 2;
  EXPECT_EQ(kept(), 2u);
  EXPECT_EQ(kept(), 2u);
  // Also where the work itself finds out.
  std::uint64_t inside = 0;
  EXPECT_TRUE(run_with_deadline(*changing, milliseconds(5000), [&] {
    EXPECT_EQ(keeps(), 2u);
    changing->now = 3;
    EXPECT_TRUE(run_with_deadline(*changing, milliseconds(5000), [&] { inside = keeps(); }));
  }));
  EXPECT_EQ(inside, 3u);
}

TEST(Deadline, WhatWaitsForAHelperGetsOneOfItsTime) {
  static auto* const changing = new ChangingTimes;
  changing->process = 80;
  auto gate = std::make_shared<std::promise<void>>();
  auto open = gate->get_future().share();
  for (std::size_t i = 0; i < auth::kMaxHelpers; ++i) {
    EXPECT_FALSE(run_with_deadline(*changing, milliseconds(1), [open] { open.wait(); }));
  }
  changing->now = 2;
  std::thread opener([gate] {
    std::this_thread::sleep_for(milliseconds(50));
    gate->set_value();
  });
  const int before = changing->helpers;
  EXPECT_TRUE(run_with_deadline(*changing, milliseconds(20000), [] {}));
  EXPECT_GT(changing->helpers, before);
  opener.join();
}

TEST(Deadline, AHelperIsUsedAgain) {
  std::thread::id first;
  std::thread::id second;
  ASSERT_TRUE(run_with_deadline(platform(), milliseconds(5000),
                                [&] { first = std::this_thread::get_id(); }));
  ASSERT_TRUE(run_with_deadline(platform(), milliseconds(5000),
                                [&] { second = std::this_thread::get_id(); }));
  EXPECT_EQ(first, second);
}

TEST(Deadline, NoTimeStartsNothing) {
  std::atomic<bool> ran{false};
  EXPECT_FALSE(run_with_deadline(platform(), milliseconds(0), [&] { ran = true; }));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_FALSE(ran);
}

TEST(Deadline, WorkThatHangsIsAbandonedAndCleansUpLater) {
  struct State {
    std::promise<void> go;
    std::atomic<bool> finished{false};
  };
  auto state = std::make_shared<State>();
  const std::weak_ptr<State> watched = state;
  auto gate = state->go.get_future().share();
  EXPECT_FALSE(run_with_deadline(platform(), milliseconds(50), [state, gate] {
    gate.wait();
    state->finished = true;
  }));
  state->go.set_value();
  state.reset();
  for (int i = 0; i < 500 && !watched.expired(); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_TRUE(watched.expired()) << "what the work owned ends with it";
}

TEST(Deadline, AnExceptionComesOut) {
  EXPECT_THROW(
      run_with_deadline(platform(), milliseconds(5000), [] { throw std::runtime_error("x"); }),
      std::runtime_error);
}

TEST(Deadline, ManyThreadsAtOnce) {
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  threads.reserve(32);
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(run_with_deadline(platform(), milliseconds(60000), [&] { ++sum; }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 32 * 50);
}

// Without threads, work waits for a helper that is busy; without a helper, that is told at once.
TEST(Deadline, WithoutThreadsThereIsAnErrorOrAWait) {
  auto& alone = *new FakePlatform;  // its helpers outlast the test
  alone.process = 77;               // a pool of its own
  g_no_threads = true;
  EXPECT_THROW(run_with_deadline(alone, milliseconds(5000), [] {}), std::system_error);
  g_no_threads = false;
  EXPECT_TRUE(run_with_deadline(alone, milliseconds(5000), [] {})) << "and it passes";
  auto gate = std::make_shared<std::promise<void>>();
  auto open = gate->get_future().share();
  EXPECT_FALSE(run_with_deadline(alone, milliseconds(20), [open] { open.wait(); }));
  g_no_threads = true;
  auto ran = std::make_shared<std::atomic<bool>>(false);
  EXPECT_FALSE(run_with_deadline(alone, milliseconds(20), [ran] { *ran = true; }));
  EXPECT_EQ(ran.use_count(), 1) << "what was given up before it began has ended";
  std::thread opener;
  g_no_threads = false;
  opener = std::thread([gate] {
    std::this_thread::sleep_for(milliseconds(50));
    gate->set_value();
  });
  g_no_threads = true;
  EXPECT_TRUE(run_with_deadline(alone, milliseconds(20000), [ran] { *ran = true; }));
  g_no_threads = false;
  opener.join();
  EXPECT_TRUE(*ran);
}

TEST(Deadline, CallsThatHangDoNotCostAThreadEach) {
  static auto* const hanging = new FakePlatform;  // its helpers outlast the test
  hanging->process = 78;
  auto gate = std::make_shared<std::promise<void>>();
  auto open = gate->get_future().share();
  constexpr int kCalls = static_cast<int>(auth::kMaxHelpers) + 30;
  for (int i = 0; i < kCalls; ++i) {
    EXPECT_FALSE(run_with_deadline(*hanging, milliseconds(1), [open] { open.wait(); }));
  }
  EXPECT_LE(hanging->helpers, static_cast<int>(auth::kMaxHelpers));
  gate->set_value();
  EXPECT_TRUE(run_with_deadline(*hanging, milliseconds(20000), [] {}));
}

TEST(Deadline, AChildAfterForkStartsItsOwnHelpers) {
  ASSERT_TRUE(run_with_deadline(platform(), milliseconds(5000), [] {}));
  const pid_t child = ::fork();
  if (child == 0) {
    // The parent's helpers do not exist here.
    platform().process = 2;
    bool ran = false;
    const bool in_time = run_with_deadline(platform(), milliseconds(5000), [&] { ran = true; });
    ::_exit(in_time && ran ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(run_with_deadline(platform(), milliseconds(5000), [] {}));
}

class SessionStates : public testing::Test {
 protected:
  SessionStates() {
    const std::lock_guard lock(table_mutex());  // what was left behind may go on still
    table_script() = TableScript{};
  }
  static auth::SessionOptions options() {
    auth::SessionOptions made;
    made.service = "service";
    made.host = "host";
    made.context.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
    return made;
  }
  static negodbc_auth_status step(auth::Session& session, milliseconds timeout,
                                  std::string_view input = {}) {
    std::span<const std::byte> token;
    return session.step({reinterpret_cast<const std::byte*>(input.data()), input.size()}, timeout,
                        &token);
  }
  TableScript& script = table_script();
};

TEST_F(SessionStates, ATimeOutFailsTheSessionAndTheContextIsDeletedLater) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{}};
  std::promise<void> go;
  {
    auth::Session session(platform(), options());
    ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_CONTINUE);
    script.gate = go.get_future().share();
    EXPECT_EQ(step(session, milliseconds(20), "answer"), NEGODBC_AUTH_E_TIMED_OUT);
    EXPECT_EQ(step(session, milliseconds(5000), "answer"), NEGODBC_AUTH_E_STATE);
    EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_TIMED_OUT);
    EXPECT_NE(session.diagnosis().hint, "");
  }
  // Closing did not wait either. The helper goes on and gives all back; its work is over when the
  // next call on it is.
  go.set_value();
  std::this_thread::sleep_for(milliseconds(300));
  ASSERT_TRUE(run_with_deadline(platform(), milliseconds(5000), [] {}));
  EXPECT_EQ(script.live(), 0);
}

TEST_F(SessionStates, AfterAnExceptionTheSessionIsOverAndItsRecordSaysSo) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{}};
  auth::Session session(platform(), options());
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_CONTINUE);
  script.throws = true;
  EXPECT_THROW(step(session, milliseconds(5000), "answer"), std::bad_alloc);
  script.throws = false;
  session.break_off(NEGODBC_AUTH_E_MEMORY, SEC_E_INSUFFICIENT_MEMORY,
                    "out of memory");  // as the ABI
  EXPECT_EQ(step(session, milliseconds(5000), "answer"), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_MEMORY);
  EXPECT_EQ(session.status_text(), "SEC_E_INSUFFICIENT_MEMORY");
}

TEST_F(SessionStates, ALegAfterAnExceptionFails) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{}};
  auth::Session session(platform(), options());
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_CONTINUE);
  script.throws = true;
  EXPECT_THROW(step(session, milliseconds(5000), "answer"), std::bad_alloc);
  script.throws = false;
  EXPECT_EQ(step(session, milliseconds(5000), "answer"), NEGODBC_AUTH_E_INTERNAL);
}

TEST_F(SessionStates, TheHostIsCanonicalisedWhenAsked) {
  auth::SessionOptions asked = options();
  asked.canonicalize = auth::Canonicalize::kForward;
  asked.realm = "REALM";
  auth::Session session(platform(), asked);
  EXPECT_EQ(session.diagnosis().target, "service/host@REALM");
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_EQ(script.calls[0].target, "service/canonical.host@REALM");
  EXPECT_EQ(session.diagnosis().target, "service/canonical.host@REALM");
}

TEST_F(SessionStates, AWholeTargetIsTakenAsItIs) {
  auth::SessionOptions asked = options();
  asked.whole_target = true;
  asked.context.target = "other/name@X";
  asked.canonicalize = auth::Canonicalize::kForwardReverse;
  auth::Session session(platform(), asked);
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_EQ(script.calls[0].target, "other/name@X");
}

TEST_F(SessionStates, CompletionIsTheEndOfStepping) {
  auth::Session session(platform(), options());
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_ESTABLISHED);
  ASSERT_NE(session.established(), nullptr);
  EXPECT_EQ(step(session, milliseconds(5000), "more"), NEGODBC_AUTH_E_STATE);
  EXPECT_NE(session.established(), nullptr) << "the context can still be used";
}

TEST_F(SessionStates, AnAlteredMessageEndsTheSession) {
  auth::Session session(platform(), options());
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_ESTABLISHED);
  script.decrypt_status = SEC_E_MESSAGE_ALTERED;
  std::vector<std::byte> memory(64);
  std::size_t size = 0;
  EXPECT_EQ(session.unprotect(memory, memory, &size), NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(session.protect({}, memory, &size), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_F(SessionStates, TheRecordTellsLegsFlagsAndTheChosenPackage) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{.token = "u"}};
  auth::Session session(platform(), options());
  ASSERT_EQ(step(session, milliseconds(5000)), NEGODBC_AUTH_CONTINUE);
  ASSERT_EQ(step(session, milliseconds(5000), "a"), NEGODBC_AUTH_ESTABLISHED);
  const auth::Diagnosis& told = session.diagnosis();
  EXPECT_EQ(told.legs, 2u);
  EXPECT_EQ(told.flags_asked, NEGODBC_AUTH_FLAG_MUTUAL);
  EXPECT_NE(told.flags_granted & NEGODBC_AUTH_FLAG_CONFIDENTIALITY, 0u);
  EXPECT_EQ(told.package_chosen, "Kerberos");
  EXPECT_NE(session.json().find("\"established\":true"), std::string::npos) << session.json();
}

}  // namespace
}  // namespace negodbc::test
