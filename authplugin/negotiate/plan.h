// What sessions with the same options share: the options themselves, where their credential comes
// from, the target as it was resolved, first legs made ahead.
//
// A plan is ready when a first leg with it needs nobody's answer: the credential's source is
// unchanged, there is a ticket for the target, both live long enough, and the name was resolved
// within its time to live. The first session of a plan makes it ready; others wait for it instead
// of asking the same.
#ifndef NEGODBC_NEGOTIATE_PLAN_H_
#define NEGODBC_NEGOTIATE_PLAN_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "negotiate/credential_store.h"
#include "negotiate/initiator.h"
#include "negotiate/session_options.h"
#include "negotiate/target_cache.h"
#include "negotiate/warm_contexts.h"

namespace negodbc::auth {

class Plan {
 public:
  using Ptr = std::shared_ptr<Plan>;
  using Clock = std::chrono::steady_clock;
  // A first leg's failure is remembered as long as that of a credential.
  static constexpr auto kFailureLife = CredentialSource::kFailureLife;

  // `source` NULL: nothing is kept. `targets` NULL: likewise for names.
  Plan(const SecurityPlatform& platform, SessionOptions options, CredentialSource::Ptr source,
       TargetCache* targets, CacheCounters& counters);

  const SecurityPlatform& platform() const { return platform_; }
  const SessionOptions& options() const { return options_; }
  const CredentialSource::Ptr& source() const { return source_; }

  // All that a first leg needs; `generation` 0: not ready.
  struct Ready {
    std::uint64_t generation = 0;
    std::shared_ptr<const ContextRequest> request;
  };
  Ready ready();

  // Whether legs of a ready plan may run on the caller's thread.
  bool never_waits() const { return never_waits_; }

  // The request with the target composed of the options, its host canonical. May wait for DNS.
  std::shared_ptr<const ContextRequest> find_request();

  // After a first leg with the master of `generation`: the ticket it used is there from now on.
  void learn(std::uint64_t generation, const Credential& master,
             const std::shared_ptr<const ContextRequest>& used);
  // After a handshake of a plan that could not be made ready so: the names of its context.
  void learn(std::uint64_t generation, const Credential& master, const std::string& target,
             std::int64_t expires_at);

  // One session at a time makes the plan ready. True: the caller is to do it, and to call
  // end_first() whatever comes of it. False: the plan is ready, or there is a failure to report, or
  // the time ran out.
  bool begin_first(Clock::time_point deadline);
  void end_first();
  void remember_failure(const Failure& failure);
  std::optional<Failure> known_failure();

  WarmContexts& warm() { return warm_; }

 private:
  bool ready_locked(std::int64_t now, Clock::time_point at) const;
  void learn_ticket(std::uint64_t generation, const Ticket& ticket);

  const SecurityPlatform& platform_;
  const SessionOptions options_;
  const CredentialSource::Ptr source_;
  TargetCache* const targets_;
  CacheCounters& counters_;
  const bool never_waits_;
  WarmContexts warm_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool first_running_ = false;
  std::shared_ptr<const ContextRequest> request_;  // with the resolved target
  std::uint64_t generation_ = 0;                   // of the master that has the ticket
  std::int64_t ticket_expires_at_ = 0;
  Clock::time_point learned_at_{};
  std::optional<Failure> failure_;
  std::uint64_t failure_generation_ = 0;
  Clock::time_point failure_until_{};
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_PLAN_H_
