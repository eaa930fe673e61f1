// Heimdal 7's library keeps one connection to the daemon of KCM: caches for its process and the
// children of that, and the daemon takes whoever opened it for whoever asks: behind a change of
// user it would hand out the former one's tickets.
#ifndef NEGODBC_SSPI_GSSAPI_KCM_CONNECTION_H_
#define NEGODBC_SSPI_GSSAPI_KCM_CONNECTION_H_

#include <string_view>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Whether the daemon would take the calling thread's effective user for who it is; true for all
// other kinds of caches, and other libraries. Where it can't be told it is false.
bool is_known_to_daemon(const GssLibrary& library, std::string_view cache);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_KCM_CONNECTION_H_
