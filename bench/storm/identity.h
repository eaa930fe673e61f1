// Which storm a report is of, and where it was run.
#ifndef NEGODBC_BENCH_STORM_IDENTITY_H
#define NEGODBC_BENCH_STORM_IDENTITY_H

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace negodbc::bench {

// Reports of one run, whose processes measured at the same time, can be merged.
struct Identity {
  std::string run;               // the same for all processes of the run
  std::string process;           // of this one alone
  std::optional<unsigned> rank;  // among `ranks`; absent: not known
  unsigned ranks = 0;            // 0: not known
};

// Fills what is not given: rank and ranks by the launcher's variables (Open MPI, MPICH and other
// PMI, Slurm); the run by the moment at which all begin (`start_at`; 0: none), by the launcher's
// name of the job, or by chance. `variable` gives an environment variable, or nothing.
using Variable = std::function<std::optional<std::string>(const char*)>;
Identity completed(Identity given, double start_at, const Variable& variable);
std::optional<std::string> environment_variable(const char* name);

// {"host", "kernel", "system", "cpu", "processors", "negodbc": version, "commit"}
nlohmann::json environment_document();

}  // namespace negodbc::bench

#endif
