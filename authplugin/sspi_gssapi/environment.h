// The environment as the libraries see it: what the user of a set-user-ID program has put there
// counts for nothing.
#ifndef NEGODBC_SSPI_GSSAPI_ENVIRONMENT_H_
#define NEGODBC_SSPI_GSSAPI_ENVIRONMENT_H_

#include <unistd.h>

#include <cstdlib>

namespace negodbc::sspi_gssapi {

// NULL: not set, or not to be trusted in this process. It lives until the environment changes.
inline const char* trusted_variable(const char* name) {
#ifdef __GLIBC__
  return ::secure_getenv(name);
#else
  return ::issetugid() != 0 ? nullptr : std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
#endif
}

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_ENVIRONMENT_H_
