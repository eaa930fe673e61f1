#include "negotiate/target_cache.h"

#include <algorithm>

namespace negodbc::auth {

std::optional<std::string> TargetCache::canonical_host(const std::string& host, Canonicalize how,
                                                       std::chrono::seconds life) {
  if (how == Canonicalize::kNone) return host;
  const auto key = std::make_pair(host, how);
  if (life.count() > 0) {
    const std::lock_guard lock(mutex_);
    const auto found = hosts_.find(key);
    if (found != hosts_.end() && Clock::now() - found->second.asked_at < life) {
      ++counters_.targets_reused;
      return found->second.name;
    }
  }
  std::optional<std::string> name = platform_.canonical_host(host, how);
  if (name && life.count() > 0) {
    const std::lock_guard lock(mutex_);
    if (hosts_.size() >= kMaxHosts && !hosts_.contains(key)) {
      hosts_.erase(std::min_element(hosts_.begin(), hosts_.end(), [](const auto& a, const auto& b) {
        return a.second.asked_at < b.second.asked_at;
      }));
    }
    hosts_.insert_or_assign(key, Known{*name, Clock::now()});
  }
  return name;
}

}  // namespace negodbc::auth
