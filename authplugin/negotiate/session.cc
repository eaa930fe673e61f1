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

Session::Session(const SecurityPlatform& platform, PlanSet::Ptr plans, Caches* caches)
    : platform_(platform), plans_(std::move(plans)), caches_(caches) {
  ++g_counters.opened;
  if (!options().fault.empty()) fail(own_failure(Cause::kArgument, options().fault));
}

Session::Session(const SecurityPlatform& platform, SessionOptions options)
    : Session(platform, std::make_shared<PlanSet>(std::move(options)), nullptr) {}

Session::Session(Caches& caches, const negodbc_auth_options& options,
                 std::shared_ptr<void> native_owner)
    : Session(caches.platform(), caches.plans(options, std::move(native_owner)), &caches) {}

Session::~Session() {
  refill();
  // The peer has given no answer to the first token but the end of the connection.
  if (state_ == State::kStepping) peer_refused();
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
  if (state_ != State::kFailed) ++g_counters.failed;
  state_ = State::kFailed;
  initiator_.reset();
  established_.reset();
  failure_ = failure;
  return failure.status;
}

void Session::break_off(negodbc_auth_status status, SECURITY_STATUS native,
                        const char* short_text) noexcept {
  if (state_ != State::kFailed) ++g_counters.failed;
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

negodbc_auth_status Session::time_out() {
  ++g_counters.timed_out;
  return fail(own_failure(Cause::kTimedOut, "no answer within the time allowed"));
}

std::shared_ptr<LoginJob> Session::new_job(Clock::time_point deadline) const {
  auto job = std::make_shared<LoginJob>();
  job->plan = plan_;
  job->deadline = deadline;
  job->keep = keeps();
  job->lease = lease_;
  return job;
}

template <typename Work>
bool Session::run(Clock::time_point deadline, const std::shared_ptr<LoginJob>& job, Work work) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() > 0 && borrows()) {
    // Waited for, however long it takes. On a helper all the same: the program's thread may have
    // what the program keeps there.
    constexpr std::chrono::hours kForEver{24 * 365};
    return run_with_deadline(platform_, kForEver, [job, work] { work(*job); }) && !job->timed_out;
  }
  return run_with_deadline(platform_, left, [job, work] { work(*job); }) && !job->timed_out;
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

negodbc_auth_status Session::take(Initiator::Continue leg) {
  state_ = State::kStepping;
  ++legs_;
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
  ++g_counters.established;
  if (learn_for_ != 0 && keeps() && plan_->ready_with(learn_for_).generation == 0) {
    plan_->learn(learn_for_, *lease_.credential, established_->names().target,
                 established_->facts().expires_at);
  }
  return NEGODBC_AUTH_ESTABLISHED;
}

std::optional<negodbc_auth_status> Session::find_plan(Clock::time_point deadline) {
  if (plan_ != nullptr) return std::nullopt;
  std::optional<Identity> identity = platform_.identity_now(options().credential);
  if (!identity) {
    const auto found = std::make_shared<Identity>();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const bool in_time =
        run_with_deadline(platform_, left, [&platform = platform_, plans = plans_, found] {
          *found = platform.find_identity(plans->options()->credential);
        });
    if (!in_time) return time_out();
    identity = std::move(*found);
  }
  const bool ours = caches_ != nullptr && caches_->process() == platform_.process_id();
  plan_ = ours ? caches_->plan(plans_, *identity)
               : make_plan(platform_, plans_->options(), *identity, nullptr);
  return std::nullopt;
}

std::optional<negodbc_auth_status> Session::acquire(Clock::time_point deadline) {
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->copies = true;
  if (!run(deadline, job, [](LoginJob& j) { j.acquire(); })) return time_out();
  take_credential(*job);
  if (job->failure) return fail(*job->failure);
  return std::nullopt;
}

negodbc_auth_status Session::principal(std::chrono::milliseconds timeout, const char** name) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  const Clock::time_point deadline = Clock::now() + timeout;
  if (lease_.credential == nullptr) {
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
  const Clock::time_point deadline = Clock::now() + timeout;
  const negodbc_auth_status status =
      state_ == State::kOpen ? first_step(deadline) : later_step(input, deadline);
  *token = token_;
  return status;
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
    Plan::Turn turn = Plan::take_turn(plan_, deadline);
    if (turn) return run_first_leg(deadline, std::move(turn));
    if (Clock::now() >= deadline) return time_out();
  }
  return run_first_leg(deadline, {});
}

std::optional<negodbc_auth_status> Session::ready_step(Clock::time_point deadline) {
  // What principal() has acquired is used, whatever has become of its source.
  std::uint64_t generation = lease_.generation;
  if (lease_.credential == nullptr) {
    CredentialSource& source = *plan_->source();
    if (source.looks_quickly()) {
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
  if (ready.generation != 0) {
    refill_due_ = true;
    if (auto warm = plan_->warm().take({ready.generation, ready.request})) {
      lease_ = {warm->next.credential(), generation};
      request_ = ready.request;
      legs_never_wait_ = plan_->never_waits();
      return take(std::move(*warm));
    }
    if (ready.here && thread_comes_again()) return ready_step_here(ready);
  } else if (!plan_->served(generation)) {
    return std::nullopt;
  }
  return ready_step_elsewhere(generation, deadline);
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
      Initiator(platform_, mine, options().credential.package, ready.request).step({}),
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
  if (std::holds_alternative<Failure>(step.result)) {
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

negodbc_auth_status Session::later_step(std::span<const std::byte> input,
                                        Clock::time_point deadline) {
  refill();
  // An exception has taken it.
  if (!initiator_) return fail(own_failure(Cause::kNone, "the login has broken off"));
  if (legs_never_wait_ && thread_comes_again()) {
    Initiator initiator = std::move(*initiator_);
    initiator_.reset();
    return take(std::move(initiator).step(input));
  }
  const std::shared_ptr<LoginJob> job = new_job(deadline);
  job->input = copy_bytes(input.data(), input.size());
  job->initiator = std::move(initiator_);
  initiator_.reset();
  if (!run(deadline, job, [](LoginJob& j) { j.run_leg(); })) return time_out();
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
  const SessionOptions& options = this->options();
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
  if (lease_.credential != nullptr) {
    told.credential = lease_.credential->facts();
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
