#include "negotiate/plan.h"

#include <algorithm>
#include <utility>

#include "negotiate/log.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {
namespace {

// Failures of a first leg that the next attempt would meet as well: the KDC's word, or its silence.
bool worth_remembering(const Failure& failure) {
  switch (failure.status) {
    case NEGODBC_AUTH_E_NO_AUTHORITY:
    case NEGODBC_AUTH_E_TARGET_UNKNOWN:
    case NEGODBC_AUTH_E_LOGON_DENIED:
    case NEGODBC_AUTH_E_CLOCK_SKEW:
      return true;
    default:
      return false;
  }
}

// Delegation asks the KDC for a forwarded ticket each time; NTLM is another mechanism's business.
bool legs_never_wait(const SecurityPlatform& platform, const SessionOptions& options) {
  return !platform.may_wait_with_ticket() && options.context.delegation == Delegation::kNone &&
         !options.context.allow_ntlm && options.credential.package != "NTLM";
}

}  // namespace

Plan::Plan(const SecurityPlatform& platform, std::shared_ptr<const SessionOptions> options,
           CredentialRequest request, std::string_view identity, CredentialSource::Ptr source,
           TargetCache* targets, CacheCounters& counters)
    : platform_(platform),
      options_(std::move(options)),
      credential_request_(std::move(request)),
      identity_(identity),
      source_(std::move(source)),
      targets_(targets),
      counters_(counters),
      never_waits_(source_ != nullptr && legs_never_wait(platform, *options_)),
      warm_(never_waits_ ? options_->warm_contexts : 0, counters),
      turn_(platform.patience()) {}

bool Plan::ready_locked(std::int64_t now, Clock::time_point at) const {
  return generation_ != 0 && request_ != nullptr &&
         (ticket_expires_at_ == 0 ||
          ticket_expires_at_ - now >= std::int64_t{options_->min_lifetime_s}) &&
         at - learned_at_ < options_->target_life;
}

Plan::Ready Plan::ready() {
  if (source_ == nullptr) return {};
  Ready ready;
  std::uint64_t mark = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!ready_locked(unix_now_s(), Clock::now())) return {};
    ready = Ready{generation_, request_, here_};
    mark = ticket_mark_;
  }
  TicketState ticket = TicketState::kThere;
  if (source_->current(options_->min_lifetime_s, ready.request->target, mark, ticket) !=
      ready.generation) {
    return {};
  }
  return confirmed(std::move(ready), ticket);
}

Plan::Ready Plan::ready_with(std::uint64_t generation) {
  Ready ready;
  std::uint64_t mark = 0;
  {
    const std::lock_guard lock(mutex_);
    if (generation == 0 || generation_ != generation || !ready_locked(unix_now_s(), Clock::now())) {
      return {};
    }
    ready = Ready{generation_, request_, here_};
    mark = ticket_mark_;
  }
  const TicketState ticket =
      platform_.ticket_state(credential_request_, ready.request->target, mark);
  return confirmed(std::move(ready), ticket);
}

Plan::Ready Plan::confirmed(Ready ready, TicketState ticket) {
  switch (ticket) {
    case TicketState::kThere:
      return ready;
    case TicketState::kEnding:
      ready.here = false;
      ready.may_wait = true;
      return ready;
    case TicketState::kGone:
      break;
  }
  source_->invalidate(ready.generation);
  forget(ready.generation);
  return {};
}

bool Plan::served(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation == 0 || served_ != generation) return false;
  return ticket_expires_at_ == 0 || generation_ != generation ||
         ticket_expires_at_ - unix_now_s() >= std::int64_t{options_->min_lifetime_s};
}

void Plan::forget(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (served_ == generation) served_ = 0;
  if (generation_ == generation) generation_ = 0;
}

Plan::Found Plan::find_request() {
  auto request = std::make_shared<ContextRequest>(options_->context);
  bool lasting = true;
  if (!options_->whole_target) {
    std::optional<std::string> host = options_->host;
    if (options_->canonicalize != Canonicalize::kNone) {
      host = targets_ != nullptr ? targets_->canonical_host(options_->host, options_->canonicalize,
                                                            options_->target_life)
                                 : platform_.canonical_host(options_->host, options_->canonicalize);
    }
    lasting = host.has_value();
    request->target =
        compose_target(options_->service, host.value_or(options_->host), options_->realm);
  }
  return Found{std::move(request), lasting};
}

