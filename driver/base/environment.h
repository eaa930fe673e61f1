// The environment as a library may read it: what the user of a set-user-ID program has put there
// counts for nothing. Linux and its kin only.
#pragma once

#include <unistd.h>
#ifdef __GLIBC__
#include <sys/auxv.h>
#endif

#include <cstdlib>

namespace negodbc {

// NULL: not set, or not to be trusted in this process. It lives until the environment changes.
inline const char* trusted_variable(const char* name) {
#ifdef __GLIBC__
  return ::secure_getenv(name);
#else
  return ::issetugid() != 0 ? nullptr : std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
#endif
}

// The program has rights that its caller has not (set-user-ID and the like).
inline bool is_privileged() {
#ifdef __GLIBC__
  return ::getauxval(AT_SECURE) != 0;
#else
  return ::issetugid() != 0;
#endif
}

}  // namespace negodbc
