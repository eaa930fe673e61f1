#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "driver/dsn/lease.h"

namespace negodbc::dsn {
namespace {

sigset_t sigio_alone() {
  sigset_t signals{};
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGIO);
  return signals;
}

}  // namespace

Lease::Lease(int file) : file_(file) {
  const sigset_t signals = sigio_alone();
  if (::pthread_sigmask(SIG_BLOCK, &signals, &before_) != 0) return;
  // To this thread, before the kernel takes the whole process for the owner.
  const f_owner_ex owner = {F_OWNER_TID, ::gettid()};
  if (::fcntl(file_, F_SETOWN_EX, &owner) == 0 && ::fcntl(file_, F_SETLEASE, F_RDLCK) == 0) {
    state_ = State::held;
    return;
  }
  if (errno == EAGAIN) state_ = State::refused;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Lease::end() {
  if (state_ != State::held) return false;
  state_ = State::impossible;
  bool wanted = ::fcntl(file_, F_GETLEASE) != F_RDLCK;
  ::fcntl(file_, F_SETLEASE, F_UNLCK);
  const sigset_t signals = sigio_alone();
  const timespec no_time = {0, 0};
  while (::sigtimedwait(&signals, nullptr, &no_time) == SIGIO) wanted = true;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  return wanted;
}

Lease::~Lease() {
  end();
}

}  // namespace negodbc::dsn
