#include "negotiate/deadline.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "negotiate/log.h"

namespace negodbc::auth {
namespace {

constexpr std::size_t kMaxIdleHelpers = 16;
constexpr std::chrono::seconds kIdleLife{30};

struct Call {
  std::function<void()> work;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr error;

  void run() {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
    work = nullptr;  // what it owns ends here, on the helper
  }
  void tell() {
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  }
};

struct Helper {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Call> call;
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

// What a helper does next: the call that has waited longest, or it is idle; false: it is not
// needed.
bool go_on(Pool& pool, const std::shared_ptr<Helper>& helper) {
  const std::lock_guard lock(pool.mutex);
  if (!pool.waiting.empty()) {
    const std::lock_guard helper_lock(helper->mutex);
    helper->call = std::move(pool.waiting.front());
    pool.waiting.pop_front();
    return true;
  }
  if (pool.idle.size() >= kMaxIdleHelpers) {
    --pool.helpers;
    return false;
  }
  pool.idle.push_back(helper);
  return true;
}

thread_local bool t_is_helper = false;

void serve(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Helper>& helper) {
  t_is_helper = true;
  platform.prepare_helper_thread();
  std::shared_ptr<Call> call;
  while (wait_for_call(pool, helper, call)) {
    call->run();
    // Idle before the caller hears of the end, so that its next call finds this helper.
    const bool kept = go_on(pool, helper);
    call->tell();
    call.reset();
    if (!kept) return;
  }
}

// Without a thread for it the call waits for one that is busy; where there is none, that is told.
void start_helper(const SecurityPlatform& platform, Pool& pool, const std::shared_ptr<Call>& call) {
  try {
    auto helper = std::make_shared<Helper>();
    helper->call = call;
    std::thread([&platform, &pool, helper] { serve(platform, pool, helper); }).detach();
  } catch (const std::exception&) {
    const std::lock_guard lock(pool.mutex);
    if (--pool.helpers == 0) throw;
    pool.waiting.push_back(call);
  }
}

void hand_over(const SecurityPlatform& platform, const std::shared_ptr<Call>& call) {
  Pool& pool = pool_of_process(platform.process_id());
  std::shared_ptr<Helper> helper;
  bool all_busy = false;
  {
    const std::lock_guard lock(pool.mutex);
    if (!pool.idle.empty()) {
      helper = std::move(pool.idle.back());
      pool.idle.pop_back();
    } else if (pool.helpers >= kMaxHelpers) {
      pool.waiting.push_back(call);
      all_busy = true;
    } else {
      ++pool.helpers;
    }
  }
  if (all_busy) {
    log(LogLevel::kDebug, "all helper threads are busy: a call waits for one");
    return;
  }
  if (helper == nullptr) {
    start_helper(platform, pool, call);
    return;
  }
  {
    const std::lock_guard lock(helper->mutex);
    helper->call = call;
  }
  helper->changed.notify_one();
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
    work();
    return true;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  auto call = std::make_shared<Call>();
  call->work = std::move(work);
  const Stop::Watch watch(stop, call->mutex, call->changed);
  hand_over(platform, call);
  {
    std::unique_lock lock(call->mutex);
    call->changed.wait_until(lock, deadline, [&] { return call->done || stopped(); });
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

LaterWork run_later(const SecurityPlatform& platform, std::function<void()> work) {
  auto call = std::make_shared<Call>();
  call->work = std::move(work);
  hand_over(platform, call);
  LaterWork later;
  later.call_ = std::move(call);
  return later;
}

void LaterWork::take_back(const SecurityPlatform& platform) {
  if (call_ != nullptr) auth::take_back(platform, std::static_pointer_cast<Call>(call_));
  call_.reset();
}

}  // namespace negodbc::auth
