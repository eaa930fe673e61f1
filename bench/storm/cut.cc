#include "bench/storm/cut.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

namespace negodbc::bench {

Cut::Cut(const std::string& command) : output_(memfd_create("negodbc-storm-cut", MFD_CLOEXEC)) {
  if (!output_) throw std::runtime_error(std::string("memfd_create: ") + std::strerror(errno));
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
  if (pid_ != 0) return;
  setpgid(0, 0);
  // The storm waits for its signals by a descriptor, and has them blocked.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  dup2(output_.get(), STDOUT_FILENO);
  dup2(output_.get(), STDERR_FILENO);
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

Cut::~Cut() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);  // it may not have its group yet
  waitpid(pid_, nullptr, 0);
}

std::string Cut::end_within(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() >= until) return "the command of --cut did not end in time" + last_words();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  const std::string how = WIFEXITED(status) ? "status " + std::to_string(WEXITSTATUS(status))
                                            : "signal " + std::to_string(WTERMSIG(status));
  return "the command of --cut ended with " + how + last_words();
}

std::string Cut::last_words() const {
  constexpr off_t most = 400;
  const off_t size = lseek(output_.get(), 0, SEEK_END);
  std::string words(static_cast<std::size_t>(std::clamp<off_t>(size, 0, most)), '\0');
  if (words.empty()) return "";
  const ssize_t got =
      pread(output_.get(), words.data(), words.size(), size - static_cast<off_t>(words.size()));
  words.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return ": " + words;
}

}  // namespace negodbc::bench
