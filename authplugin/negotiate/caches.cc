#include "negotiate/caches.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>

#include "negotiate/deadline.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {
namespace {

std::uint64_t hash_of(const SecretBytes& key) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(key.data()), key.size()});
}

// Whether anything may be kept of sessions with these options.
bool keeps(const SessionOptions& options) {
  return options.fault.empty() && options.credential_copies != 0 &&
         options.credential.native_credential == nullptr;
}

CredentialRequest request_of(const SessionOptions& options, const Identity& identity) {
  CredentialRequest request = options.credential;
  request.default_caches = identity.default_caches;
  request.by_thread = identity.by_thread;
  // A credential handed over may be open still, and the target then chooses for it, too.
  if (identity.by_target || request.native_credential != nullptr) {
    request.target = options.whole_target
                         ? options.context.target
                         : compose_target(options.service, options.host, options.realm);
  }
  return request;
}

std::atomic<Caches*> g_caches{nullptr};

// Before the libraries' own ends, which come after what atexit knows.
void stop_at_exit() {
  Caches* const caches = g_caches.load(std::memory_order_acquire);
  // A thread that has been ended where it stood can't be waited for, nor what it has locked.
  if (system_platform().ends_threads_first()) return;
  if (caches != nullptr && caches->process() == system_platform().process_id()) caches->stop();
}

}  // namespace

CacheCounters& cache_counters() {
  static CacheCounters counters;
  return counters;
}

Caches::Caches(const SecurityPlatform& platform, const Caches* inherited)
    : platform_(platform),
      process_(platform.process_id()),
      inherited_(inherited),
      counters_(cache_counters()),
      credentials_(platform, counters_),
      targets_(platform, counters_),
      filler_(std::make_shared<WarmFiller>(platform, kMaxPlans)) {}

void Caches::stop() {
  filler_->stop();
}

Plan::Ptr PlanSet::find(std::string_view identity) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const Plan::Ptr& plan) {
    return plan->identity() == identity;
  });
  if (found == plans_.end()) return nullptr;
  std::rotate(plans_.begin(), found, found + 1);
  return plans_.front();
}

Plan::Ptr PlanSet::add(Plan::Ptr plan) {
  Plan::Ptr gone;  // released without the lock
  const std::lock_guard lock(mutex_);
  for (const Plan::Ptr& known : plans_) {
    if (known->identity() == plan->identity()) return known;
  }
  if (plans_.size() >= kMaxIdentities) {
    gone = std::move(plans_.back());
    plans_.pop_back();
  }
  plans_.insert(plans_.begin(), std::move(plan));
  return plans_.front();
}

void PlanSet::forget() {
  std::vector<Plan::Ptr> gone;  // released without the lock
  const std::lock_guard lock(mutex_);
  gone.swap(plans_);
}

void Caches::forget(const negodbc_auth_options* options) {
  std::optional<SessionOptions> named;
  if (options != nullptr) named = read_options(*options);
  std::vector<PlanSet::Ptr> gone;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = plans_.begin(); at != plans_.end();) {
      const bool fits =
          !named || same_source(named->credential, at->second.plans->options()->credential);
      if (fits) gone.push_back(std::move(at->second.plans));
      at = fits ? plans_.erase(at) : std::next(at);
    }
  }
  // A session may have its set for a login to come.
  for (const PlanSet::Ptr& plans : gone) {
    filler_->forget(*plans->options());
    plans->forget();
  }
  credentials_.forget(named ? &named->credential : nullptr);
  retire_helpers();
}

PlanSet::Ptr Caches::make_room_locked() {
  if (plans_.size() < kMaxPlans) return nullptr;
  const auto oldest =
      std::min_element(plans_.begin(), plans_.end(),
                       [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
  PlanSet::Ptr gone = std::move(oldest->second.plans);
  plans_.erase(oldest);
  return gone;
}

PlanSet::Ptr Caches::plans(const negodbc_auth_options& options,
                           std::shared_ptr<void> native_owner) {
  SecretBytes key;
  write_options_key(options, key);
  const std::uint64_t hash = hash_of(key);
  {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(hash);
    if (found != plans_.end() && found->second.key == key) {
      found->second.used = ++uses_;
      return found->second.plans;
    }
  }
  auto made = std::make_shared<PlanSet>(read_options(options, std::move(native_owner)));
  if (!keeps(*made->options())) return made;
  PlanSet::Ptr gone;
  const std::lock_guard lock(mutex_);
  gone = make_room_locked();
  plans_.insert_or_assign(hash, Slot{std::move(key), made, ++uses_});
  return made;
}

Plan::Ptr Caches::plan(const PlanSet::Ptr& plans, const Identity& identity) {
  const std::shared_ptr<const SessionOptions>& options = plans->options();
  if (!identity.may_be_kept) return make_plan(platform_, options, identity, &targets_);
  if (Plan::Ptr known = plans->find(identity.key)) return known;
  if (!keeps(*options)) return make_plan(platform_, options, identity, &targets_);
  CredentialRequest request = request_of(*options, identity);
  CredentialSource::Ptr source =
      credentials_.find(request, identity.key, options->credential_copies);
  auto made = std::make_shared<Plan>(platform_, options, std::move(request), identity.key,
                                     std::move(source), &targets_, counters_);
  return made->source() == nullptr ? made : plans->add(std::move(made));
}

Plan::Ptr make_plan(const SecurityPlatform& platform, std::shared_ptr<const SessionOptions> options,
                    const Identity& identity, TargetCache* targets) {
  CredentialRequest request = request_of(*options, identity);
  return std::make_shared<Plan>(platform, std::move(options), std::move(request), identity.key,
                                nullptr, targets, cache_counters());
}

Caches& system_caches() {
  const SecurityPlatform& platform = system_platform();
  const std::uint64_t process = platform.process_id();
  Caches* current = g_caches.load(std::memory_order_acquire);
  while (current == nullptr || current->process() != process) {
    auto fresh = std::make_unique<Caches>(platform, current);
    if (g_caches.compare_exchange_strong(current, fresh.get(), std::memory_order_acq_rel)) {
      static const int registered = std::atexit(stop_at_exit);
      static_cast<void>(registered);  // on failure the process ends as it would without us
      return *fresh.release();
    }
  }
  return *current;
}

}  // namespace negodbc::auth
