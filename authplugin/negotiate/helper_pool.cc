#include "negotiate/helper_pool.h"

#include <algorithm>
#include <system_error>

#include "negotiate/log.h"

namespace negodbc::auth::helper_pool {
namespace {

std::atomic<Pool*> g_pool{nullptr};

}  // namespace

std::atomic<std::uint64_t> g_retirements{0};

void Call::run() {
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
  work = nullptr;
}

void Call::tell(bool Call::*what) {
  const std::lock_guard lock(mutex);
  this->*what = true;
  changed.notify_all();
}

bool Pool::is_hopeful(const Call& call) const {
  return std::any_of(helpers.begin(), helpers.end(), [&](const std::shared_ptr<Helper>& helper) {
    return !helper->is_retired_for(call) &&
           std::find(idle.begin(), idle.end(), helper) == idle.end();
  });
}

Calls Pool::take_hopeless() {
  Calls taken;
  for (auto at = waiting.begin(); at != waiting.end();) {
    const auto call = at++;
    if ((*call)->waiter == Waiter::kNobody && !is_hopeful(**call)) {
      taken.splice(taken.end(), waiting, call);
    }
  }
  return taken;
}

void drop(const Calls& calls) {
  for (const std::shared_ptr<Call>& call : calls) {
    log(LogLevel::kDebug, "a call that was to go on by itself has no helper thread to do it");
    call->work = nullptr;
  }
}

void drop_hopeless(Pool& pool) {
  Calls hopeless;
  {
    const std::lock_guard lock(pool.mutex);
    hopeless = pool.take_hopeless();
  }
  drop(hopeless);
}

Pool& pool_of_process(std::uint64_t process) {
  Pool* current = g_pool.load(std::memory_order_acquire);
  while (current == nullptr || current->process != process) {
    auto fresh = std::make_unique<Pool>(process, current);
    if (g_pool.compare_exchange_strong(current, fresh.get(), std::memory_order_acq_rel)) {
      return *fresh.release();
    }
  }
  return *current;
}

}  // namespace negodbc::auth::helper_pool
