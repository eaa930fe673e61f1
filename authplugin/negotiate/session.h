// A session of the C ABI: the initiator with its options, deadlines, diagnosis and the texts and
// tokens it has lent to the caller.
#ifndef NEGODBC_NEGOTIATE_SESSION_H_
#define NEGODBC_NEGOTIATE_SESSION_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "negotiate/caches.h"
#include "negotiate/deadline.h"
#include "negotiate/diagnosis.h"
#include "negotiate/initiator.h"
#include "negotiate/login_job.h"
#include "negotiate/plan.h"
#include "negotiate/session_options.h"
#include "negotiate/stop.h"
#include "negotiate/wait.h"

namespace negodbc::auth {

struct Counters {
  std::uint64_t sessions_opened;
  std::uint64_t sessions_established;
  std::uint64_t sessions_failed;
  std::uint64_t steps;
  std::uint64_t steps_timed_out;
};
Counters counters();

class Session {
 public:
  // One that keeps nothing for others and takes nothing of theirs.
  Session(const SecurityPlatform& platform, SessionOptions options);
  // One with a plan of these caches.
  // `native_owner`: of options.native_credential, when that is handed over for good.
  Session(Caches& caches, const negodbc_auth_options& options,
          std::shared_ptr<void> native_owner = nullptr);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Why open() failed; OK when it did not.
  negodbc_auth_status open_status() const { return failure_ ? failure_->status : NEGODBC_AUTH_OK; }

  negodbc_auth_status principal(std::chrono::milliseconds timeout, const char** name);
  negodbc_auth_status step(std::span<const std::byte> input, std::chrono::milliseconds timeout,
                           std::span<const std::byte>* token);
  // The same where nobody has to be waited for; nothing: somebody has, and nothing has changed.
  std::optional<negodbc_auth_status> step_at_once(std::span<const std::byte> input,
                                                  std::span<const std::byte>* token);

  // Of an established session; `size`: the bytes written, or needed with E_BUFFER_TOO_SMALL.
  negodbc_auth_status protect(std::span<const std::byte> input, std::span<std::byte> output,
                              std::size_t* size);
  negodbc_auth_status unprotect(std::span<const std::byte> input, std::span<std::byte> output,
                                std::size_t* size);
  // Opened where it lies; `data` is a part of it.
  negodbc_auth_status unprotect_in_place(std::span<std::byte> message, std::span<std::byte>* data);
  negodbc_auth_status wrap(Protection protection, std::span<const std::byte> input,
                           std::span<std::byte> output, std::size_t* size);
  negodbc_auth_status unwrap(std::span<const std::byte> input, std::span<std::byte> output,
                             std::size_t* size, Protection* found);
  negodbc_auth_status sign(std::span<const std::byte> message, std::span<std::byte> code,
                           std::size_t* size);
  negodbc_auth_status verify(std::span<const std::byte> message, std::span<const std::byte> code);

  const SecurityPlatform& platform() const { return platform_; }
  // Of whoever is to do its work.
  HelperAge helper_age() const;

  // Ends principal() or step(), of another thread or the next one, where it waits.
  Stop& stop() { return stop_; }

  // Where a step must not go on behind the call, because the program may end the credential then.
  std::optional<negodbc_auth_status> refuse_to_start();
  // Before a helper steps it: from then on told_to_have_ended() can tell what it waits for.
  void prepare_to_start() { wait_note(); }

  // While another thread steps it: what that comes to counts for nothing, and nothing was sent.
  void abandon();
  // A session of the same options that tells how this one has ended, cancelled or for want of time.
  std::shared_ptr<Session> told_to_have_ended(bool cancelled) const;
  std::shared_ptr<Session> told_to_have_ended(bool cancelled, Wait wait) const;

  // The peer has refused the login: the ticket that was sent is not trusted any more.
  void peer_refused();

  // What has become of the login at the peer, as the program knows it: NEGODBC_AUTH_LOGIN_*.
  void login_ended(std::uint32_t outcome, std::string_view words);

  // An exception ended a call: the session is over. Does not throw.
  void break_off(negodbc_auth_status status, SECURITY_STATUS native,
                 const char* short_text) noexcept;

  // NULL before the context is established.
  Established* established() { return established_ ? &*established_ : nullptr; }

  // All live until the next call on the session.
  const Diagnosis& diagnosis();
  const std::string& json();
  const std::string& status_text();

 private:
  enum class State : std::uint8_t { kOpen, kStepping, kEstablished, kFailed };
  using Clock = std::chrono::steady_clock;

  Session(const SecurityPlatform& platform, PlanSet::Ptr plans, Caches* caches);

  // A leg made ahead was used, or would have been: now that the first token is out, there is time
  // to have the next one made.
  void refill();

