// Memory for what every login needs anew and gives back soon: tokens, frames, sessions, contexts.
// Blocks of a few sizes are kept for the next user instead of going back to the heap, and are wiped
// when they are returned, because nearly all of them have held a token or plaintext.
//
// Bounded: of each size at most kMaxKept bytes wait in the pool; what comes back beyond that is
// freed, and so are blocks larger than the largest size. Any thread may take and give. A child
// after fork starts with an empty pool: its parent's locks may have been held.
#ifndef NEGODBC_NEGOTIATE_POOL_H_
#define NEGODBC_NEGOTIATE_POOL_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace negodbc::auth {

// Never NULL; throws std::bad_alloc. The memory is not initialised.
void* pool_take(std::size_t size);
// `size` as it was asked for.
void pool_give(void* memory, std::size_t size) noexcept;

// Off: every block comes from the heap and goes back to it (wiped all the same).
void pool_enable(bool enabled) noexcept;

struct PoolCounters {
  std::uint64_t taken;      // blocks handed out
  std::uint64_t from_heap;  // of these: had to be allocated
};
PoolCounters pool_counters() noexcept;

// For containers and shared pointers of the standard library.
template <typename T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <typename U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)
  // A container of pointers is no mistake. NOLINTBEGIN(bugprone-sizeof-expression)
  T* allocate(std::size_t count) { return static_cast<T*>(pool_take(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { pool_give(memory, count * sizeof(T)); }
  // NOLINTEND(bugprone-sizeof-expression)
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

using PooledText = std::basic_string<char, std::char_traits<char>, PoolAllocator<char>>;

// Base of a class whose objects come from the pool.
struct Pooled {
  static void* operator new(std::size_t size) { return pool_take(size); }
  static void operator delete(void* memory, std::size_t size) noexcept { pool_give(memory, size); }
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_POOL_H_
