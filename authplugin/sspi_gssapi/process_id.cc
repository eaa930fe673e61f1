#include "sspi_gssapi/process_id.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <new>

namespace negodbc::sspi_gssapi {
namespace {

using Number = std::atomic<std::uint64_t>;

// 0 in it: not known yet. NULL: the system has no such page. It stays as long as the process.
Number* emptied_in_children() {
#ifdef MADV_WIPEONFORK
  const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const page =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (::madvise(page, size, MADV_WIPEONFORK) == 0) return new (page) Number(0);
  ::munmap(page, size);
#endif
  return nullptr;
}

// Made as the library is loaded: a child of a fork in the midst of a first call would wait for its
// end.
Number* const g_kept = emptied_in_children();

}  // namespace

std::uint64_t process_id() {
  static_assert(Number::is_always_lock_free);
  std::uint64_t number = g_kept != nullptr ? g_kept->load(std::memory_order_relaxed) : 0;
  if (number == 0) {
    number = static_cast<std::uint64_t>(::getpid());
    if (g_kept != nullptr) g_kept->store(number, std::memory_order_relaxed);
  }
  return number;
}

}  // namespace negodbc::sspi_gssapi