  // Whether the caches may be used: they are not those of a parent process.
  bool keeps() const;
  // Finds whose login this is, of this moment; nothing to do when principal() has done it.
  // Something: the call ends so.
  std::optional<negodbc_auth_status> find_plan(Clock::time_point deadline);
  // The credential into lease_, whatever becomes of its source then. Something: the call ends so.
  std::optional<negodbc_auth_status> acquire(Clock::time_point deadline);
  // The plan of this moment, where that is known at once.
  bool find_plan_at_once();
  void use_plan_of(const Identity& identity);
  negodbc_auth_status first_step(Clock::time_point deadline);
  // Nothing: the plan is not ready, or was not as ready as it looked.
  std::optional<negodbc_auth_status> ready_step(Clock::time_point deadline);
  std::optional<negodbc_auth_status> use_ready(const Plan::Ready& ready,
                                               Clock::time_point deadline);
  // After a refusal: with another ticket, if one is to be had in a part of the time.
  std::optional<negodbc_auth_status> refresh_step(std::uint64_t generation,
                                                  Clock::time_point deadline);
  std::optional<negodbc_auth_status> take_warm(const Plan::Ready& ready);
  std::optional<negodbc_auth_status> ready_step_here(const Plan::Ready& ready);
  std::optional<negodbc_auth_status> ready_step_elsewhere(std::uint64_t generation,
                                                          Clock::time_point deadline);
  std::optional<negodbc_auth_status> take_ready(
      Initiator::Step step, CredentialSource::Lease lease,
      const std::shared_ptr<const ContextRequest>& request);
  negodbc_auth_status run_first_leg(Clock::time_point deadline, Plan::Turn turn);
  negodbc_auth_status later_step_here(std::span<const std::byte> input);
  negodbc_auth_status later_step(std::span<const std::byte> input, Clock::time_point deadline);

  // Runs `work` within the time; false: it ran out. What uses a credential that is the program's is
  // not left behind, however long it takes.
  template <typename Work>
  bool run(Clock::time_point deadline, const std::shared_ptr<LoginJob>& job, Work work);
  std::shared_ptr<LoginJob> new_job(Clock::time_point deadline);
  const WaitNote& wait_note();
  // Whether the program may end the credential as soon as a call has returned.
  bool borrows() const;
  negodbc_auth_status time_out();
  negodbc_auth_status time_out(Wait wait);
  negodbc_auth_status end_without_answer(bool cancelled, Wait wait);
  // Why a step is refused in this state; nothing: it is not.
  std::optional<negodbc_auth_status> refuse_step();
  // Likewise an operation on a message.
  std::optional<negodbc_auth_status> refuse_message();
  // What the opening of a message of this size has come to.
  negodbc_auth_status refuse_opening(const Failure& failure);
  negodbc_auth_status opened(const Outcome<std::size_t>& outcome, std::size_t input_size,
                             std::size_t* size);
  // Of the peer's refusal, where nothing had failed before; nothing: that is not so.
  std::optional<Failure> refusal() const;
  void tell_log_of_failure();
  void tell_log_of_success();
  negodbc_auth_status take(Initiator::Step step);
  negodbc_auth_status take(Initiator::Continue leg);
  void take_credential(LoginJob& job);
  negodbc_auth_status fail(const Failure& failure);
  negodbc_auth_status refuse(const Failure& failure);  // the session goes on
  const SessionOptions& options() const { return *plans_->options(); }

  const SecurityPlatform& platform_;
  const PlanSet::Ptr plans_;
  Caches* caches_;  // NULL: none
  Plan::Ptr plan_;  // NULL: whose login it is was not asked yet
  State state_ = State::kOpen;
  Stop stop_;
  std::atomic<bool> abandoned_{false};
  WaitNote waits_for_;  // NULL: nothing was waited for so far
  SecretBytes hello_;   // what the peer has begun with
  bool legs_never_wait_ = false;
  bool refill_due_ = false;
  std::uint32_t legs_ = 0;
  std::uint32_t flags_granted_ = 0;
  std::uint64_t learn_for_ = 0;  // generation of the master whose ticket is not known yet
  // What it has acquired, and keeps: what principal() has told is who logs in.
  CredentialSource::Lease lease_;
  std::shared_ptr<const ContextRequest> request_;  // as the first leg used it
  std::optional<Initiator> initiator_;
  std::optional<Established> established_;
  std::optional<Failure> failure_;
  std::uint32_t outcome_ = NEGODBC_AUTH_LOGIN_NOT_TOLD;
  std::string peer_words_;
  SecretBytes token_;
  Diagnosis diagnosis_;
  std::string json_;
  std::string status_text_;
  std::string package_chosen_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SESSION_H_
