// All that is kept from one session for the next, in one process: plans, credentials, names, legs
// made ahead, and the thread that makes these.
//
// A child after fork has none of it and starts anew: a leg made ahead must not be sent twice, and
// its parent's locks may have been held.
#ifndef NEGODBC_NEGOTIATE_CACHES_H_
#define NEGODBC_NEGOTIATE_CACHES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "negotiate/credential_store.h"
#include "negotiate/plan.h"
#include "negotiate/target_cache.h"
#include "negotiate/warm_filler.h"

namespace negodbc::auth {

class Caches {
 public:
  static constexpr std::size_t kMaxPlans = 256;

  // `inherited`: a parent's, of which nothing is used.
  explicit Caches(const SecurityPlatform& platform, const Caches* inherited = nullptr);

  // The plan of these options, made when there is none; a plan of its own where nothing may be
  // kept.
  Plan::Ptr plan(const negodbc_auth_options& options);
  // A session has used a leg of the plan's, or would have.
  void refill(const Plan::Ptr& plan) { filler_->wake(plan); }

  // Ends the thread that makes legs ahead; what was made is dropped.
  void stop();

  std::uint64_t process() const { return process_; }

 private:
  struct Slot {
    SecretBytes key;
    Plan::Ptr plan;
    std::uint64_t used = 0;
  };
  Plan::Ptr make_room_locked();  // what had to go, to be released without the lock

  const SecurityPlatform& platform_;
  const std::uint64_t process_;
  [[maybe_unused]] const Caches* const inherited_;
  CacheCounters& counters_;
  CredentialStore credentials_;
  TargetCache targets_;
  std::shared_ptr<WarmFiller> filler_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Slot> plans_;  // by the hash of the key
  std::uint64_t uses_ = 0;
};

// The caches of this process on the system's platform. Never freed.
Caches& system_caches();

CacheCounters& cache_counters();

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CACHES_H_
