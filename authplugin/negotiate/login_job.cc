#include "negotiate/login_job.h"

#include <utility>

namespace negodbc::auth {

void LoginJob::note(Wait wait) {
  if (waits_for != nullptr) *waits_for = wait;
  turn.note(wait);
}

void LoginJob::look() {
  note(Wait::kSource);
  lease.generation = plan->source()->current_after_look(plan->options().min_lifetime_s);
}

void LoginJob::acquire() {
  if (lease.credential != nullptr) return;
  const std::uint32_t min_lifetime_s = plan->options().min_lifetime_s;
  const CredentialRequest& asked = plan->credential_request();
  note(asked.password.given() || !asked.client_keytab.empty() ? Wait::kKdc : Wait::kSource);
  if (keep) {
    std::optional<Outcome<CredentialSource::Lease>> outcome =
        plan->source()->master(min_lifetime_s, deadline);
    if (!outcome) {
      timed_out = true;
      return;
    }
    if (auto* failed = std::get_if<Failure>(&*outcome)) {
      failure = std::move(*failed);
      return;
    }
    lease = std::get<CredentialSource::Lease>(std::move(*outcome));
    failure = lease.credential->fault_of_life(min_lifetime_s);
    return;
  }
  CredentialRequest request = asked;
  request.private_copy = copies && plan->platform().caches_credentials();
  Outcome<Credential::Ptr> outcome = Credential::acquire(plan->platform(), request, min_lifetime_s);
  ++cache_counters().credentials_acquired;
  if (auto* failed = std::get_if<Failure>(&outcome)) {
    failure = std::move(*failed);
  } else {
    lease.credential = std::get<Credential::Ptr>(std::move(outcome));
  }
}

void LoginJob::run_leg(Wait wait) {
  if (!initiator) {
    note(wait);
    initiator.emplace(plan->platform(), lease.credential, plan->options().credential.package,
                      request);
  }
  step = std::move(*initiator).step(input);
  initiator.reset();
}

void LoginJob::run_first() {
  acquire();
  if (failure || timed_out) return;
  const bool lasting = find_request();
  run_leg();
  if (lease.generation != 0) {
    const auto* failed = std::get_if<Failure>(&step->result);
    if (failed == nullptr) {
      if (lasting) plan->learn(lease.generation, *lease.credential, request);
    } else {
      plan->remember_failure(*failed);
    }
  }
  turn = {};
}

bool LoginJob::find_request() {
  if (plan->options().canonicalize != Canonicalize::kNone) note(Wait::kHost);
  Plan::Found found = plan->find_request();
  request = std::move(found.request);
  return found.lasting;
}

void LoginJob::run_refresh() {
  const Plan::Ready ready = plan->ready_with(lease.generation);
  const bool lasting = ready.generation == 0 ? find_request() : true;
  if (ready.generation != 0) request = ready.request;
  CredentialSource& source = *plan->source();
  const Credential::Ptr master = source.peek(lease.generation);
  Credential::Ptr fresh = master == nullptr ? nullptr : master->without_ticket(request->target);
  if (fresh == nullptr) return;
  lease.credential = fresh;
  run_leg();
  if (std::holds_alternative<Failure>(step->result)) {
    // No KDC now, perhaps. The ticket that is there may do after all.
    step.reset();
    return;
  }
  CredentialSource::Lease replaced = source.replace(lease.generation, std::move(fresh));
  if (replaced.credential == nullptr) return;
  lease = std::move(replaced);
  if (lasting) plan->learn(lease.generation, *lease.credential, request);
}

void LoginJob::run_ready(bool looked) {
  CredentialSource& source = *plan->source();
  if (!looked) {
    note(Wait::kSource);
    const std::uint64_t now = source.current_after_look(plan->options().min_lifetime_s);
    if (now == 0 || (lease.generation != 0 && lease.generation != now)) return;
    lease.generation = now;
  }
  const Plan::Ready ready = plan->ready_with(lease.generation);
  bool lasting = true;
  if (ready.generation != 0) {
    request = ready.request;
  } else if (plan->served(lease.generation)) {
    lasting = find_request();
  } else {
    return;
  }
  Credential::Ptr mine = source.for_this_thread(lease.generation);
  if (mine != nullptr) lease.credential = std::move(mine);
  if (lease.credential == nullptr) return;
  const bool waits = ready.generation == 0 || ready.may_wait || !plan->never_waits();
  run_leg(waits ? Wait::kKdc : Wait::kProcess);
  if (ready.generation == 0 && lasting && !std::holds_alternative<Failure>(step->result)) {
    if (const Credential::Ptr master = source.peek(lease.generation)) {
      plan->learn(lease.generation, *master, request);
    }
  }
}

}  // namespace negodbc::auth
