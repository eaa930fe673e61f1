#include "tests/fake/no_threads.h"

#include <dlfcn.h>
#include <pthread.h>

#include <cerrno>

namespace negodbc::test {
std::atomic<bool> g_no_threads{false};
}  // namespace negodbc::test

// In the system's place.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) noexcept {
  using Function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto system = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "pthread_create"));
  return negodbc::test::g_no_threads ? EAGAIN : system(thread, attributes, start, argument);
}
