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
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "negotiate/credential_store.h"
#include "negotiate/plan.h"
#include "negotiate/target_cache.h"
#include "negotiate/warm_filler.h"

namespace negodbc::auth {

// The plans of one set of options, one for each identity that has logged in with them.
class PlanSet {
 public:
  using Ptr = std::shared_ptr<PlanSet>;
  static constexpr std::size_t kMaxIdentities = 8;

  explicit PlanSet(SessionOptions options)
      : options_(std::make_shared<const SessionOptions>(std::move(options))) {}

  const std::shared_ptr<const SessionOptions>& options() const { return options_; }
  // NULL: none yet.
  Plan::Ptr find(std::string_view identity);
  // Drops all.
  void forget();
  // Keeps it, unless another thread has made one of its identity meanwhile; the one that is kept.
  // The least recently used one goes.
  Plan::Ptr add(Plan::Ptr plan);

 private:
  const std::shared_ptr<const SessionOptions> options_;
  std::mutex mutex_;
  std::vector<Plan::Ptr> plans_;  // the most recently used first
};

class Caches {
 public:
  static constexpr std::size_t kMaxPlans = 256;  // sets of them

  // `inherited`: a parent's, of which nothing is used.
  explicit Caches(const SecurityPlatform& platform, const Caches* inherited = nullptr);

  // The plans of these options; a set of its own where nothing may be kept.
  PlanSet::Ptr plans(const negodbc_auth_options& options,
                     std::shared_ptr<void> native_owner = nullptr);
  // The one of this identity, made when there is none; without a source where nothing may be kept.
  Plan::Ptr plan(const PlanSet::Ptr& plans, const Identity& identity);
  // A session has used a leg of the plan's, or would have.
  void refill(const Plan::Ptr& plan) { filler_->wake(plan); }

  // Forgets what is kept of the source of credentials that these options name, or of all (NULL).
  // Sessions in use keep what they have.
  void forget(const negodbc_auth_options* options);

  // Ends the thread that makes legs ahead; what was made is dropped.
  void stop();

  std::uint64_t process() const { return process_; }
  const SecurityPlatform& platform() const { return platform_; }

 private:
  struct Slot {
    SecretBytes key;
    PlanSet::Ptr plans;
    std::uint64_t used = 0;
  };
  PlanSet::Ptr make_room_locked();  // what had to go, to be released without the lock

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

// A plan that is not kept, for one session.
Plan::Ptr make_plan(const SecurityPlatform& platform, std::shared_ptr<const SessionOptions> options,
                    const Identity& identity, TargetCache* targets);

// The caches of this process on the system's platform. Never freed.
Caches& system_caches();

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CACHES_H_
