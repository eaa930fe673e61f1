#include "tests/model/kcm.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace negodbc::model {

Kcm::Kcm(const std::string& program) {
  if (::access(program.c_str(), X_OK) != 0) return;
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", "/run", "tmpfs", 0, nullptr) != 0) {
    return;
  }
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process for the daemon");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, file);
    // Names of the model's own, whoever asks.
    ::execl(program.c_str(), program.c_str(), "--no-name-constraints", nullptr);
    ::_exit(127);
  }
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (::access("/run/.heim_org.h5l.kcm-socket", F_OK) != 0) {
    if (::waitpid(process_, nullptr, WNOHANG) == process_ ||
        std::chrono::steady_clock::now() > patience) {
      throw std::runtime_error(program + " does not serve");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Kcm::~Kcm() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace negodbc::model
