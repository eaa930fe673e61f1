// What this process and its threads have used.
#ifndef NEGODBC_BENCH_STORM_OWN_USE_H
#define NEGODBC_BENCH_STORM_OWN_USE_H

#include <cstdint>

namespace negodbc::bench {

struct CpuUse {
  double user_s = 0;
  double system_s = 0;
};
CpuUse process_cpu();   // all threads, those that have ended included
double thread_cpu_s();  // of the calling thread

// Gives freed memory back and begins the peak anew from what is in use now.
void begin_memory_peak();
// The most memory in use at once since then; -1 where the system does not tell.
std::int64_t memory_peak_kb();

}  // namespace negodbc::bench

#endif
