// Work that waits for a helper which may not do it when it is free.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "negotiate/deadline.h"
#include "negotiate/session_handle.h"
#include "tests/fake/fake_platform.h"
#include "tests/fake/no_threads.h"

namespace negodbc::test {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kSoon{5000};

// Whose helper may be of another time than the process.
class ChangingPlace final : public FakePlatform {
 public:
  explicit ChangingPlace(std::uint64_t pool) { process = pool; }
  auth::Surroundings surroundings() const override { return {{place}, 0}; }
  bool has_surroundings(const auth::Surroundings& of) const override {
    thread_local std::uint64_t t_place = place;
    return of.value[0] == t_place;
  }
  bool are_of_process(const auth::Surroundings&) const override { return true; }
  std::atomic<std::uint64_t> place{1};
};

// The only helper of a pool, busy until it is let go; then there are no more threads.
class OneHelper {
 public:
  explicit OneHelper(const FakePlatform& platform) {
    const auto busy = std::make_shared<std::promise<void>>();
    work_ = auth::run_later(platform, [open = go_.get_future().share(), busy, &platform] {
      static_cast<void>(platform.has_surroundings({}));
      busy->set_value();
      open.wait();
    });
    busy->get_future().wait();
    g_no_threads = true;
  }
  ~OneHelper() {
    let_go();
    g_no_threads = false;
  }
  OneHelper(const OneHelper&) = delete;
  OneHelper& operator=(const OneHelper&) = delete;
  void let_go() {
    if (!std::exchange(gone_, true)) go_.set_value();
  }

 private:
  std::promise<void> go_;
  bool gone_ = false;
  auth::LaterWork work_;
};

// What a piece of work has come to: it was done, or it has ended without.
struct Piece {
  auth::LaterWork work;
  std::future<void> done;
  explicit Piece(const FakePlatform& platform) {
    auto told = std::make_shared<std::promise<void>>();
    done = told->get_future();
    work = auth::run_later(platform, [told] { told->set_value(); });
  }
};

TEST(DeadlineWaiting, WhatWasHandedOverBeforeHelpersWereRetiredIsDone) {
  static auto* const place = new ChangingPlace(301);  // the pool refers to it
  OneHelper helper(*place);
  Piece piece(*place);
  auth::retire_helpers();
  helper.let_go();
  ASSERT_EQ(piece.done.wait_for(kSoon), std::future_status::ready);
  EXPECT_NO_THROW(piece.done.get());
}

TEST(DeadlineWaiting, WhatIsHandedOverLaterDoesNotWaitForARetiredOne) {
  static auto* const place = new ChangingPlace(302);
  OneHelper helper(*place);
  auth::retire_helpers();
  EXPECT_THROW(Piece piece(*place), std::system_error);
  // A caller who waits himself makes one, as soon as there are threads.
  std::atomic<bool> ran{false};
  std::thread freed;
  g_no_threads = false;
  freed = std::thread([&] {
    std::this_thread::sleep_for(milliseconds(50));
    g_no_threads = false;
    helper.let_go();
  });
  g_no_threads = true;
  EXPECT_TRUE(auth::run_with_deadline(*place, kSoon, [&] { ran = true; }));
  freed.join();
  EXPECT_TRUE(ran);
}

TEST(DeadlineWaiting, WhatNobodyMayDoAnyMoreEnds) {
  static auto* const place = new ChangingPlace(303);
  OneHelper helper(*place);
  place->place = 2;
  Piece piece(*place);
  helper.let_go();
  ASSERT_EQ(piece.done.wait_for(kSoon), std::future_status::ready);
  EXPECT_THROW(piece.done.get(), std::future_error) << "it has ended, and was not done";
}

TEST(DeadlineWaiting, AStartedStepThatNobodyMayDoFailsAtOnce) {
  static auto* const place = new ChangingPlace(304);
  std::atomic<int> notices{0};
  auth::SessionOptions options;
  options.service = "service";
  options.host = "host";
  OneHelper helper(*place);
  place->place = 2;
  auth::SessionHandle session(*place, options);
  std::span<const std::byte> token;
  const auto count = [](void* counter) { ++*static_cast<std::atomic<int>*>(counter); };
  ASSERT_EQ(session.start_step({}, milliseconds(60000), {count, &notices}, &token),
            NEGODBC_AUTH_PENDING);
  helper.let_go();
  const auto begin = std::chrono::steady_clock::now();
  negodbc_auth_status status = NEGODBC_AUTH_PENDING;
  while (status == NEGODBC_AUTH_PENDING && std::chrono::steady_clock::now() - begin < kSoon) {
    std::this_thread::sleep_for(milliseconds(1));
    status = session.finish_step(&token);
  }
  EXPECT_EQ(status, NEGODBC_AUTH_E_INTERNAL);
  EXPECT_EQ(notices, 1) << "who waits is woken";
  ASSERT_NE(session.session(), nullptr);
  EXPECT_EQ(session.session()->diagnosis().text, "no more threads");
  EXPECT_EQ(session.session()->step({}, kSoon, &token), NEGODBC_AUTH_E_STATE);
}

}  // namespace
}  // namespace negodbc::test
