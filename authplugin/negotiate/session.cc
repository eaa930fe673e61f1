#include "negotiate/session.h"

#include <utility>

#include "negotiate/deadline.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {
namespace {

struct SessionCounters {
  Counter opened;
  Counter established;
  Counter failed;
  Counter steps;
  Counter timed_out;
};
SessionCounters g_counters;

}  // namespace

Counters counters() {
  return Counters{.sessions_opened = g_counters.opened.value(),
                  .sessions_established = g_counters.established.value(),
                  .sessions_failed = g_counters.failed.value(),
                  .steps = g_counters.steps.value(),
                  .steps_timed_out = g_counters.timed_out.value()};
}

Session::Session(const SecurityPlatform& platform, PlanSet::Ptr plans, Caches* caches)
    : platform_(platform), plans_(std::move(plans)), caches_(caches), stop_(platform) {
  if (!options().fault.empty()) fail(own_failure(Cause::kArgument, options().fault));
}

Session::Session(const SecurityPlatform& platform, SessionOptions options)
    : Session(platform, std::make_shared<PlanSet>(std::move(options)), nullptr) {
  ++g_counters.opened;
}

Session::Session(Caches& caches, const negodbc_auth_options& options,
                 std::shared_ptr<void> native_owner)
    : Session(caches.platform(), caches.plans(options, std::move(native_owner)), &caches) {
  ++g_counters.opened;
}

Session::~Session() {
  refill();
  // The peer has given no answer to the first token but the end of the connection.
  if (state_ == State::kStepping && !abandoned_) peer_refused();
}

void Session::peer_refused() {
  if (keeps()) plan_->refused(lease_.generation);
}

void Session::refill() {
  if (std::exchange(refill_due_, false) && keeps()) caches_->refill(plan_);
}

bool Session::keeps() const {
  return caches_ != nullptr && plan_ != nullptr && plan_->source() != nullptr &&
         caches_->process() == platform_.process_id();
}

negodbc_auth_status Session::fail(const Failure& failure) {
  const bool counts = state_ != State::kFailed && !abandoned_;
  if (counts) ++g_counters.failed;
  state_ = State::kFailed;
  initiator_.reset();
  established_.reset();
  failure_ = failure;
  if (counts) tell_log_of_failure();
  return failure.status;
}

void Session::break_off(negodbc_auth_status status, SECURITY_STATUS native,
                        const char* short_text) noexcept {
  if (state_ != State::kFailed && !abandoned_) ++g_counters.failed;
  state_ = State::kFailed;
  initiator_.reset();
  established_.reset();
  token_.clear();
  failure_.emplace();
  failure_->status = status;
  failure_->native = native;
  failure_->detail.text = short_text;  // short enough to need no memory
}

negodbc_auth_status Session::refuse(const Failure& failure) {
  failure_ = failure;
  return failure.status;
}

std::optional<negodbc_auth_status> Session::refuse_to_start() {
  if (state_ == State::kFailed || !borrows()) return std::nullopt;
  return refuse(state_failure("a credential that stays the program's needs step(), which waits"));
}

const WaitNote& Session::wait_note() {
  if (waits_for_ == nullptr) waits_for_ = std::make_shared<std::atomic<Wait>>(Wait::kProcess);
  return waits_for_;
}

negodbc_auth_status Session::time_out() {
  return time_out(waits_for_ == nullptr ? Wait::kProcess : waits_for_->load());
}

negodbc_auth_status Session::time_out(Wait wait) {
  return end_without_answer(stop_.stopped(), wait);
}

negodbc_auth_status Session::end_without_answer(bool cancelled, Wait wait) {
  if (cancelled) return fail(own_failure(Cause::kCancelled, "the program has cancelled the login"));
  ++g_counters.timed_out;
  const auto [cause, words] = told_of(wait);
  Failure failure = own_failure(cause, words);
  const CredentialRequest& asked = options().credential;
  failure.detail.facts.source =
      asked.client_keytab.empty() ? asked.credential_cache : "keytab " + asked.client_keytab;
  return fail(failure);
}

void Session::abandon() {
  abandoned_ = true;
  stop_.stop();
}

std::shared_ptr<Session> Session::told_to_have_ended(bool cancelled) const {
  return told_to_have_ended(cancelled, waits_for_ == nullptr ? Wait::kProcess : waits_for_->load());
}

