// Collections of caches in a folder (DIR:). Heimdal 7 reads them, but crashes when it looks for a
// principal's cache while one of them is the thread's default (krb5_cc_cache_match), as it does for
// a principal that is given and for SPNEGO's acceptors; MIT's library looks for none in a
// collection that is named. So both are given a member's file instead.
#ifndef NEGODBC_SSPI_GSSAPI_DIRECTORY_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_DIRECTORY_CACHE_H_

#include <optional>
#include <string>
#include <string_view>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// "DIR:/folder" and "DIR::/folder/member".
bool is_directory_cache(std::string_view name);

// "FILE:/folder/member" with tickets of the principal, given with its realm or without; nothing:
// the folder has none.
std::optional<std::string> member_of_directory(const GssLibrary& library, std::string_view name,
                                               std::string_view principal);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_DIRECTORY_CACHE_H_
