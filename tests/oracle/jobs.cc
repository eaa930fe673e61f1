#include "tests/oracle/jobs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace negodbc::oracle {

int in_jobs(int jobs, const std::function<int(int)>& job) {
  if (jobs == 1) return job(0);
  std::vector<pid_t> children;
  for (int number = 0; number < jobs; ++number) {
    const pid_t child = fork();
    if (child == 0) _exit(job(number));
    if (child > 0) children.push_back(child);
  }
  int worst = children.size() == static_cast<std::size_t>(jobs) ? 0 : 2;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    worst = std::max(worst, WIFEXITED(status) ? WEXITSTATUS(status) : 3);
  }
  return worst;
}

double long_seconds() {
  const char* const seconds = std::getenv("NEGODBC_LONG_SECONDS");  // NOLINT(concurrency-mt-unsafe)
  return seconds == nullptr ? 60 : std::stod(seconds);
}

}  // namespace negodbc::oracle
