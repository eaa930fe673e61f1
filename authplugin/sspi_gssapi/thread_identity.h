// Under whose ids a thread does its work, and with which capabilities: each thread has its own
// where the system is asked directly, and a new thread has those of the one that has made it.
#ifndef NEGODBC_SSPI_GSSAPI_THREAD_IDENTITY_H_
#define NEGODBC_SSPI_GSSAPI_THREAD_IDENTITY_H_

#include <string_view>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_gssapi {

// See SecurityPlatform, whose functions of these names they are. The first allocates only for more
// than 64 groups.
auth::ThreadIdentity thread_identity();
bool is_of_process(const auth::ThreadIdentity& identity);

// What a file like /proc/self/status tells of the process's main thread; false: it does not.
bool read_status(std::string_view text, auth::ThreadIdentity& identity);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_THREAD_IDENTITY_H_
