#include "driver/handles/handle.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <unordered_map>

#include "driver/base/fork_mutex.h"

namespace negodbc::odbc {
namespace {

constexpr unsigned kind_bits = 3;

using Handles = std::unordered_map<SQLHANDLE, std::shared_ptr<Handle>>;

struct Shard {
  // Programs use one handle many times in turn. nullptr: no such handle.
  const std::shared_ptr<Handle>* find(SQLHANDLE id) {
    if (last == nullptr || last->first != id) {
      const auto found = handles.find(id);
      if (found == handles.end()) return nullptr;
      last = &*found;
    }
    return &last->second;
  }

  ForkMutex mutex;
  Handles handles;
  Handles::value_type* last = nullptr;  // stays where it is until it is withdrawn
};

using Shards = std::array<Shard, 16>;

// Never destroyed: an application's static objects may free their handles after this module's
// statics went. Made when the module is loaded: nobody can fork in its midst.
alignas(Shards) std::byte shards_memory[sizeof(Shards)];
Shards& shards = *new (shards_memory) Shards;

Shard& shard_of(SQLHANDLE id) {
  return shards[(reinterpret_cast<std::uintptr_t>(id) >> kind_bits) % shards.size()];
}

SQLHANDLE next_id(Kind kind) {
  static std::atomic<std::uintptr_t> last{0};
  const std::uintptr_t number = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return reinterpret_cast<SQLHANDLE>((number << kind_bits) | static_cast<std::uintptr_t>(kind));
}

}  // namespace

Handle::Handle(Kind kind) : kind_(kind), id_(next_id(kind)) {}

void publish(const std::shared_ptr<Handle>& handle) {
  Shard& shard = shard_of(handle->id());
  const std::lock_guard lock(shard.mutex);
  shard.handles.emplace(handle->id(), handle);
}

void withdraw(const Handle& handle) {
  Shard& shard = shard_of(handle.id());
  std::shared_ptr<Handle> last;  // destroyed after the lock is gone
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.handles.find(handle.id());
  if (found == shard.handles.end()) return;
  shard.last = nullptr;
  last = std::move(found->second);
  shard.handles.erase(found);
  // An empty registry holds no memory, so that unloading the module leaks nothing.
  if (shard.handles.empty()) Handles().swap(shard.handles);
}

std::shared_ptr<Handle> find_handle(SQLHANDLE id, Kind kind) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const std::shared_ptr<Handle>* found = shard.find(id);
  if (found == nullptr || (*found)->kind() != kind) return nullptr;
  return *found;
}

}  // namespace negodbc::odbc
