#include "negotiate/warm_filler.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

#include "negotiate/unjoined_thread.h"

namespace negodbc::auth {
namespace {

constexpr std::chrono::seconds kLookForOld{5};

void add_once(std::vector<Plan::Ptr>& plans, const Plan::Ptr& plan) {
  if (std::find(plans.begin(), plans.end(), plan) == plans.end()) plans.push_back(plan);
}

}  // namespace

WarmFiller::WarmFiller(const SecurityPlatform& platform, std::size_t max_plans)
    : platform_(platform), max_plans_(max_plans) {
  asked_.reserve(max_plans);
  holding_.reserve(max_plans);
  work_.reserve(max_plans);
}

void WarmFiller::wake(const Plan::Ptr& plan) {
  if (!plan->warm().wants_more()) return;
  const ThreadIdentity identity = platform_.thread_identity();
  const std::lock_guard lock(mutex_);
  if (stopping_ || asked_.size() >= max_plans_ || holding_.size() >= max_plans_) return;
  if (std::find(asked_.begin(), asked_.end(), plan) != asked_.end()) return;
  // The thread serves the process: another's legs are not its affair, nor is it another's child.
  if (identity_ != identity) {
    if (!platform_.is_of_process(identity)) return;
    identity_ = identity;
  }
  // Nor does it hold on to what one thread alone sees.
  if (!running_ && !platform_.are_of_process(platform_.surroundings())) return;
  asked_.push_back(plan);
  if (running_) {
    changed_.notify_one();
    return;
  }
  try {
    run_unjoined([self = shared_from_this()] { self->serve(); });
    running_ = true;
  } catch (const std::exception&) {
    asked_.clear();  // no thread, or no memory for one: logins compute their own legs
  }
}

void WarmFiller::serve() {
  platform_.prepare_helper_thread();
  std::vector<Plan::Ptr>& work = work_;  // of this thread: there is one at a time
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (asked_.empty()) {
      if (holding_.empty()) break;
      changed_.wait_for(lock, kLookForOld);
    }
    work.swap(asked_);
    for (const Plan::Ptr& plan : work) add_once(holding_, plan);
    const bool only_drop = work.empty();
    if (only_drop) work = holding_;
    const bool fills = !only_drop && platform_.thread_identity() == identity_;
    lock.unlock();
    for (const Plan::Ptr& plan : work) {
      if (fills) try_to_fill(*plan);
    }
    std::size_t left = 0;
    if (only_drop) {
      for (const Plan::Ptr& plan : work) left += plan->warm().drop_old();
    }
    lock.lock();
    if (only_drop && left == 0 && asked_.empty()) holding_.clear();
    work.clear();
  }
  if (stopping_) {
    work.swap(holding_);
    lock.unlock();
    for (const Plan::Ptr& plan : work) plan->warm().drop_all();
    work.clear();
    lock.lock();
  }
  running_ = false;
  changed_.notify_all();
}

void WarmFiller::try_to_fill(Plan& plan) {
  try {
    fill(plan);
  } catch (const std::exception&) {
    // No memory for a leg ahead: the login that would have used it makes its own.
  }
}

void WarmFiller::fill(Plan& plan) {
  while (plan.warm().wants_more()) {
    const Plan::Ready ready = plan.ready();
    if (ready.generation == 0) return;
    Credential::Ptr credential = plan.source()->for_this_thread(ready.generation);
    if (credential == nullptr) return;
    Initiator::Step step = Initiator(plan.platform(), std::move(credential),
                                     plan.options().credential.package, ready.request)
                               .step({});
    auto* leg = std::get_if<Initiator::Continue>(&step.result);
    // A failure is met, and reported, by the next login; without a second leg there is nothing to
    // keep warm.
    if (leg == nullptr) return;
    plan.warm().put(std::move(*leg), {ready.generation, ready.request});
  }
}

void WarmFiller::forget(const SessionOptions& options) {
  std::vector<Plan::Ptr> gone;  // released without the lock
  const auto fits = [&](const Plan::Ptr& plan) { return &plan->options() == &options; };
  {
    const std::lock_guard lock(mutex_);
    for (std::vector<Plan::Ptr>* plans : {&asked_, &holding_}) {
      std::copy_if(plans->begin(), plans->end(), std::back_inserter(gone), fits);
      std::erase_if(*plans, fits);
    }
  }
  for (const Plan::Ptr& plan : gone) plan->warm().drop_all();
}

void WarmFiller::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  asked_.clear();
  changed_.notify_all();
  changed_.wait_for(lock, std::chrono::seconds(1), [this] { return !running_; });
}

}  // namespace negodbc::auth
