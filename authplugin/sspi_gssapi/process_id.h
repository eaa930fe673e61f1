// The process, told without a system call.
#ifndef NEGODBC_SSPI_GSSAPI_PROCESS_ID_H_
#define NEGODBC_SSPI_GSSAPI_PROCESS_ID_H_

#include <cstdint>

namespace negodbc::sspi_gssapi {

// getpid(). Each login asks several times, so that the number is kept in a page that the kernel
// empties in a child, however it was made (madvise(2), MADV_WIPEONFORK), but for one that shares
// its memory with the parent. Where there is no such page, the system is asked each time. Any
// thread; does not fail.
std::uint64_t process_id();

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_PROCESS_ID_H_
