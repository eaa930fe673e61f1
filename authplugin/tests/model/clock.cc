#include "tests/model/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace negodbc::model {
namespace {

std::atomic<std::int64_t> g_ahead{0};

time_t ahead() {
  return static_cast<time_t>(g_ahead.load(std::memory_order_relaxed));
}

int moved(int result, struct stat* facts) {
  if (result == 0) {
    facts->st_atim.tv_sec += ahead();
    facts->st_mtim.tv_sec += ahead();
    facts->st_ctim.tv_sec += ahead();
  }
  return result;
}

int look(int folder, const char* path, struct stat* facts, int flags) {
  return moved(static_cast<int>(::syscall(SYS_newfstatat, folder, path, facts, flags)), facts);
}

}  // namespace

void move_clock(std::int64_t seconds) {
  g_ahead = seconds;
}

}  // namespace negodbc::model

// The libraries find these before the C library's, as the program exports them.
// NOLINTBEGIN(readability-identifier-naming, bugprone-easily-swappable-parameters)
extern "C" {

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += negodbc::model::ahead();
  }
  return result;
}

__attribute__((visibility("default"))) time_t time(time_t* told) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (told != nullptr) *told = now.tv_sec;
  return now.tv_sec;
}

__attribute__((visibility("default"))) int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec exact{};
  ::clock_gettime(CLOCK_REALTIME, &exact);
  constexpr long kNanosecondsOfMicrosecond = 1000;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / kNanosecondsOfMicrosecond;
  return 0;
}

__attribute__((visibility("default"))) int stat(const char* path, struct stat* facts) noexcept {
  return negodbc::model::look(AT_FDCWD, path, facts, 0);
}
__attribute__((visibility("default"))) int lstat(const char* path, struct stat* facts) noexcept {
  return negodbc::model::look(AT_FDCWD, path, facts, AT_SYMLINK_NOFOLLOW);
}
__attribute__((visibility("default"))) int fstat(int file, struct stat* facts) noexcept {
  return negodbc::model::look(file, "", facts, AT_EMPTY_PATH);
}
__attribute__((visibility("default"))) int fstatat(int folder, const char* path, struct stat* facts,
                                                   int flags) noexcept {
  return negodbc::model::look(folder, path, facts, flags);
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming, bugprone-easily-swappable-parameters)
