// CPU time of others on this machine, from proc(5), where it can be seen.
#ifndef NEGODBC_BENCH_STORM_SERVER_USE_H
#define NEGODBC_BENCH_STORM_SERVER_USE_H

#include <optional>
#include <string>

namespace negodbc::bench {

// Seconds used so far by a process, its children that have ended and have been waited for, and its
// children that live, theirs included: of a postmaster, all its backends. In steps of a hundredth
// of a second. Nothing when there is no such process.
struct TreeUse {
  double own_s = 0;  // of the process itself: a postmaster's accepting and forking
  double all_s = 0;
};
std::optional<TreeUse> process_tree_use(int pid);

// A number, or a file that begins with one (postmaster.pid); read anew with each call.
std::optional<int> server_pid(const std::string& number_or_file);

// Seconds that all processors of this machine have been busy so far, with whatever.
std::optional<double> machine_cpu_s();

}  // namespace negodbc::bench

#endif
