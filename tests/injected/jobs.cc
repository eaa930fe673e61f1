#include "tests/injected/jobs.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <new>
#include <stdexcept>

#include "tests/oracle/watch.h"

// With LeakSanitizer; else there is none.
extern "C" int __lsan_do_recoverable_leak_check() __attribute__((weak));

namespace negodbc::injected {
namespace {

using Clock = std::chrono::steady_clock;

// What the processes share.
struct Shared {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> tried = 0;
  std::atomic<std::size_t> wrong = 0;
};

Shared* make_shared_memory() {
  void* const memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no memory to share");
  return new (memory) Shared;
}

bool is_over(const Points& points, Clock::time_point begin) {
  return points.seconds > 0 &&
         std::chrono::duration<double>(Clock::now() - begin).count() > points.seconds;
}

[[noreturn]] void work(const Points& points, Shared& shared, int place, Clock::time_point begin) {
  try {
    const auto worker = points.worker(place);
    for (std::size_t point = shared.next++; point < points.count && !is_over(points, begin);
         point = shared.next++) {
      ++shared.tried;
      oracle::watch(points.name(point), points.patience_s);
      const std::string lie = worker(point);
      oracle::watch_no_more();
      if (lie.empty()) continue;
      ++shared.wrong;
      std::printf("%s: %s\n", points.name(point).c_str(), lie.c_str());
      std::fflush(stdout);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    std::_Exit(2);
  }
  if (__lsan_do_recoverable_leak_check != nullptr && __lsan_do_recoverable_leak_check() != 0) {
    ++shared.wrong;
    std::fprintf(stderr, "what has leaked is of one of the points of this process\n");
  }
  std::_Exit(0);
}

pid_t start(const Points& points, Shared& shared, int place, Clock::time_point begin) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) work(points, shared, place, begin);
  return child;
}

}  // namespace

int try_points(const Points& points) {
  const auto begin = Clock::now();
  std::fflush(stdout);
  Shared& shared = *make_shared_memory();
  std::map<pid_t, int> children;
  for (int place = 0; place < points.jobs; ++place)
    children[start(points, shared, place, begin)] = place;
  int worst = 0;
  while (!children.empty()) {
    int status = 0;
    const pid_t child = wait(&status);
    const auto found = children.find(child);
    if (found == children.end()) continue;
    const int place = found->second;
    children.erase(found);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
      worst = 2;
      continue;
    }
    ++shared.wrong;  // it has said which point it was
    if (shared.next < points.count) children[start(points, shared, place, begin)] = place;
  }
  const std::size_t wrong = shared.wrong;
  std::printf("%zu of %zu points tried, %zu wrong\n", shared.tried.load(), points.count, wrong);
  munmap(&shared, sizeof(Shared));
  return wrong > 0 && worst == 0 ? 1 : worst;
}

}  // namespace negodbc::injected
