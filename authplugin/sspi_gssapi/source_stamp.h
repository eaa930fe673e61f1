// What a source of credentials looks like, so that a change is seen without reading it.
#ifndef NEGODBC_SSPI_GSSAPI_SOURCE_STAMP_H_
#define NEGODBC_SSPI_GSSAPI_SOURCE_STAMP_H_

#include <optional>
#include <string>
#include <string_view>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_gssapi {

// Of files: identity, times and size; an absent one has a stamp, too. The name of the default cache
// and of krb5.conf are looked up each time, because the environment may change. Nothing for what is
// no file. `library` is a GssLibrary::name; one that is not loaded has no default cache.
std::optional<auth::SourceStamp> quick_stamp(const auth::CredentialRequest& request,
                                             std::string_view library);

// Of what a daemon, a kernel or another part of the process keeps: whose tickets there are, for
// whom and until when. May wait.
auth::SourceStamp slow_stamp(const auth::CredentialRequest& request, std::string_view library);

// Whether a cache of this name can be copied without losing a choice: a collection (DIR:, KCM:,
// ...) lets the library choose among several caches by the target.
bool is_single_cache(const std::string& name);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_SOURCE_STAMP_H_
