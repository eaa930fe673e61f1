// What the caches have done; each counter wraps. One set for the process (the ABI's counters()).
#ifndef NEGODBC_NEGOTIATE_CACHE_COUNTERS_H_
#define NEGODBC_NEGOTIATE_CACHE_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace negodbc::auth {

class Counter {
 public:
  void operator++() { value_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct CacheCounters {
  Counter credentials_acquired;  // from their source
  Counter credentials_reused;    // first legs made with a kept one
  Counter credentials_copied;    // for a further thread
  Counter credentials_renewed;   // ahead of time
  Counter credentials_changed;   // sources found changed, vanished or run out
  Counter failures_remembered;   // answered from memory
  Counter targets_reused;        // canonical names answered from memory
  Counter warm_used;
  Counter warm_made;
  Counter warm_dropped;  // too old, or of a credential that has changed
};

// The process's.
CacheCounters& cache_counters();

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CACHE_COUNTERS_H_
