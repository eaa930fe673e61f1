#include "negotiate/deadline.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "negotiate/log.h"
#include "negotiate/unjoined_thread.h"

namespace negodbc::auth {
namespace {

constexpr std::size_t kMaxIdleHelpers = 16;
constexpr std::chrono::seconds kIdleLife{30};

struct Call {
  Call(const SecurityPlatform& of, std::function<void()> what)
      : platform(of),
        work(std::move(what)),
        identity(of.thread_identity()),
        surroundings(of.surroundings()),
        needs_new_thread(of.needs_new_thread()),
        role(of.thread_role(identity)),
        era(of.era(identity)) {}
  const SecurityPlatform& platform;
  std::function<void()> work;
  const ThreadIdentity identity;  // of who has it done
  const Surroundings surroundings;
  const bool needs_new_thread;                   // of the caller's making
  const std::shared_ptr<const ThreadRole> role;  // what a helper has to take on for it
  const std::uint64_t era;  // a helper of another one must not do it; 0: any may
  std::mutex mutex;
  std::condition_variable changed;
  bool taken = false;    // by a helper that had been idle
  bool refused = false;  // by one of another identity, or that sees other surroundings
  bool done = false;
  bool tells_taken = false;  // somebody waits for that
  std::exception_ptr error;

  bool is_of_this_thread() const {
    return platform.thread_identity() == identity && platform.has_surroundings(surroundings);
  }
  void run() {
    try {
      if (role != nullptr) {
        role->take_on();
        // What is not its work's is nobody's.
        if (!is_of_this_thread()) {
          throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
        }
      }
      work();
    } catch (...) {
      error = std::current_exception();
    }
    work = nullptr;  // what it owns ends here, on the helper
  }
  void tell(bool Call::*what) {
    const std::lock_guard lock(mutex);
    this->*what = true;
    changed.notify_all();
  }
};

std::atomic<std::uint64_t> g_retirements{0};

struct Helper {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Call> call;
  bool offered = false;  // the call: it may be refused
  // Of the first call that had one: what libraries keep for this thread is of then. Written under
  // the lock, while it is not idle.
  std::uint64_t era = 0;
  const std::uint64_t came_after = g_retirements.load();

