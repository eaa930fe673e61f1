// The legs of a session: whose login it is, with what it is made, on which thread.
#include "negotiate/session.h"

#include <utility>

#include "negotiate/deadline.h"

namespace negodbc::auth {
namespace {

// GSSAPI libraries make a state for each thread that calls them, which is dear. A thread that logs
// in once lets a helper do it, which has that state already.
bool thread_comes_again(const SecurityPlatform& platform) {
  thread_local bool came = false;
  return std::exchange(came, true) || !platform.keeps_state_by_thread();
}

}  // namespace

std::shared_ptr<LoginJob> Session::new_job(Clock::time_point deadline) {
  auto job = std::make_shared<LoginJob>();
  job->waits_for = wait_note();
  *job->waits_for = Wait::kProcess;
  job->plan = plan_;
  job->deadline = deadline;
  job->keep = keeps();
  job->lease = lease_;
  job->input = hello_;
  return job;
}

template <typename Work>
bool Session::run(Clock::time_point deadline, const std::shared_ptr<LoginJob>& job, Work work) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() > 0 && borrows()) {
    // Waited for, however long it takes. On a helper all the same: the program's thread may have
    // what the program keeps there.
    constexpr std::chrono::hours kForEver{24 * 365};
    return run_with_deadline(
               platform_, kForEver, [job, work] { work(*job); }, nullptr, helper_age()) &&
           !job->timed_out;
  }
  return run_with_deadline(
             platform_, left, [job, work] { work(*job); }, &stop_, helper_age()) &&
         !job->timed_out;
}

HelperAge Session::helper_age() const {
  const bool by_thread =
      plan_ == nullptr ? platform_.may_be_by_thread() : plan_->credential_request().by_thread;
  return by_thread ? HelperAge::kNew : HelperAge::kAny;
}

bool Session::borrows() const {
  const CredentialRequest& request = options().credential;
  if (request.native_credential == nullptr || request.native_owner != nullptr) return false;
  // Until it has been copied; and then, if it could not be.
  return lease_.credential == nullptr || lease_.credential->facts().borrowed;
}

void Session::take_credential(LoginJob& job) {
  if (job.lease.credential != nullptr) lease_ = std::move(job.lease);
  if (job.request != nullptr) request_ = std::move(job.request);
}

bool Session::find_plan_at_once() {
  if (plan_ != nullptr) return true;
  const std::optional<Identity> identity = platform_.identity_now(options().credential);
  if (identity) use_plan_of(*identity);
  return identity.has_value();
}

std::optional<negodbc_auth_status> Session::find_plan(Clock::time_point deadline) {
  if (find_plan_at_once()) return std::nullopt;
  const auto found = std::make_shared<Identity>();
  wait_note()->store(Wait::kSource);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  const bool in_time = run_with_deadline(
      platform_, left,
      [&platform = platform_, plans = plans_, found] {
        *found = platform.find_identity(plans->options()->credential);
      },
      &stop_);
  if (!in_time) return time_out();
  use_plan_of(*found);
  return std::nullopt;
}

void Session::use_plan_of(const Identity& identity) {
  const bool ours = caches_ != nullptr && caches_->process() == platform_.process_id();
  plan_ = ours ? caches_->plan(plans_, identity)
               : make_plan(platform_, plans_->options(), identity, nullptr);
}

std::optional<negodbc_auth_status> Session::acquire(Clock::time_point deadline) {
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->copies = true;
  if (!run(deadline, job, [](LoginJob& j) { j.acquire(); })) return time_out();
  take_credential(*job);
  if (job->failure) return fail(*job->failure);
  return std::nullopt;
}

negodbc_auth_status Session::first_step(Clock::time_point deadline) {
  if (const auto status = find_plan(deadline)) return *status;
  if (borrows() && lease_.credential == nullptr) {
    if (const auto status = acquire(deadline))
      return *status;  // before any call that may be given up
  }
  while (keeps()) {
    if (const auto status = ready_step(deadline)) return *status;
    if (lease_.credential == nullptr) {
      if (const std::optional<Failure> known = plan_->known_failure()) return fail(*known);
    }
    Plan::Turn turn = Plan::take_turn(plan_, deadline, &stop_);
    if (turn) return run_first_leg(deadline, std::move(turn));
    if (Clock::now() >= deadline || stop_.stopped()) return time_out(plan_->turn_waits_for());
  }
  return run_first_leg(deadline, {});
}

