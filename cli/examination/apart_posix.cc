#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string_view>

#include "cli/examination/apart.h"

namespace negodbc::cli {
namespace {

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The first byte says whether the rest is what was returned (r) or thrown (x).
[[noreturn]] void be_apart(const std::function<std::string()>& action, int descriptor) {
  int status = 0;
  std::string said;
  try {
    said = "r" + action();
  } catch (const std::exception& error) {
    said = std::string("x") + error.what();
    status = 1;
  }
  write_all(descriptor, said);
  // Nothing of the parent's is flushed or ended twice.
  _exit(status);
}

// Until the child closes its end; false: not in time.
bool read_to_the_end(int descriptor, Deadline deadline, std::string& said) {
  std::array<char, 16384> part{};
  for (;;) {
    pollfd wait = {descriptor, POLLIN, 0};
    const int ready = poll(&wait, 1, deadline.poll_timeout());
    if (ready == 0) return false;
    if (ready < 0 && errno == EINTR) continue;
    const ssize_t got = read(descriptor, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    said.append(part.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Apart run_apart(const std::function<std::string()>& action, Deadline deadline) {
  Apart result;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    result.reason = "no pipe";
    return result;
  }
  const pid_t child = fork();
  if (child == 0) be_apart(action, ends[1]);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    result.reason = "no process";
    return result;
  }
  std::string said;
  const bool in_time = read_to_the_end(ends[0], deadline, said);
  close(ends[0]);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    result.end = Apart::End::timed_out;
  } else if (WIFEXITED(status) && said.starts_with('r')) {
    result.end = Apart::End::returned;
    result.said = said.substr(1);
  } else {
    result.reason = WIFSIGNALED(status)     ? "signal " + std::to_string(WTERMSIG(status))
                    : said.starts_with('x') ? said.substr(1)
                                            : "exit status " + std::to_string(WEXITSTATUS(status));
  }
  return result;
}

}  // namespace negodbc::cli
