// Which cache of a collection a login takes: that of the principal asked for; else the one that
// ~/.k5identity names for the server; else one of the server's realm, the primary one first; else
// the primary one. These are the rules of MIT's krb5_cc_select(), which is asked where there is it.
#ifndef NEGODBC_SSPI_GSSAPI_COLLECTION_H_
#define NEGODBC_SSPI_GSSAPI_COLLECTION_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// The full names of a collection's caches, the primary one first; none where the library can't
// tell. May wait for a daemon.
std::vector<std::string> collection_members(const GssLibrary& library, const std::string& name);

// The full name of the member for a principal ("": any) and a target ("service/host[@REALM]", ""
// where none is known), or why there is none: whose tickets are there instead. May wait for DNS and
// a daemon.
std::variant<std::string, Explained> choose_member(const GssLibrary& library,
                                                   const std::string& collection,
                                                   const std::string& principal,
                                                   const std::string& target);

// The realm that krb5.conf ([domain_realm]) says the host of a target without a realm is in; "": it
// says none, or Heimdal's library may have made it up of the host's domain. May wait for DNS.
std::string realm_of_host(const GssLibrary& library, std::string_view target);

// Whether ~/.k5identity's line `text` is for a server; its principal in `client`.
bool identity_line_fits(const std::string& text, const std::string& service,
                        const std::string& host, const std::string& realm, std::string& client);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_COLLECTION_H_