void Plan::refused(std::uint64_t generation) {
  {
    const std::lock_guard lock(mutex_);
    if (generation == 0 || served_ != generation) return;
    if (refreshed_at_ && Clock::now() - *refreshed_at_ < kRefreshEvery) return;
    refused_ = generation;
  }
  if (logs(LogLevel::kInfo)) {
    log(LogLevel::kInfo, "the peer has refused a ticket: another one is fetched at the next login");
  }
}

bool Plan::refresh_due() {
  const std::lock_guard lock(mutex_);
  return refused_ != 0;
}

bool Plan::take_refresh(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation == 0 || refused_ != generation) return false;
  refused_ = 0;
  refreshed_at_ = Clock::now();
  return true;
}

void Plan::learn(std::uint64_t generation, const Credential& master,
                 const std::shared_ptr<const ContextRequest>& used) {
  if (source_ == nullptr || generation == 0) return;
  if (source_->peek(generation) == nullptr) return;  // of the past by now
  const bool here =
      never_waits_ && platform_.leaves_thread_alone(credential_request_, master.facts());
  {
    const std::lock_guard lock(mutex_);
    served_ = generation;
    here_ = here;
    failure_.reset();
  }
  if (const std::optional<Ticket> ticket = master.find_ticket(credential_request_, used->target)) {
    learn_ticket(generation, *ticket);
  }
}

void Plan::learn(std::uint64_t generation, const Credential& master, const std::string& target,
                 std::int64_t expires_at) {
  if (source_ == nullptr || generation == 0) return;
  std::optional<Ticket> ticket = master.find_ticket(credential_request_, target);
  if (!ticket && platform_.may_wait_with_ticket()) {
    // The platform keeps tickets itself: a context that was made tells that there is one.
    ticket = Ticket{target, expires_at};
  }
  if (ticket) learn_ticket(generation, *ticket);
}

void Plan::learn_ticket(std::uint64_t generation, const Ticket& ticket) {
  auto request = std::make_shared<ContextRequest>(options_->context);
  request->target = ticket.target;
  const std::lock_guard lock(mutex_);
  if (generation_ == generation && request_ != nullptr && request_->target == ticket.target) {
    learned_at_ = Clock::now();
    ticket_expires_at_ = ticket.expires_at;
    ticket_mark_ = ticket.mark;
    return;
  }
  request_ = std::move(request);
  generation_ = generation;
  ticket_expires_at_ = ticket.expires_at;
  ticket_mark_ = ticket.mark;
  learned_at_ = Clock::now();
  failure_.reset();
  source_->tickets_added();
}

Plan::Turn Plan::take_turn(const Ptr& plan, Clock::time_point deadline, Stop* stop) {
  const Stop::Watch watch(stop, plan->mutex_, plan->changed_);
  std::unique_lock lock(plan->mutex_);
  const std::uint64_t served = plan->served_;
  for (;;) {
    const Clock::time_point now = Clock::now();
    if (plan->turn_.is_free(now)) return {plan, plan->turn_.take(now)};
    if (now >= deadline || (stop != nullptr && stop->stopped())) return {};
    plan->changed_.wait_until(lock, std::min(deadline, plan->turn_.until()));
    if (plan->served_ != served) return {};
    if (plan->failure_ && Clock::now() < plan->failure_until_) return {};
  }
}

void Plan::end_turn(Right::Holder holder) {
  const std::lock_guard lock(mutex_);
  turn_.give_back(holder);
  changed_.notify_all();
}

void Plan::remember_failure(const Failure& failure) {
  if (source_ == nullptr || !worth_remembering(failure)) return;
  const std::uint64_t generation = source_->current(0);
  if (generation == 0) return;  // it could not be told whether it still holds
  const std::lock_guard lock(mutex_);
  failure_ = failure;
  failure_generation_ = generation;
  failure_until_ = Clock::now() + kFailureLife;
}

std::optional<Failure> Plan::known_failure() {
  if (source_ == nullptr) return std::nullopt;
  if (std::optional<Failure> failure = source_->known_failure()) return failure;
  const std::uint64_t generation = source_->current(0);
  const std::lock_guard lock(mutex_);
  if (!failure_) return std::nullopt;
  if (Clock::now() < failure_until_ && generation == failure_generation_) {
    ++counters_.failures_remembered;
    return failure_;
  }
  failure_.reset();
  return std::nullopt;
}

}  // namespace negodbc::auth
