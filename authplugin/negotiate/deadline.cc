#include "negotiate/deadline.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "negotiate/helper_pool.h"
#include "negotiate/log.h"
#include "negotiate/unjoined_thread.h"

namespace negodbc::auth {
namespace {

using helper_pool::Call;
using helper_pool::Calls;
using helper_pool::drop;
using helper_pool::drop_hopeless;
using helper_pool::Helper;
using helper_pool::Pool;
using helper_pool::pool_of_process;
using helper_pool::Waiter;

constexpr std::size_t kMaxIdleHelpers = 16;
constexpr std::chrono::seconds kIdleLife{30};

// True while `helper` is to live on.
bool wait_for_call(Pool& pool, const std::shared_ptr<Helper>& helper, std::shared_ptr<Call>& call) {
  std::unique_lock lock(helper->mutex);
  helper->changed.wait_for(lock, kIdleLife, [&] { return helper->call != nullptr; });
  if (helper->call == nullptr) {
    lock.unlock();
    const std::lock_guard pool_lock(pool.mutex);
    if (std::erase(pool.idle, helper) != 0) {
      std::erase(pool.helpers, helper);
      return false;
    }
    // Taken from the pool in this moment: the call is on its way.
    lock.lock();
    helper->changed.wait(lock, [&] { return helper->call != nullptr; });
  }
  call = std::move(helper->call);
  return true;
}

thread_local bool t_is_helper = false;
thread_local std::uint64_t t_era = 0;  // of what libraries keep for this thread; 0: nothing yet

void serve(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Helper>& helper);

// A helper with this call, of the pool, whose lock is held; it is still to be started.
std::shared_ptr<Helper> add_helper(Pool& pool, const std::shared_ptr<Call>& call,
                                   std::uint64_t came_after) {
  auto helper = std::make_shared<Helper>(came_after);
  helper->take(call, false);
  pool.idle.reserve(kMaxIdleHelpers);  // when it is idle, nobody is there to be told of no memory
  pool.helpers.push_back(helper);
  return helper;
}

// Throws where there is no thread or no memory.
void start(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Helper>& helper) {
  run_unjoined([&platform, &pool, helper] { serve(platform, pool, helper); });
}

// The call is done by a helper of its era in this one's place, or, where there is no thread, by
// this one with what is kept here. False: this one is not needed. With the pool's lock held.
bool take_over(Pool& pool, const std::shared_ptr<Helper>& helper,
               const std::shared_ptr<Call>& call) {
  const std::lock_guard helper_lock(helper->mutex);
  if (!helper->is_of_era(*call)) {
    std::shared_ptr<Helper> other;
    try {
      other = add_helper(pool, call, helper->came_after);
      start(call->platform, pool, other);
      std::erase(pool.helpers, helper);
      return false;
    } catch (const std::exception&) {
      std::erase(pool.helpers, other);
    }
  }
  helper->take(call, false);
  return true;
}

// What a helper does next: the call that it can do and that has waited longest, or it is idle;
// false: it is not needed, or another one takes its place. `hopeless`: to be dropped.
bool go_on(Pool& pool, const std::shared_ptr<Helper>& helper, Calls& hopeless) {
  const std::lock_guard lock(pool.mutex);
  const auto next = std::find_if(
      pool.waiting.begin(), pool.waiting.end(), [&](const std::shared_ptr<Call>& call) {
        return !helper->is_retired_for(*call) && call->is_of_this_thread();
      });
  if (next != pool.waiting.end()) {
    const std::shared_ptr<Call> call = std::move(*next);
    pool.waiting.erase(next);
    return take_over(pool, helper, call);
  }
  // Those that wait are the process's, which has become another one: each makes its own helper.
  const auto asks_anew = std::find_if(
      pool.waiting.begin(), pool.waiting.end(),
      [](const std::shared_ptr<Call>& call) { return call->waiter == Waiter::kCaller; });
  if (asks_anew != pool.waiting.end()) {
    const std::shared_ptr<Call> call = std::move(*asks_anew);
    pool.waiting.erase(asks_anew);
    std::erase(pool.helpers, helper);
    call->tell(&Call::refused);
    return false;
  }
  const bool kept = !helper->is_retired() && pool.idle.size() < kMaxIdleHelpers;
  if (kept) {
    pool.idle.push_back(helper);
  } else {
    std::erase(pool.helpers, helper);
  }
  hopeless = pool.take_hopeless();
  return kept;
}

void serve(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Helper>& helper) {
  t_is_helper = true;
  platform.prepare_helper_thread();
  std::shared_ptr<Call> call;
  while (wait_for_call(pool, helper, call)) {
    const bool refused = helper->offered && !call->is_of_this_thread();
    if (!refused) {
      if (helper->offered && call->waiter == Waiter::kNobody) call->tell(&Call::taken);
      t_era = helper->era;
      call->run();
      // Where it was not known before: the work has found it out.
      if (t_era == 0) t_era = call->platform.era(call->identity);
      const std::lock_guard lock(helper->mutex);
      helper->era = t_era;
    }
    // Idle before the caller hears of the end, so that its next call finds this helper.
    Calls hopeless;
    const bool kept = go_on(pool, helper, hopeless);
    call->tell(refused ? &Call::refused : &Call::done);
    call.reset();
    drop(hopeless);
    if (!kept) return;
  }
}

// Without a thread for it the call waits for one that is busy; where there is none, that is told.
void start_or_wait(const SecurityPlatform& platform, Pool& pool,
                   const std::shared_ptr<Helper>& helper, const std::shared_ptr<Call>& call) {
  std::exception_ptr error;
  try {
    start(platform, pool, helper);
    return;
  } catch (const std::exception&) {
    error = std::current_exception();
  }
  Calls hopeless;
  bool waits = false;
  {
    const std::lock_guard lock(pool.mutex);
    std::erase(pool.helpers, helper);
    hopeless = pool.take_hopeless();
    waits = pool.may_wait(*call);
    if (waits) pool.waiting.push_back(call);
  }
  drop(hopeless);
  if (!waits) std::rethrow_exception(error);
}

// On a thread that this one makes, which is as it is; or the call waits for one that is busy. What
// is not as the process is ends with the call: nobody else may use it, and the process can't change
// its own identity while there is one.
void hand_to_new(const SecurityPlatform& platform, const std::shared_ptr<Call>& call) {
  if (call->needs_new_thread || !platform.is_of_process(call->identity) ||
      !platform.are_of_process(call->surroundings)) {
    run_unjoined([&platform, call] {
      t_is_helper = true;
      platform.prepare_helper_thread();
      platform.leave_surroundings();
      call->run();
      call->tell(&Call::done);
    });
    return;
  }
  Pool& pool = pool_of_process(platform.process_id());
  std::shared_ptr<Helper> helper;
  {
    const std::lock_guard lock(pool.mutex);
    // One that is idle by now has refused the call, or has become so in this moment.
    if (pool.busy() < kMaxHelpers) {
      helper = add_helper(pool, call, helper_pool::g_retirements.load());
    } else if (pool.may_wait(*call)) {
      pool.waiting.push_back(call);
      log(LogLevel::kDebug, "all helper threads are busy: a call waits for one");
      return;
    } else {
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    }
  }
  start_or_wait(platform, pool, helper, call);
}

// To a helper that is idle, if there is one. It may refuse the call, as what another thread is like
// can't be looked at: then, hand_to_new().
bool hand_to_idle(const SecurityPlatform& platform, const std::shared_ptr<Call>& call) {
  // A thread of its own takes that on, or has it.
  if (call->role != nullptr || call->needs_new_thread) return false;
  Pool& pool = pool_of_process(platform.process_id());
  std::shared_ptr<Helper> helper;
  {
    const std::lock_guard lock(pool.mutex);
    // The last one that was used; those of the past come to their end by themselves.
    const auto found = std::find_if(pool.idle.rbegin(), pool.idle.rend(),
                                    [&](const std::shared_ptr<Helper>& idle) {
                                      return !idle->is_retired_for(*call) && idle->is_of_era(*call);
                                    });
    if (found == pool.idle.rend()) return false;
    helper = std::move(*found);
    pool.idle.erase(std::next(found).base());
  }
  {
    const std::lock_guard lock(helper->mutex);
    helper->take(call, true);
  }
  helper->changed.notify_one();
  return true;
}

// Work of a helper's own work: here, unless it has found out in between that what is kept for this
// thread is of the past.
void run_inside(const SecurityPlatform& platform, const std::function<void()>& work) {
  const std::uint64_t era = platform.era(platform.thread_identity());
  if (t_era == 0) t_era = era;
  if (era == 0 || era == t_era) return work();
  std::exception_ptr error;
  std::thread([&] {
    t_is_helper = true;
    t_era = era;
    platform.prepare_helper_thread();
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
}

// A call that nobody waits for any more need not begin.
void take_back(const SecurityPlatform& platform, const std::shared_ptr<Call>& call) {
  Pool& pool = pool_of_process(platform.process_id());
  {
    const std::lock_guard lock(pool.mutex);
    std::erase(pool.waiting, call);
  }
  drop_hopeless(pool);
}

}  // namespace

bool run_with_deadline(const SecurityPlatform& platform, std::chrono::milliseconds timeout,
                       std::function<void()> work, Stop* stop, HelperAge age) {
  const auto stopped = [stop] { return stop != nullptr && stop->stopped(); };
  if (timeout.count() <= 0 || stopped()) return false;
  if (t_is_helper) {
    run_inside(platform, work);
    return true;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  auto call = std::make_shared<Call>(platform, std::move(work), age, Waiter::kCaller);
  const Stop::Watch watch(stop, call->mutex, call->changed);
  if (!hand_to_idle(platform, call)) hand_to_new(platform, call);
  {
    std::unique_lock lock(call->mutex);
    for (;;) {
      call->changed.wait_until(lock, deadline,
                               [&] { return call->done || call->refused || stopped(); });
      if (!call->refused || stopped()) break;
      call->refused = false;
      lock.unlock();
      hand_to_new(platform, call);
      drop_hopeless(pool_of_process(platform.process_id()));
      lock.lock();
    }
    if (!call->done) {
      lock.unlock();
      auth::take_back(platform, call);
      log(LogLevel::kDebug,
          stopped() ? "a call was cancelled" : "a call was left behind: no answer");
      return false;
    }
  }
  if (call->error) std::rethrow_exception(call->error);
  return true;
}

void retire_helpers() {
  ++helper_pool::g_retirements;
}

LaterWork run_later(const SecurityPlatform& platform, std::function<void()> work, HelperAge age) {
  auto call = std::make_shared<Call>(platform, std::move(work), age, Waiter::kNobody);
  bool given = hand_to_idle(platform, call);
  if (given) {
    std::unique_lock lock(call->mutex);
    call->changed.wait(lock, [&] { return call->taken || call->refused; });
    given = !call->refused;
  }
  if (!given) hand_to_new(platform, call);
  LaterWork later;
  later.call_ = std::move(call);
  return later;
}

void LaterWork::take_back(const SecurityPlatform& platform) {
  if (call_ != nullptr) auth::take_back(platform, std::static_pointer_cast<Call>(call_));
  call_.reset();
}

}  // namespace negodbc::auth
