#include "bench/storm/stop_signals.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace negodbc::bench {

StopSignals::StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, &before_);
  fd_ = FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

StopSignals::~StopSignals() {
  count();  // what came twice would end the program as soon as it may
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

unsigned StopSignals::count() {
  signalfd_siginfo one{};
  while (read(fd_.get(), &one, sizeof one) == ssize_t{sizeof one}) ++count_;
  return count_;
}

bool StopSignals::sleep_until(std::chrono::steady_clock::time_point moment) {
  using std::chrono::milliseconds;
  for (;;) {
    if (count() != 0) return false;
    const auto left =
        std::chrono::ceil<milliseconds>(moment - std::chrono::steady_clock::now()).count();
    if (left <= 0) return true;
    pollfd signals{fd_.get(), POLLIN, 0};
    poll(&signals, 1, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
  }
}

}  // namespace negodbc::bench
