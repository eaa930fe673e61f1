#include "sspi_gssapi/handle_registry.h"

#include <pthread.h>

#include <vector>

namespace negodbc::sspi_gssapi {
namespace {

struct Guards {
  std::mutex mutex;
  std::vector<ForkGuarded*> all;
};
Guards& guards() {
  static Guards* const instance = new Guards;
  return *instance;
}

void before_fork() {
  guards().mutex.lock();
  for (ForkGuarded* guarded : guards().all) guarded->lock_all();
}
void after_fork() {
  for (ForkGuarded* guarded : guards().all) guarded->unlock_all();
  guards().mutex.unlock();
}

}  // namespace

void guard_at_fork(ForkGuarded& guarded) {
  static const int registered = pthread_atfork(before_fork, after_fork, after_fork);
  static_cast<void>(registered);  // on failure only a fork in the midst of a call is unsafe
  const std::lock_guard lock(guards().mutex);
  guards().all.push_back(&guarded);
}

}  // namespace negodbc::sspi_gssapi
