#include "bench/storm/own_use.h"

#include <malloc.h>
#include <sys/resource.h>

#include <ctime>
#include <fstream>
#include <string>

namespace negodbc::bench {
namespace {

double seconds_of(const timeval& value) {
  return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) * 1e-6;
}

}  // namespace

CpuUse process_cpu() {
  rusage now{};
  getrusage(RUSAGE_SELF, &now);
  return {seconds_of(now.ru_utime), seconds_of(now.ru_stime)};
}

double thread_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void begin_memory_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // proc(5): resets the peak
}

std::int64_t memory_peak_kb() {
  std::ifstream status("/proc/self/status");
  std::int64_t kilobytes = -1;
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") status >> kilobytes;
  }
  return kilobytes;
}

}  // namespace negodbc::bench
