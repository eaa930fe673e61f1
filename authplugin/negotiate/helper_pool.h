// What deadline.cc is made of: a piece of work that was handed over, a thread that does such, and
// those of one process.
#ifndef NEGODBC_NEGOTIATE_HELPER_POOL_H_
#define NEGODBC_NEGOTIATE_HELPER_POOL_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "negotiate/deadline.h"
#include "negotiate/security_platform.h"

namespace negodbc::auth::helper_pool {

// How often retire_helpers() was called.
extern std::atomic<std::uint64_t> g_retirements;

enum class Waiter : std::uint8_t { kCaller, kNobody };  // for the call's end

struct Call {
  Call(const SecurityPlatform& of, std::function<void()> what, HelperAge age, Waiter who)
      : platform(of),
        work(std::move(what)),
        waiter(who),
        identity(of.thread_identity()),
        surroundings(of.surroundings()),
        needs_new_thread(age == HelperAge::kNew),
        role(of.thread_role(identity)),
        era(of.era(identity)) {}
  const SecurityPlatform& platform;
  std::function<void()> work;
  const Waiter waiter;
  const ThreadIdentity identity;  // of who has it done
  const Surroundings surroundings;
  const bool needs_new_thread;                   // of the caller's making
  const std::shared_ptr<const ThreadRole> role;  // what a helper has to take on for it
  const std::uint64_t era;  // a helper of another one must not do it; 0: any may
  const std::uint64_t came_after = g_retirements.load();  // likewise one that came before it
  std::mutex mutex;
  std::condition_variable changed;
  bool taken = false;    // by a helper that had been idle
  bool refused = false;  // by one of another identity, or that sees other surroundings
  bool done = false;
  std::exception_ptr error;

  bool is_of_this_thread() const {
    return platform.thread_identity() == identity && platform.has_surroundings(surroundings);
  }
  void run();  // on the helper, where what the work owns ends, too
  void tell(bool Call::*what);
};

struct Helper {
  explicit Helper(std::uint64_t retirements) : came_after(retirements) {}
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Call> call;
  bool offered = false;  // the call: it may be refused
  // Of the first call that had one: what libraries keep for this thread is of then. Written under
  // the lock, while it is not idle.
  std::uint64_t era = 0;
  const std::uint64_t came_after;  // it, or the helper that has made it

  bool is_retired() const { return came_after != g_retirements.load(); }
  bool is_retired_for(const Call& what) const { return came_after < what.came_after; }
  bool is_of_era(const Call& what) const { return era == 0 || what.era == 0 || era == what.era; }
  void take(std::shared_ptr<Call> what, bool may_be_refused) {
    if (era == 0) era = what->era;
    call = std::move(what);
    offered = may_be_refused;
  }
};

using Calls = std::list<std::shared_ptr<Call>>;

// The helpers of one process.
struct Pool {
  Pool(std::uint64_t owner, const Pool* parents) : process(owner), parent(parents) {}
  const std::uint64_t process;
  const Pool* const parent;  // not looked at: what looks for leaks still finds it
  std::mutex mutex;
  std::vector<std::shared_ptr<Helper>> helpers;  // busy and idle
  std::vector<std::shared_ptr<Helper>> idle;
  Calls waiting;  // for a helper to be free

  // All with the lock held.
  std::size_t busy() const { return helpers.size() - idle.size(); }
  // Whether one that is busy may do the call when it is free. Those that are idle have refused it,
  // or are of the past.
  bool is_hopeful(const Call& call) const;
  // Where its caller waits, one that becomes free makes place for another.
  bool may_wait(const Call& call) const {
    return call.waiter == Waiter::kCaller ? busy() != 0 : is_hopeful(call);
  }
  // Those that wait for nobody, as nobody waits for them who could make a helper.
  Calls take_hopeless();
};

// They end without having begun. Not with a lock held: what they own may tell somebody.
void drop(const Calls& calls);
// Those of the pool.
void drop_hopeless(Pool& pool);

// Never freed: helpers may outlive main(). In a child after fork the parent's pool may be locked
// and its threads do not exist, so the child leaves it alone and makes its own.
Pool& pool_of_process(std::uint64_t process);

}  // namespace negodbc::auth::helper_pool

#endif  // NEGODBC_NEGOTIATE_HELPER_POOL_H_
