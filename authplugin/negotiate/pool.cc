#include "negotiate/pool.h"

#include <array>
#include <atomic>
#include <bit>
#include <new>

#include "negotiate/secret_bytes.h"

namespace negodbc::auth {
namespace {

constexpr std::size_t kSmallest = 32;
constexpr std::size_t kSizes = 13;  // 32 bytes to 128 KiB
constexpr std::size_t kLargest = kSmallest << (kSizes - 1);
constexpr std::size_t kMaxKept = std::size_t{256} << 10;  // bytes of one size in one shard
constexpr std::size_t kShards = 8;

// A block that waits; it lies in the block itself.
struct Free {
  Free* next;
};

struct Stack {
  Free* first = nullptr;
  std::size_t count = 0;
};

// Threads are spread over shards. Nobody waits for a shard: who finds it taken goes to the heap. So
// one that was taken when the process forked is only never used in the child.
struct alignas(64) Shard {
  std::atomic_flag taken;
  std::array<Stack, kSizes> stacks;
  std::atomic<std::uint64_t> handed_out{0};
  std::atomic<std::uint64_t> from_heap{0};
};

class Holding {
 public:
  explicit Holding(Shard& shard)
      : shard_(shard), held_(!shard.taken.test_and_set(std::memory_order_acquire)) {}
  ~Holding() {
    if (held_) shard_.taken.clear(std::memory_order_release);
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  explicit operator bool() const { return held_; }

 private:
  Shard& shard_;
  const bool held_;
};

// Not under the address sanitizer: it would no longer see who uses a block after giving it back.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kEnabledAtFirst = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kEnabledAtFirst = false;
#else
constexpr bool kEnabledAtFirst = true;
#endif
#else
constexpr bool kEnabledAtFirst = true;
#endif

std::array<Shard, kShards> g_shards;
std::atomic<bool> g_enabled{kEnabledAtFirst};
std::atomic<unsigned> g_next_thread{0};

Shard& shard_of_thread() {
  thread_local const unsigned mine = g_next_thread.fetch_add(1, std::memory_order_relaxed);
  return g_shards[mine % kShards];
}

std::size_t size_index(std::size_t size) {
  return size <= kSmallest ? 0 : std::bit_width(size - 1) - std::bit_width(kSmallest - 1);
}

std::size_t block_size(std::size_t index) {
  return kSmallest << index;
}

}  // namespace

void* pool_take(std::size_t size) {
  if (size > kLargest) return ::operator new(size);
  const std::size_t index = size_index(size);
  Shard& shard = shard_of_thread();
  shard.handed_out.fetch_add(1, std::memory_order_relaxed);
  if (g_enabled.load(std::memory_order_relaxed)) {
    const Holding held(shard);
    Stack& stack = shard.stacks[index];
    if (held && stack.first != nullptr) {
      Free* const block = stack.first;
      stack.first = block->next;
      --stack.count;
      return block;
    }
  }
  shard.from_heap.fetch_add(1, std::memory_order_relaxed);
  return ::operator new(block_size(index));
}

void pool_give(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return;
  wipe(memory, size);
  if (size <= kLargest && g_enabled.load(std::memory_order_relaxed)) {
    const std::size_t index = size_index(size);
    Shard& shard = shard_of_thread();
    const Holding held(shard);
    Stack& stack = shard.stacks[index];
    if (held && (stack.count + 1) * block_size(index) <= kMaxKept) {
      stack.first = ::new (memory) Free{stack.first};
      ++stack.count;
      return;
    }
  }
  ::operator delete(memory);
}

void pool_enable(bool enabled) noexcept {
  g_enabled.store(enabled, std::memory_order_relaxed);
}

PoolCounters pool_counters() noexcept {
  PoolCounters sum{};
  for (const Shard& shard : g_shards) {
    sum.taken += shard.handed_out.load(std::memory_order_relaxed);
    sum.from_heap += shard.from_heap.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace negodbc::auth
