// The environment as a library may read it: what the user of a set-user-ID program has put there
// counts for nothing. Linux and its kin only.
#pragma once

#include <unistd.h>

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

}  // namespace negodbc
