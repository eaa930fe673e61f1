#include "negotiate/session.h"

#include <atomic>
#include <utility>

#include "negotiate/deadline.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {
namespace {

struct AtomicCounters {
  std::atomic<std::uint64_t> sessions_opened{0};
  std::atomic<std::uint64_t> sessions_established{0};
  std::atomic<std::uint64_t> sessions_failed{0};
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> steps_timed_out{0};
  std::atomic<std::uint64_t> credentials_acquired{0};
};
AtomicCounters g_counters;

void count(std::atomic<std::uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Counters counters() {
  const auto read = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  return Counters{.sessions_opened = read(g_counters.sessions_opened),
                  .sessions_established = read(g_counters.sessions_established),
                  .sessions_failed = read(g_counters.sessions_failed),
                  .steps = read(g_counters.steps),
                  .steps_timed_out = read(g_counters.steps_timed_out),
                  .credentials_acquired = read(g_counters.credentials_acquired)};
}

// What a helper thread works on. The session gives its parts away and takes them back when the work
// is done in time; else they end with the job, on the helper.
struct Session::Job {
  const SecurityPlatform* platform;
  std::shared_ptr<const SessionOptions> options;
  Credential::Ptr credential;
  std::string target;
  std::optional<Initiator> initiator;
  SecretBytes input;

  std::optional<Failure> failure;  // of the credential
  std::optional<Initiator::Step> step;

  void find_target() {
    if (!target.empty()) return;
    const std::string host = options->canonicalize == Canonicalize::kNone
                                 ? options->host
                                 : platform->canonical_host(options->host, options->canonicalize);
    target = compose_target(options->service, host, options->realm);
  }

  void acquire() {
    if (credential != nullptr) return;
    Outcome<Credential::Ptr> outcome =
        Credential::acquire(*platform, options->credential, options->min_lifetime_s);
    if (auto* failed = std::get_if<Failure>(&outcome)) {
      failure = std::move(*failed);
    } else {
      credential = std::get<Credential::Ptr>(std::move(outcome));
      count(g_counters.credentials_acquired);
    }
  }

  void run_step() {
    if (!initiator) {
      acquire();
      if (failure) return;
      find_target();
      ContextRequest request = options->context;
      request.target = target;
      initiator.emplace(*platform, credential, options->credential.package, std::move(request));
    }
    step = std::move(*initiator).step(input);
    initiator.reset();
  }
};

Session::Session(const SecurityPlatform& platform, SessionOptions options)
    : platform_(platform), options_(std::make_shared<const SessionOptions>(std::move(options))) {
  count(g_counters.sessions_opened);
  if (options_->whole_target) target_ = options_->context.target;
  diagnosis_.target = options_->whole_target
                          ? target_
                          : compose_target(options_->service, options_->host, options_->realm);
  diagnosis_.package = options_->credential.package;
  diagnosis_.flags_asked = options_->context.flags_asked();
  diagnosis_.credential.principal = options_->credential.principal;
  if (!options_->fault.empty()) fail(own_failure(Cause::kArgument, options_->fault));
}

negodbc_auth_status Session::fail(const Failure& failure) {
  if (state_ != State::kFailed) count(g_counters.sessions_failed);
  state_ = State::kFailed;
  initiator_.reset();
  established_.reset();
  diagnosis_.established = false;
  diagnosis_.set_failure(failure);
  return failure.status;
}

negodbc_auth_status Session::refuse(const Failure& failure) {
  diagnosis_.set_failure(failure);
  return failure.status;
}

std::shared_ptr<Session::Job> Session::new_job() {
  auto job = std::make_shared<Job>();
  job->platform = &platform_;
  job->options = options_;
  job->credential = credential_;
  job->target = target_;
  return job;
}

template <typename Work>
bool Session::run(std::chrono::milliseconds timeout, const std::shared_ptr<Job>& job, Work work) {
  if (run_with_deadline(platform_, timeout, [job, work] { work(*job); })) return true;
  count(g_counters.steps_timed_out);
  fail(
      own_failure(Cause::kTimedOut, "no answer within " + std::to_string(timeout.count()) + " ms"));
  return false;
}

void Session::take_credential(const Job& job) {
  credential_ = job.credential;
  if (credential_ != nullptr) diagnosis_.credential = credential_->facts();
  if (!job.target.empty()) {
    target_ = job.target;
    diagnosis_.target = job.target;
  }
}

negodbc_auth_status Session::principal(std::chrono::milliseconds timeout, const char** name) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (credential_ == nullptr) {
    const std::shared_ptr<Job> job = new_job();
    if (!run(timeout, job, [](Job& j) { j.acquire(); })) return diagnosis_.status;
    take_credential(*job);
    if (job->failure) return fail(*job->failure);
  }
  principal_ = credential_->facts().principal;
  *name = principal_.c_str();
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
  count(g_counters.steps);
  const std::shared_ptr<Job> job = new_job();
  job->initiator = std::move(initiator_);
  initiator_.reset();
  job->input = copy_bytes(input.data(), input.size());
  if (!run(timeout, job, [](Job& j) { j.run_step(); })) return diagnosis_.status;
  take_credential(*job);
  if (job->failure) return fail(*job->failure);
  if (auto* failure = std::get_if<Failure>(&job->step->result)) return fail(*failure);
  if (auto* go_on = std::get_if<Initiator::Continue>(&job->step->result)) {
    state_ = State::kStepping;
    ++diagnosis_.legs;
    initiator_ = std::move(go_on->next);
    token_ = std::move(go_on->token);
    *token = token_;
    return NEGODBC_AUTH_CONTINUE;
  }
  auto& done = std::get<Initiator::Done>(job->step->result);
  state_ = State::kEstablished;
  established_ = std::move(done.context);
  token_ = std::move(done.token);
  *token = token_;
  if (!token_.empty()) ++diagnosis_.legs;
  diagnosis_.established = true;
  diagnosis_.flags_granted = established_->facts().flags_granted;
  diagnosis_.package_chosen = established_->facts().package;
  count(g_counters.sessions_established);
  return NEGODBC_AUTH_ESTABLISHED;
}

negodbc_auth_status Session::protect(std::span<const std::byte> input, std::span<std::byte> output,
                                     std::size_t* size) {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (!established_) return refuse(state_failure("no context is established"));
  Outcome<std::size_t> outcome = established_->protect(input, output);
  if (auto* failure = std::get_if<Failure>(&outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      *size = established_->protected_size(input.size());
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

const std::string& Session::json() {
  json_ = to_json(diagnosis_);
  return json_;
}

const std::string& Session::status_text() {
  status_text_ = status_name(diagnosis_.native);
  return status_text_;
}

}  // namespace negodbc::auth
