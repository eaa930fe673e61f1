#include <pthread.h>

#include <vector>

#include "driver/base/fork_mutex.h"

namespace negodbc {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<ForkMutex*> all;
};

Registry& registry() {
  static auto* const instance = new Registry;
  return *instance;
}

void before_fork() {
  registry().mutex.lock();
  for (ForkMutex* each : registry().all) each->lock();
}

void after_fork() {
  for (ForkMutex* each : registry().all) each->unlock();
  registry().mutex.unlock();
}

}  // namespace

ForkMutex::ForkMutex() {
  // Should it fail, only a fork in the midst of a call is unsafe.
  static const int registered = pthread_atfork(before_fork, after_fork, after_fork);
  static_cast<void>(registered);
  const std::lock_guard lock(registry().mutex);
  registry().all.push_back(this);
}

ForkMutex::~ForkMutex() {
  const std::lock_guard lock(registry().mutex);
  std::erase(registry().all, this);
}

}  // namespace negodbc
