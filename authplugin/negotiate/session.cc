#include "negotiate/session.h"

#include <atomic>
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

// GSSAPI libraries make a state for each thread that calls them, which is dear. A thread that logs
// in once lets a helper do it, which has that state already.
bool thread_comes_again() {
  thread_local bool came = false;
  return std::exchange(came, true);
}

}  // namespace

Counters counters() {
  return Counters{.sessions_opened = g_counters.opened.value(),
                  .sessions_established = g_counters.established.value(),
                  .sessions_failed = g_counters.failed.value(),
                  .steps = g_counters.steps.value(),
                  .steps_timed_out = g_counters.timed_out.value()};
}

// What a helper thread works on. The session gives its parts away and takes them back when the work
// is done in time; else they end with the job, on the helper.
struct Session::Job {
  Plan::Ptr plan;
  bool keep = false;  // the plan's source is to be used
  Credential::Ptr credential;
  std::uint64_t generation = 0;
  std::shared_ptr<const ContextRequest> request;
  std::optional<Initiator> initiator;
  SecretBytes input;

  std::optional<Failure> failure;  // of the credential
  std::optional<Initiator::Step> step;

  void acquire() {
    const SessionOptions& options = plan->options();
    if (keep) {
      Outcome<CredentialSource::Lease> outcome = plan->source()->master(options.min_lifetime_s);
      if (auto* failed = std::get_if<Failure>(&outcome)) {
        failure = std::move(*failed);
        return;
      }
      auto& lease = std::get<CredentialSource::Lease>(outcome);
      failure = lease.credential->fault_of_life(options.min_lifetime_s);
      credential = std::move(lease.credential);
      generation = lease.generation;
      return;
    }
    if (credential != nullptr) return;
    Outcome<Credential::Ptr> outcome =
        Credential::acquire(plan->platform(), options.credential, options.min_lifetime_s);
    ++cache_counters().credentials_acquired;
    if (auto* failed = std::get_if<Failure>(&outcome)) {
      failure = std::move(*failed);
    } else {
      credential = std::get<Credential::Ptr>(std::move(outcome));
    }
  }

  void run_leg() {
    if (!initiator) {
      initiator.emplace(plan->platform(), credential, plan->options().credential.package, request);
    }
    step = std::move(*initiator).step(input);
    initiator.reset();
  }

  // With whatever has to be fetched.
  void run_first() {
    acquire();
    if (!failure) {
      request = plan->find_request();
      run_leg();
      if (!keep) return;
      const auto* failed = std::get_if<Failure>(&step->result);
      if (failed == nullptr) {
        plan->learn(generation, *credential, request);
      } else {
        plan->remember_failure(*failed);
      }
    }
    if (keep) plan->end_first();
  }

  // With what is there.
  void run_ready() {
    credential = plan->source()->for_this_thread(generation);
    if (credential != nullptr) run_leg();
  }
};

Session::Session(Plan::Ptr plan, Caches* caches)
    : platform_(plan->platform()), plan_(std::move(plan)), caches_(caches) {
  ++g_counters.opened;
  if (!plan_->options().fault.empty()) {
    fail(own_failure(Cause::kArgument, plan_->options().fault));
  }
}

Session::Session(const SecurityPlatform& platform, SessionOptions options)
    : Session(
          std::make_shared<Plan>(platform, std::move(options), nullptr, nullptr, cache_counters()),
          nullptr) {}

Session::Session(Caches& caches, const negodbc_auth_options& options)
    : Session(caches.plan(options), &caches) {}

Session::~Session() {
  refill();
}

void Session::refill() {
  if (std::exchange(refill_due_, false) && keeps()) caches_->refill(plan_);
}

bool Session::keeps() const {
  return caches_ != nullptr && plan_->source() != nullptr &&
         caches_->process() == platform_.process_id();
}

negodbc_auth_status Session::fail(const Failure& failure) {
  if (state_ != State::kFailed) ++g_counters.failed;
  state_ = State::kFailed;
  initiator_.reset();
  established_.reset();
  failure_ = failure;
  return failure.status;
}

negodbc_auth_status Session::refuse(const Failure& failure) {
  failure_ = failure;
  return failure.status;
}