  bool is_retired() const { return came_after != g_retirements.load(); }
  bool may_do(const Call& what) const { return era == 0 || what.era == 0 || era == what.era; }
  void take(std::shared_ptr<Call> what, bool may_be_refused) {
    if (era == 0) era = what->era;
    call = std::move(what);
    offered = may_be_refused;
  }
};

// The helpers of one process.
struct Pool {
  explicit Pool(std::uint64_t owner) : process(owner) {}
  const std::uint64_t process;
  std::mutex mutex;
  std::size_t helpers = 0;  // busy and idle
  std::vector<std::shared_ptr<Helper>> idle;
  std::deque<std::shared_ptr<Call>> waiting;  // for a helper to be free
};

std::atomic<Pool*> g_pool{nullptr};

// Never freed: helpers may outlive main(). In a child after fork the parent's pool may be locked
// and its threads do not exist, so the child leaves it alone and makes its own.
Pool& pool_of_process(std::uint64_t process) {
  Pool* current = g_pool.load(std::memory_order_acquire);
  while (current == nullptr || current->process != process) {
    auto fresh = std::make_unique<Pool>(process);
    if (g_pool.compare_exchange_strong(current, fresh.get(), std::memory_order_acq_rel)) {
      return *fresh.release();
    }
  }
  return *current;
}

// True while `helper` is to live on.
bool wait_for_call(Pool& pool, const std::shared_ptr<Helper>& helper, std::shared_ptr<Call>& call) {
  std::unique_lock lock(helper->mutex);
  helper->changed.wait_for(lock, kIdleLife, [&] { return helper->call != nullptr; });
  if (helper->call == nullptr) {
    lock.unlock();
    const std::lock_guard pool_lock(pool.mutex);
    const std::size_t before = pool.idle.size();
    std::erase(pool.idle, helper);
    if (pool.idle.size() != before) {
      --pool.helpers;
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

// A helper with this call; throws where there is no thread or no memory.
void begin_helper(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Call>& call) {
  auto helper = std::make_shared<Helper>();
  helper->take(call, false);
  run_unjoined([&platform, &pool, helper] { serve(platform, pool, helper); });
}

// What a helper does next: the call that it can do and that has waited longest, or it is idle;
// false: it is not needed, or another one takes its place.
bool go_on(Pool& pool, const std::shared_ptr<Helper>& helper) {
  const std::lock_guard lock(pool.mutex);
  const bool retired = helper->is_retired();
  const auto next = std::find_if(
      pool.waiting.begin(), pool.waiting.end(),
      [&](const std::shared_ptr<Call>& call) { return !retired && call->is_of_this_thread(); });
  if (next != pool.waiting.end()) {
    const std::shared_ptr<Call> call = std::move(*next);
    pool.waiting.erase(next);
    const std::lock_guard helper_lock(helper->mutex);
    if (!helper->may_do(*call)) {
      try {
        begin_helper(call->platform, pool, call);
        return false;
      } catch (const std::exception&) {
        // No thread for it: with what is kept here it may still do.
      }
    }
    helper->take(call, false);
    return true;
  }
  // Those that wait are the process's, which has become another one: each makes its own helper.
  const auto asks_anew =
      std::find_if(pool.waiting.begin(), pool.waiting.end(),
                   [](const std::shared_ptr<Call>& call) { return !call->tells_taken; });
  if (asks_anew != pool.waiting.end()) {
    const std::shared_ptr<Call> call = std::move(*asks_anew);
    pool.waiting.erase(asks_anew);
    --pool.helpers;
    call->tell(&Call::refused);
    return false;
  }
  if (retired || pool.idle.size() >= kMaxIdleHelpers) {
    --pool.helpers;
    return false;
  }
  pool.idle.push_back(helper);
  return true;
}

void serve(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Helper>& helper) {
  t_is_helper = true;
  platform.prepare_helper_thread();
  std::shared_ptr<Call> call;
  while (wait_for_call(pool, helper, call)) {
    const bool refused = helper->offered && !call->is_of_this_thread();
    if (!refused) {
      if (helper->offered && call->tells_taken) call->tell(&Call::taken);
      t_era = helper->era;
      call->run();
      // Where it was not known before: the work has found it out.
      if (t_era == 0) t_era = call->platform.era(call->identity);
      const std::lock_guard lock(helper->mutex);
      helper->era = t_era;
    }
    // Idle before the caller hears of the end, so that its next call finds this helper.
    const bool kept = go_on(pool, helper);
    call->tell(refused ? &Call::refused : &Call::done);
    call.reset();
    if (!kept) return;
  }
}

// Without a thread for it the call waits for one that is busy; where there is none, that is told.
void start_helper(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Call>& call) {
  try {
    begin_helper(platform, pool, call);
  } catch (const std::exception&) {
    const std::lock_guard lock(pool.mutex);
    // Those that are idle have refused it, or are of the past.
    if (--pool.helpers == pool.idle.size()) throw;
    pool.waiting.push_back(call);
  }
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
  {
    const std::lock_guard lock(pool.mutex);
    // One that is idle by now has refused the call, or has become so in this moment.
    if (pool.helpers - pool.idle.size() < kMaxHelpers) {
      ++pool.helpers;
    } else {
      pool.waiting.push_back(call);
      log(LogLevel::kDebug, "all helper threads are busy: a call waits for one");
      return;
    }
  }
  start_helper(platform, pool, call);
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
                                      return !idle->is_retired() && idle->may_do(*call);
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
  const std::lock_guard lock(pool.mutex);
  std::erase(pool.waiting, call);
}

}  // namespace

bool run_with_deadline(const SecurityPlatform& platform, std::chrono::milliseconds timeout,
                       std::function<void()> work, Stop* stop) {
  const auto stopped = [stop] { return stop != nullptr && stop->stopped(); };
  if (timeout.count() <= 0 || stopped()) return false;
  if (t_is_helper) {
    run_inside(platform, work);
    return true;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  auto call = std::make_shared<Call>(platform, std::move(work));
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
  ++g_retirements;
}

LaterWork run_later(const SecurityPlatform& platform, std::function<void()> work) {
  auto call = std::make_shared<Call>(platform, std::move(work));
  call->tells_taken = true;
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
