#include "negotiate/caches.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>

namespace negodbc::auth {
namespace {

std::uint64_t hash_of(const SecretBytes& key) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(key.data()), key.size()});
}

std::atomic<Caches*> g_caches{nullptr};

// Before the libraries' own ends, which come after what atexit knows.
void stop_at_exit() {
  Caches* const caches = g_caches.load(std::memory_order_acquire);
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

Plan::Ptr Caches::make_room_locked() {
  if (plans_.size() < kMaxPlans) return nullptr;
  const auto oldest =
      std::min_element(plans_.begin(), plans_.end(),
                       [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
  Plan::Ptr gone = std::move(oldest->second.plan);
  plans_.erase(oldest);
  return gone;
}

Plan::Ptr Caches::plan(const negodbc_auth_options& options) {
  SecretBytes key;
  write_options_key(options, key);
  const std::uint64_t hash = hash_of(key);
  {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(hash);
    if (found != plans_.end() && found->second.key == key) {
      found->second.used = ++uses_;
      return found->second.plan;
    }
  }
  SessionOptions read = read_options(options);
  const bool keeps = read.fault.empty() && read.credential_copies != 0;
  CredentialSource::Ptr source =
      keeps ? credentials_.find(read.credential, read.credential_copies) : nullptr;
  auto made =
      std::make_shared<Plan>(platform_, std::move(read), std::move(source), &targets_, counters_);
  if (made->source() == nullptr) return made;
  Plan::Ptr gone;
  const std::lock_guard lock(mutex_);
  gone = make_room_locked();
  plans_.insert_or_assign(hash, Slot{std::move(key), made, ++uses_});
  return made;
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