negodbc_auth_status Session::time_out() {
  ++g_counters.timed_out;
  return fail(own_failure(Cause::kTimedOut, "no answer within the time allowed"));
}

std::shared_ptr<Session::Job> Session::new_job() const {
  auto job = std::make_shared<Job>();
  job->plan = plan_;
  job->keep = keeps();
  job->credential = credential_;
  return job;
}

template <typename Work>
bool Session::run(Clock::time_point deadline, const std::shared_ptr<Job>& job, Work work) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return run_with_deadline(platform_, left, [job, work] { work(*job); });
}

void Session::take_credential(Job& job) {
  if (job.credential != nullptr) credential_ = std::move(job.credential);
  if (job.request != nullptr) request_ = std::move(job.request);
}

negodbc_auth_status Session::take(Initiator::Continue leg) {
  state_ = State::kStepping;
  ++legs_;
  initiator_ = std::move(leg.next);
  token_ = std::move(leg.token);
  return NEGODBC_AUTH_CONTINUE;
}

negodbc_auth_status Session::take(Initiator::Step step) {
  if (auto* failure = std::get_if<Failure>(&step.result)) return fail(*failure);
  if (auto* go_on = std::get_if<Initiator::Continue>(&step.result)) return take(std::move(*go_on));
  auto& done = std::get<Initiator::Done>(step.result);
  state_ = State::kEstablished;
  established_ = std::move(done.context);
  token_ = std::move(done.token);
  if (!token_.empty()) ++legs_;
  flags_granted_ = established_->facts().flags_granted;
  package_chosen_ = established_->facts().package;
  ++g_counters.established;
  if (learn_for_ != 0 && keeps() && plan_->ready().generation == 0) {
    plan_->learn(learn_for_, *credential_, established_->names().target,
                 established_->facts().expires_at);
  }
  return NEGODBC_AUTH_ESTABLISHED;
}

negodbc_auth_status Session::principal(std::chrono::milliseconds timeout, const char** name) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (credential_ == nullptr && keeps()) {
    CredentialSource& source = *plan_->source();
    if (source.current(plan_->options().min_lifetime_s) != 0) {
      credential_ = source.peek();
    } else if (std::optional<Failure> known = source.known_failure()) {
      return fail(*known);
    }
  }
  if (credential_ == nullptr) {
    const std::shared_ptr<Job> job = new_job();
    if (!run(Clock::now() + timeout, job, [](Job& j) { j.acquire(); })) return time_out();
    take_credential(*job);
    if (job->failure) return fail(*job->failure);
  }
  *name = credential_->facts().principal.c_str();
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::step(std::span<const std::byte> input,
                                  std::chrono::milliseconds timeout,
                                  std::span<const std::byte>* token) {
  token_.clear();
  // The record goes on telling why the session failed.
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (state_ == State::kEstablished) {
    return refuse(state_failure("the context is complete: there is no further step"));
  }
  if (state_ == State::kOpen && !input.empty()) {
    return refuse(state_failure("the first step takes no input"));
  }
  ++g_counters.steps;
  if (timeout.count() <= 0) return time_out();
  const negodbc_auth_status status =
      state_ == State::kOpen ? first_step(timeout) : later_step(input, timeout);
  *token = token_;
  return status;
}

negodbc_auth_status Session::first_step(std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (keeps()) {
    if (const std::optional<negodbc_auth_status> status = ready_step(deadline)) return *status;
    if (const std::optional<Failure> known = plan_->known_failure()) return fail(*known);
    if (plan_->begin_first(deadline)) break;
    if (Clock::now() >= deadline) return time_out();
  }
  return run_first_leg(deadline);
}

