#include "sspi_gssapi/thread_surroundings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "sspi_gssapi/environment.h"

namespace negodbc::sspi_gssapi {
namespace {

std::atomic<bool> g_keyrings_asked_for{false};

#if defined(__linux__) && defined(STATX_BASIC_STATS)
// Which file a name is, and by which mount; a mount is of one namespace only. All 0: it is not
// told. As they are told and no hash of them: of two folders made one after the other some would be
// one.
using Place = std::array<std::uint64_t, 3>;
using Places = decltype(auth::Surroundings::value);

Place place_of(const char* name) {
  unsigned int mask = STATX_INO;
#ifdef STATX_MNT_ID
  mask |= STATX_MNT_ID;
#endif
  struct statx facts {};
  if (::statx(AT_FDCWD, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, mask, &facts) != 0) return {};
  Place told{facts.stx_ino, std::uint64_t{facts.stx_dev_major} << 32u | facts.stx_dev_minor};
#ifdef STATX_MNT_ID
  if ((facts.stx_mask & STATX_MNT_ID) != 0) told[2] = facts.stx_mnt_id;
#endif
  return told;
}

Places places_of(const char* root, const char* folder, const char* network) {
  Places all{};
  auto at = all.begin();
  for (const char* const name : {root, folder, network}) {
    const Place one = place_of(name);
    at = std::copy(one.begin(), one.end(), at);
  }
  return all;
}

std::int64_t thread_now() {
  return ::syscall(SYS_gettid);
}

// Whether two threads of the process share a thing; nothing: it can't be told.
std::optional<bool> share(std::int64_t one, std::int64_t other, int thing) {
  const long told = ::syscall(SYS_kcmp, one, other, thing, 0L, 0L);
  return told < 0 ? std::nullopt : std::optional(told == 0);
}

bool is_under_filter() {
  return ::prctl(PR_GET_SECCOMP) != 0;
}
#endif

}  // namespace

#if defined(__linux__) && defined(STATX_BASIC_STATS)

auth::Surroundings surroundings() {
  return {.value = places_of("/", ".", "/proc/thread-self/ns/net"), .thread = thread_now()};
}

bool has_surroundings(const auth::Surroundings& of) {
  const auth::Surroundings own = surroundings();
  if (own.value != of.value) return false;
  return own.thread == of.thread || is_under_filter() ||
         share(own.thread, of.thread, KCMP_FILES).value_or(true);
}

// The process's are its main thread's. Where that has ended, which leaves it a folder without
// them, they are anybody's.
bool are_of_process(const auth::Surroundings& own) {
  const std::int64_t main = ::getpid();
  if (own.thread == main) return true;
  const Places mains = places_of("/proc/self/root", "/proc/self/cwd", "/proc/self/ns/net");
  const auto folder = mains.begin() + std::tuple_size_v<Place>;
  const bool told =
      std::any_of(folder, folder + std::tuple_size_v<Place>, [](auto fact) { return fact != 0; });
  if (!told && place_of("/proc/self/status") != Place{}) return true;
  if (told && mains != own.value) return false;
  // One that only looks the same may be another in a moment.
  return is_under_filter() || (share(own.thread, main, KCMP_FS).value_or(true) &&
                               share(own.thread, main, KCMP_FILES).value_or(true));
}

// While threads share a working directory, none of them may enter another namespace of mounts
// (setns(2)).
void leave_surroundings() {
  if (!is_under_filter()) ::unshare(CLONE_FS);
}

#else

auth::Surroundings surroundings() {
  return {};
}

bool has_surroundings(const auth::Surroundings& /*of*/) {
  return true;
}

bool are_of_process(const auth::Surroundings& /*own*/) {
  return true;
}

void leave_surroundings() {}

#endif

bool is_in_thread_keyrings(std::string_view cache) {
  constexpr std::string_view kType = "KEYRING:";
  // A user's persistent keyring is named by the id, and is brought along by who asks for it.
  return cache.starts_with(kType) && !cache.substr(kType.size()).starts_with("persistent:");
}

void note_cache(std::string_view cache) {
  if (is_in_thread_keyrings(cache)) g_keyrings_asked_for.store(true, std::memory_order_relaxed);
}

bool may_be_in_thread_keyrings() {
  if (g_keyrings_asked_for.load(std::memory_order_relaxed)) return true;
  const char* const named = trusted_variable("KRB5CCNAME");
  return named != nullptr && is_in_thread_keyrings(named);
}

}  // namespace negodbc::sspi_gssapi
