#include <pthread.h>

#include <new>

#include "driver/base/fork_mutex.h"

namespace negodbc {

// Never destroyed, and without memory of its own, so that unloading the module leaks nothing.
struct ForkList {
  std::mutex mutex;  // guards the lists
  ForkMutex* held = nullptr;
  CallMutex* freed = nullptr;

  template <class T>
  void add(T*& first, T& each) {
    const std::lock_guard lock(mutex);
    each.next_ = first;
    if (first != nullptr) first->previous_ = &each;
    first = &each;
  }

  template <class T>
  void remove(T*& first, T& each) {
    const std::lock_guard lock(mutex);
    (each.previous_ == nullptr ? first : each.previous_->next_) = each.next_;
    if (each.next_ != nullptr) each.next_->previous_ = each.previous_;
  }

  void before_fork() {
    mutex.lock();
    for (ForkMutex* each = held; each != nullptr; each = each->next_) each->lock();
  }

  void after_fork() {
    for (ForkMutex* each = held; each != nullptr; each = each->next_) each->unlock();
    mutex.unlock();
  }

  // Whoever holds them is not here. Without memory one stays as it is.
  void free_all() {
    for (CallMutex* each = freed; each != nullptr; each = each->next_) {
      if (each->try_lock()) {
        each->unlock();
      } else if (auto* const another = new (std::nothrow) std::mutex) {
        each->mutex_ = another;
      }
    }
  }
};

namespace {

constinit ForkList fork_list;

// When the module is loaded: nobody can fork in its midst. Should it fail, only a fork in the midst
// of a call is unsafe.
[[maybe_unused]] const int registered_at_fork =
    pthread_atfork([] { fork_list.before_fork(); }, [] { fork_list.after_fork(); },
                   [] {
                     fork_list.free_all();
                     fork_list.after_fork();
                   });

}  // namespace

ForkMutex::ForkMutex() {
  fork_list.add(fork_list.held, *this);
}

ForkMutex::~ForkMutex() {
  fork_list.remove(fork_list.held, *this);
}

CallMutex::CallMutex() {
  fork_list.add(fork_list.freed, *this);
}

CallMutex::~CallMutex() {
  fork_list.remove(fork_list.freed, *this);
  if (mutex_ != &own_) delete mutex_;
}

}  // namespace negodbc