std::optional<negodbc_auth_status> Session::ready_step(Clock::time_point deadline) {
  const Plan::Ready ready = plan_->ready();
  if (ready.generation == 0) return std::nullopt;
  std::optional<Initiator::Continue> warm = plan_->warm().take({ready.generation, ready.request});
  refill_due_ = true;
  if (warm) {
    credential_ = warm->next.credential();
    request_ = ready.request;
    legs_never_wait_ = true;
    return take(std::move(*warm));
  }
  std::optional<Initiator::Step> step;
  if (plan_->never_waits() && thread_comes_again()) {
    credential_ = plan_->source()->for_this_thread(ready.generation);
    if (credential_ == nullptr) return std::nullopt;
    request_ = ready.request;
    step =
        Initiator(platform_, credential_, plan_->options().credential.package, request_).step({});
  } else {
    const std::shared_ptr<Job> job = new_job();
    job->generation = ready.generation;
    job->request = ready.request;
    if (!run(deadline, job, [](Job& j) { j.run_ready(); })) return time_out();
    take_credential(*job);
    if (!job->step) return std::nullopt;
    step = std::move(job->step);
  }
  if (std::holds_alternative<Failure>(step->result)) {
    // Fetched anew, it may do; if not, that failure is the one to tell.
    plan_->source()->invalidate(ready.generation);
    return std::nullopt;
  }
  legs_never_wait_ = plan_->never_waits();
  return take(std::move(*step));
}

negodbc_auth_status Session::run_first_leg(Clock::time_point deadline) {
  const std::shared_ptr<Job> job = new_job();
  if (!run(deadline, job, [](Job& j) { j.run_first(); })) return time_out();
  take_credential(*job);
  if (job->failure) return fail(*job->failure);
  learn_for_ = job->generation;
  return take(std::move(*job->step));
}

negodbc_auth_status Session::later_step(std::span<const std::byte> input,
                                        std::chrono::milliseconds timeout) {
  refill();
  if (legs_never_wait_ && thread_comes_again()) {
    Initiator initiator = std::move(*initiator_);
    initiator_.reset();
    return take(std::move(initiator).step(input));
  }
  const std::shared_ptr<Job> job = new_job();
  job->initiator = std::move(initiator_);
  initiator_.reset();
  job->input = copy_bytes(input.data(), input.size());
  if (!run(Clock::now() + timeout, job, [](Job& j) { j.run_leg(); })) return time_out();
  return take(std::move(*job->step));
}

negodbc_auth_status Session::protect(std::span<const std::byte> input, std::span<std::byte> output,
                                     std::size_t* size) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (!established_) return refuse(state_failure("no context is established"));
  Outcome<std::size_t> outcome = established_->protect(input, output);
  if (auto* failure = std::get_if<Failure>(&outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      const Outcome<std::uint32_t> overhead = established_->max_frame_overhead();
      if (const auto* bytes = std::get_if<std::uint32_t>(&overhead)) *size = input.size() + *bytes;
    }
    return refuse(*failure);
  }
  *size = std::get<std::size_t>(outcome);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::unprotect(std::span<const std::byte> input,
                                       std::span<std::byte> output, std::size_t* size) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (!established_) return refuse(state_failure("no context is established"));
  Outcome<std::size_t> outcome = established_->unprotect(input, output);
  if (auto* failure = std::get_if<Failure>(&outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      *size = input.size();
      return refuse(*failure);
    }
    if (failure->status == NEGODBC_AUTH_E_NOT_GRANTED) return refuse(*failure);
    return fail(*failure);
  }
  *size = std::get<std::size_t>(outcome);
  return NEGODBC_AUTH_OK;
}

const Diagnosis& Session::diagnosis() {
  const SessionOptions& options = plan_->options();
  Diagnosis told;
  if (request_ != nullptr) {
    told.target = request_->target;
  } else {
    told.target = options.whole_target
                      ? options.context.target
                      : compose_target(options.service, options.host, options.realm);
  }
  told.package = options.credential.package;
  told.flags_asked = options.context.flags_asked();
  told.flags_granted = flags_granted_;
  told.package_chosen = package_chosen_;
  told.established = established_.has_value();
  told.legs = legs_;
  if (credential_ != nullptr) {
    told.credential = credential_->facts();
  } else {
    told.credential.principal = options.credential.principal;
  }
  if (failure_) told.set_failure(*failure_);
  diagnosis_ = std::move(told);
  return diagnosis_;
}

const std::string& Session::json() {
  json_ = to_json(diagnosis());
  return json_;
}

const std::string& Session::status_text() {
  status_text_ = status_name(failure_ ? failure_->native : SEC_E_OK);
  return status_text_;
}

}  // namespace negodbc::auth
