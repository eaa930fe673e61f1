// Whose tickets a request means at this moment, and what the places they are in look like.
#ifndef NEGODBC_SSPI_GSSAPI_LOGIN_IDENTITY_H_
#define NEGODBC_SSPI_GSSAPI_LOGIN_IDENTITY_H_

#include <optional>
#include <string>
#include <string_view>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_gssapi {

// See SecurityPlatform, whose functions of these names they are.
std::optional<auth::Identity> identity_now(const auth::CredentialRequest& request);
auth::Identity find_identity(const auth::CredentialRequest& request);
std::optional<auth::SourceStamp> quick_stamp(const auth::CredentialRequest& request);
auth::SourceLook look(const auth::CredentialRequest& request);

// The default cache of a library in Identity::default_caches; "" when it has none there.
std::string default_cache_of(std::string_view default_caches, std::string_view library);

// Whether a name stands for several caches of which one has to be chosen (DIR:folder, KCM:, ...).
bool is_collection(std::string_view cache);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_LOGIN_IDENTITY_H_
