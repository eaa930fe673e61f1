// What sessions with the same options and the same identity share: the options themselves, where
// their credential comes from, the target as it was resolved, first legs made ahead.
//
// A plan is ready when a first leg with it needs nobody's answer: there is a ticket for the target,
// the credential and the ticket live long enough, and the name was resolved within its time to
// live. Whether the credential's source is unchanged is asked before each use, and whether the
// ticket is there still, where it is not ours alone: one that is gone takes the credential with it.
// The first session of a plan fetches the ticket; others wait for it instead of asking the same.
// Once it has been fetched nobody waits for anybody, whatever else is missing.
#ifndef NEGODBC_NEGOTIATE_PLAN_H_
#define NEGODBC_NEGOTIATE_PLAN_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "negotiate/credential_store.h"
#include "negotiate/initiator.h"
#include "negotiate/right.h"
#include "negotiate/session_options.h"
#include "negotiate/stop.h"
#include "negotiate/target_cache.h"
#include "negotiate/wait.h"
#include "negotiate/warm_contexts.h"

namespace negodbc::auth {

class Plan {
 public:
  using Ptr = std::shared_ptr<Plan>;
  using Clock = std::chrono::steady_clock;
  // A first leg's failure is remembered as long as that of a credential.
  static constexpr auto kFailureLife = CredentialSource::kFailureLife;

  // `request`: of the options, with its identity. `source` NULL: nothing is kept. `targets` NULL:
  // likewise for names.
  Plan(const SecurityPlatform& platform, std::shared_ptr<const SessionOptions> options,
       CredentialRequest request, std::string_view identity, CredentialSource::Ptr source,
       TargetCache* targets, CacheCounters& counters);

  const SecurityPlatform& platform() const { return platform_; }
  const SessionOptions& options() const { return *options_; }
  const CredentialRequest& credential_request() const { return credential_request_; }
  const PooledText& identity() const { return identity_; }
  const CredentialSource::Ptr& source() const { return source_; }

  // All that a first leg needs; `generation` 0: not ready.
  struct Ready {
    std::uint64_t generation = 0;
    std::shared_ptr<const ContextRequest> request;
    bool here = false;      // the leg may run on the caller's thread
    bool may_wait = false;  // for a KDC, after all: the ticket is about to end
  };
  // With the source looked at, where that needs no waiting.
  Ready ready();
  // With a credential of this generation.
  Ready ready_with(std::uint64_t generation);
  // A first leg has gone through with it: its ticket need not be fetched.
  bool served(std::uint64_t generation);

  // What was learned with this generation was wrong.
  void forget(std::uint64_t generation);

  // Whether legs of a ready plan ask nobody.
  bool never_waits() const { return never_waits_; }

  // The request with the target composed of the options, its host canonical. May wait for DNS.
  struct Found {
    std::shared_ptr<const ContextRequest> request;
    bool lasting = true;  // false: DNS could not be asked, and the host is as it was given
  };
  Found find_request();

  // After a first leg with the master of `generation`: the ticket it used is there from now on.
  void learn(std::uint64_t generation, const Credential& master,
             const std::shared_ptr<const ContextRequest>& used);
  // After a handshake of a plan that could not be made ready so: the names of its context.
  void learn(std::uint64_t generation, const Credential& master, const std::string& target,
             std::int64_t expires_at);

  // The right to fetch the plan's ticket: one session at a time has it, until it dies, or hangs for
  // too long. Empty: it has been fetched meanwhile, or there is a failure to report, or the time
  // ran out, or `stop` (NULL: none) was stopped.
  class Turn {
   public:
    Turn() = default;
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&& other) noexcept {
      std::swap(plan_, other.plan_);
      std::swap(holder_, other.holder_);
      return *this;
    }
    ~Turn() {
      if (plan_ != nullptr) plan_->end_turn(holder_);
    }
    explicit operator bool() const { return plan_ != nullptr; }
    // What its holder waits for, and with it who waits for the turn.
    void note(Wait wait) {
      if (plan_ != nullptr) plan_->turn_waits_for_ = wait;
    }

   private:
    friend class Plan;
    Turn(Ptr plan, Right::Holder holder) : plan_(std::move(plan)), holder_(holder) {}
    Ptr plan_;
    Right::Holder holder_ = 0;
  };
  static Turn take_turn(const Ptr& plan, Clock::time_point deadline, Stop* stop = nullptr);
  Wait turn_waits_for() const { return turn_waits_for_; }

  // The peer has refused what was made with a credential of this generation: the service may have
  // another key by now. The ticket is fetched anew, once a minute at most.
  static constexpr std::chrono::seconds kRefreshEvery{60};
  void refused(std::uint64_t generation);
  // Whether it is to be, of whatever generation.
  bool refresh_due();
  // True, once: the caller is to fetch it.
  bool take_refresh(std::uint64_t generation);

  void remember_failure(const Failure& failure);
  std::optional<Failure> known_failure();

  WarmContexts& warm() { return warm_; }

 private:
  bool ready_locked(std::int64_t now, Clock::time_point at) const;
  // As it is now that the ticket has been looked for.
  Ready confirmed(Ready ready, TicketState ticket);
  void learn_ticket(std::uint64_t generation, const Ticket& ticket);
  void end_turn(Right::Holder holder);

  const SecurityPlatform& platform_;
  const std::shared_ptr<const SessionOptions> options_;
  const CredentialRequest credential_request_;
  const PooledText identity_;
  const CredentialSource::Ptr source_;
  TargetCache* const targets_;
  CacheCounters& counters_;
  const bool never_waits_;
  WarmContexts warm_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Right turn_;
  std::atomic<Wait> turn_waits_for_{Wait::kProcess};
  std::uint64_t served_ = 0;  // generation
  bool here_ = false;
  std::uint64_t refused_ = 0;  // generation
  std::optional<Clock::time_point> refreshed_at_;
  std::shared_ptr<const ContextRequest> request_;  // with the resolved target
  std::uint64_t generation_ = 0;                   // of the master that has the ticket
  std::int64_t ticket_expires_at_ = 0;
  std::uint64_t ticket_mark_ = 0;
  Clock::time_point learned_at_{};
  std::optional<Failure> failure_;
  std::uint64_t failure_generation_ = 0;
  Clock::time_point failure_until_{};
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_PLAN_H_
