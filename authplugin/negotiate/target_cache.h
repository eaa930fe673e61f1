// Canonical host names, asked of the resolver once and kept for a time: never once per leg.
#ifndef NEGODBC_NEGOTIATE_TARGET_CACHE_H_
#define NEGODBC_NEGOTIATE_TARGET_CACHE_H_

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "negotiate/cache_counters.h"
#include "negotiate/security_platform.h"

namespace negodbc::auth {

class TargetCache {
 public:
  static constexpr std::size_t kMaxHosts = 256;

  TargetCache(const SecurityPlatform& platform, CacheCounters& counters)
      : platform_(platform), counters_(counters) {}

  // Nothing: it can't be told now, which is not kept. May wait for DNS. `life` of zero: always
  // asks, and keeps nothing.
  std::optional<std::string> canonical_host(const std::string& host, Canonicalize how,
                                            std::chrono::seconds life);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::string name;
    Clock::time_point asked_at;
  };
  const SecurityPlatform& platform_;
  CacheCounters& counters_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Canonicalize>, Known> hosts_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_TARGET_CACHE_H_
