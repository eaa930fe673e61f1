// From where a thread sees the system, beside its ids: Linux keeps for each thread a root and a
// working directory, mounts, networks, a table of descriptors and keyrings. Threads share them, or
// not any more; a new thread begins with those of the one that has made it.
#ifndef NEGODBC_SSPI_GSSAPI_THREAD_SURROUNDINGS_H_
#define NEGODBC_SSPI_GSSAPI_THREAD_SURROUNDINGS_H_

#include <string_view>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_gssapi {

// See SecurityPlatform, whose functions of these names they are. They wait for nobody: what a file
// on another machine is, is told as it was known last. What the system does not tell is taken for
// the same. Under a filter of system calls, which may end the process, tables of descriptors are
// not compared.
auth::Surroundings surroundings();
bool has_surroundings(const auth::Surroundings& of);
bool are_of_process(const auth::Surroundings& own);
void leave_surroundings();

// Whether a cache's name means another one for each session, process or thread of the kernel's
// keyrings. To ask which ones a thread has would give it some: nothing does.
bool is_in_thread_keyrings(std::string_view cache);
// A login asks for a cache of this name.
void note_cache(std::string_view cache);
// Whether one that names no cache may ask for such a one: KRB5CCNAME is one, or a login was noted
// that has, whose name krb5.conf may say.
bool may_be_in_thread_keyrings();

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_THREAD_SURROUNDINGS_H_