std::optional<negodbc_auth_status> Session::ready_step(Clock::time_point deadline) {
  // What principal() has acquired is used, whatever has become of its source.
  std::uint64_t generation = lease_.generation;
  if (lease_.credential == nullptr) {
    CredentialSource& source = *plan_->source();
    if (source.looks_quickly()) {
      if (!plan_->refresh_due()) {
        const Plan::Ready ready = plan_->ready();
        if (ready.generation != 0) return use_ready(ready, deadline);
      }
      generation = source.current(options().min_lifetime_s);
    } else if (plan_->refresh_due()) {
      const std::shared_ptr<LoginJob> job = new_job(deadline);
      if (!run(deadline, job, [](LoginJob& j) { j.look(); })) return time_out();
      generation = job->lease.generation;
    } else {
      return ready_step_elsewhere(0, deadline);
    }
    if (generation == 0) return std::nullopt;
  }
  if (plan_->take_refresh(generation)) {
    if (const auto status = refresh_step(generation, deadline)) return status;
  }
  const Plan::Ready ready = plan_->ready_with(generation);
  if (ready.generation != 0) return use_ready(ready, deadline);
  if (!plan_->served(generation)) return std::nullopt;
  return ready_step_elsewhere(generation, deadline);
}

std::optional<negodbc_auth_status> Session::use_ready(const Plan::Ready& ready,
                                                      Clock::time_point deadline) {
  if (const auto status = take_warm(ready)) return status;
  if (ready.here && thread_comes_again(platform_)) return ready_step_here(ready);
  return ready_step_elsewhere(ready.generation, deadline);
}

std::optional<negodbc_auth_status> Session::take_warm(const Plan::Ready& ready) {
  refill_due_ = true;
  if (!hello_.empty()) return std::nullopt;
  auto warm = plan_->warm().take({ready.generation, ready.request});
  if (!warm) return std::nullopt;
  lease_ = {warm->next.credential(), ready.generation};
  request_ = ready.request;
  legs_never_wait_ = plan_->never_waits();
  return take(std::move(*warm));
}

std::optional<negodbc_auth_status> Session::refresh_step(std::uint64_t generation,
                                                         Clock::time_point deadline) {
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->lease = {nullptr, generation};
  const Clock::time_point half = Clock::now() + (deadline - Clock::now()) / 2;
  if (!run(half, job, [](LoginJob& j) { j.run_refresh(); }) || !job->step) return std::nullopt;
  return take_ready(std::move(*job->step), std::move(job->lease), job->request);
}

std::optional<negodbc_auth_status> Session::ready_step_here(const Plan::Ready& ready) {
  Credential::Ptr mine = plan_->source()->for_this_thread(ready.generation);
  if (mine == nullptr) mine = lease_.credential;
  if (mine == nullptr) return std::nullopt;
  return take_ready(
      Initiator(platform_, mine, options().credential.package, ready.request).step(hello_),
      {mine, ready.generation}, ready.request);
}

std::optional<negodbc_auth_status> Session::ready_step_elsewhere(std::uint64_t generation,
                                                                 Clock::time_point deadline) {
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->lease.generation = generation;
  const bool looked = generation != 0;
  if (!run(deadline, job, [looked](LoginJob& j) { j.run_ready(looked); })) return time_out();
  if (!job->step) return std::nullopt;
  return take_ready(std::move(*job->step), std::move(job->lease), job->request);
}

std::optional<negodbc_auth_status> Session::take_ready(
    Initiator::Step step, CredentialSource::Lease lease,
    const std::shared_ptr<const ContextRequest>& request) {
  if (const auto* const failure = std::get_if<Failure>(&step.result)) {
    // What the peer has begun with says nothing of the ticket.
    if (!hello_.empty() && (failure->status == NEGODBC_AUTH_E_INVALID_TOKEN ||
                            failure->status == NEGODBC_AUTH_E_UNSUPPORTED)) {
      return fail(*failure);
    }
    // Fetched anew, it may do; if not, that failure is the one to tell.
    plan_->source()->invalidate(lease.generation);
    plan_->forget(lease.generation);
    return std::nullopt;
  }
  lease_ = std::move(lease);
  request_ = request;
  legs_never_wait_ = plan_->never_waits();
  return take(std::move(step));
}

negodbc_auth_status Session::run_first_leg(Clock::time_point deadline, Plan::Turn turn) {
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->turn = std::move(turn);
  if (!run(deadline, job, [](LoginJob& j) { j.run_first(); })) return time_out();
  take_credential(*job);
  if (job->failure) return fail(*job->failure);
  learn_for_ = job->lease.generation;
  return take(std::move(*job->step));
}

negodbc_auth_status Session::later_step_here(std::span<const std::byte> input) {
  refill();
  Initiator initiator = std::move(*initiator_);
  initiator_.reset();
  return take(std::move(initiator).step(input));
}

negodbc_auth_status Session::later_step(std::span<const std::byte> input,
                                        Clock::time_point deadline) {
  // An exception has taken it.
  if (!initiator_) return fail(own_failure(Cause::kNone, "the login has broken off"));
  if (legs_never_wait_ && thread_comes_again(platform_)) return later_step_here(input);
  refill();
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->input = copy_bytes(input.data(), input.size());
  job->initiator = std::move(initiator_);
  initiator_.reset();
  if (!run(deadline, job, [](LoginJob& j) { j.run_leg(); })) return time_out();
  return take(std::move(*job->step));
}

}  // namespace negodbc::auth
