// A search in several processes.
#pragma once

#include <functional>

namespace negodbc::oracle {

// job(0), job(1), ... each in a process of its own, with one job in this one. The worst of the
// statuses that they give; 3 of one that crashes.
int in_jobs(int jobs, const std::function<int(int)>& job);

// For runs of NEGODBC_LONG_SECONDS (60).
double long_seconds();

}  // namespace negodbc::oracle
