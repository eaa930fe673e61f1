// From SSPI's handles to our objects. A handle is a number that is used once, so that a stale,
// foreign or made-up handle finds nothing; an object lives on while a call uses it, even when
// another thread deletes its handle.
#ifndef NEGODBC_SSPI_GSSAPI_HANDLE_REGISTRY_H_
#define NEGODBC_SSPI_GSSAPI_HANDLE_REGISTRY_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "negodbc/sspi.h"
#include "negotiate/pool.h"

namespace negodbc::sspi_gssapi {

// The shards' mutexes are held over fork, so that the child finds the registry whole.
class ForkGuarded {
 public:
  virtual void lock_all() = 0;
  virtual void unlock_all() = 0;

 protected:
  ~ForkGuarded() = default;
};
// For the rest of the process.
void guard_at_fork(ForkGuarded& guarded);

template <typename Object, std::uintptr_t kKind>
class HandleRegistry final : public ForkGuarded {
 public:
  // Never destroyed: helper threads may use it until the process ends.
  static HandleRegistry& instance() {
    static HandleRegistry* const registry = [] {
      auto* made = new HandleRegistry;
      guard_at_fork(*made);
      return made;
    }();
    return *registry;
  }

  SecHandle add(std::shared_ptr<Object> object) {
    const std::uintptr_t number = next_.fetch_add(1, std::memory_order_relaxed);
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    shard.objects.emplace(number, std::move(object));
    return SecHandle{number, kKind};
  }

  // NULL: no such handle.
  std::shared_ptr<Object> find(const SecHandle* handle) {
    if (handle == nullptr || handle->dwUpper != kKind) return nullptr;
    Shard& shard = shard_of(handle->dwLower);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.objects.find(handle->dwLower);
    return found == shard.objects.end() ? nullptr : found->second;
  }

  // Takes the object out; NULL: no such handle.
  std::shared_ptr<Object> remove(const SecHandle* handle) {
    if (handle == nullptr || handle->dwUpper != kKind) return nullptr;
    Shard& shard = shard_of(handle->dwLower);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.objects.find(handle->dwLower);
    if (found == shard.objects.end()) return nullptr;
    std::shared_ptr<Object> object = std::move(found->second);
    shard.objects.erase(found);
    return object;
  }

  void lock_all() override {
    for (Shard& shard : shards_) shard.mutex.lock();
  }
  void unlock_all() override {
    for (Shard& shard : shards_) shard.mutex.unlock();
  }

 private:
  struct Shard {
    std::mutex mutex;
    // Nodes from the pool: every login makes some.
    std::unordered_map<
        std::uintptr_t, std::shared_ptr<Object>, std::hash<std::uintptr_t>, std::equal_to<>,
        auth::PoolAllocator<std::pair<const std::uintptr_t, std::shared_ptr<Object>>>>
        objects;
  };
  Shard& shard_of(std::uintptr_t number) { return shards_[number % shards_.size()]; }

  std::atomic<std::uintptr_t> next_{1};
  std::array<Shard, 4> shards_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_HANDLE_REGISTRY_H_