std::shared_ptr<Session> Session::told_to_have_ended(bool cancelled, Wait wait) const {
  std::shared_ptr<Session> made(new Session(platform_, plans_, nullptr));
  made->end_without_answer(cancelled, wait);
  return made;
}

negodbc_auth_status Session::take(Initiator::Continue leg) {
  state_ = State::kStepping;
  ++legs_;
  if (leg.next.has_delegated()) flags_granted_ |= NEGODBC_AUTH_FLAG_DELEGATED;
  initiator_ = std::move(leg.next);
  token_ = std::move(leg.token);
  return NEGODBC_AUTH_CONTINUE;
}

negodbc_auth_status Session::take(Initiator::Step step) {
  if (auto* failure = std::get_if<Failure>(&step.result)) {
    if (state_ == State::kStepping) peer_refused();
    return fail(*failure);
  }
  if (auto* go_on = std::get_if<Initiator::Continue>(&step.result)) return take(std::move(*go_on));
  auto& done = std::get<Initiator::Done>(step.result);
  state_ = State::kEstablished;
  established_ = std::move(done.context);
  token_ = std::move(done.token);
  if (!token_.empty()) ++legs_;
  flags_granted_ = established_->facts().flags_granted;
  package_chosen_ = established_->facts().package;
  if (!abandoned_) ++g_counters.established;
  tell_log_of_success();
  if (learn_for_ != 0 && keeps() && plan_->ready_with(learn_for_).generation == 0) {
    plan_->learn(learn_for_, *lease_.credential, established_->names().target,
                 established_->facts().expires_at);
  }
  return NEGODBC_AUTH_ESTABLISHED;
}

negodbc_auth_status Session::principal(std::chrono::milliseconds timeout, const char** name) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  const Clock::time_point deadline = Clock::now() + timeout;
  if (lease_.credential == nullptr) {
    if (timeout.count() <= 0 || stop_.stopped()) return time_out(Wait::kTime);
    if (const auto status = find_plan(deadline)) return *status;
    if (keeps()) {
      CredentialSource& source = *plan_->source();
      if (const std::uint64_t generation = source.current(options().min_lifetime_s)) {
        lease_ = {source.peek(generation), generation};
      } else if (std::optional<Failure> known = source.known_failure()) {
        return fail(*known);
      }
    }
  }
  if (lease_.credential == nullptr) {
    lease_ = {};
    if (const auto status = acquire(deadline)) return *status;
  }
  *name = lease_.credential->facts().principal.c_str();
  return NEGODBC_AUTH_OK;
}

std::optional<negodbc_auth_status> Session::refuse_step() {
  token_.clear();
  // The record goes on telling why the session failed.
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (state_ == State::kEstablished) {
    return refuse(state_failure("the context is complete: there is no further step"));
  }
  return std::nullopt;
}

negodbc_auth_status Session::step(std::span<const std::byte> input,
                                  std::chrono::milliseconds timeout,
                                  std::span<const std::byte>* token) {
  if (const auto refused = refuse_step()) return *refused;
  ++g_counters.steps;
  if (timeout.count() <= 0 || stop_.stopped()) return time_out(Wait::kTime);
  const Clock::time_point deadline = Clock::now() + timeout;
  if (state_ == State::kOpen) hello_ = copy_bytes(input.data(), input.size());
  const negodbc_auth_status status =
      state_ == State::kOpen ? first_step(deadline) : later_step(input, deadline);
  *token = token_;
  return status;
}

std::optional<negodbc_auth_status> Session::step_at_once(std::span<const std::byte> input,
                                                         std::span<const std::byte>* token) {
  if (const auto refused = refuse_step()) return refused;
  if (stop_.stopped()) return time_out();
  std::optional<negodbc_auth_status> status;
  if (state_ == State::kStepping) {
    if (legs_never_wait_ && initiator_) status = later_step_here(input);
  } else if (!borrows() && find_plan_at_once() && keeps() && !plan_->refresh_due()) {
    hello_ = copy_bytes(input.data(), input.size());
    const Plan::Ready ready =
        lease_.credential == nullptr ? plan_->ready() : plan_->ready_with(lease_.generation);
    if (ready.generation != 0) status = take_warm(ready);
    if (!status && ready.here) status = ready_step_here(ready);
  }
  if (!status) return std::nullopt;
  ++g_counters.steps;
  *token = token_;
  return status;
}

}  // namespace negodbc::auth
