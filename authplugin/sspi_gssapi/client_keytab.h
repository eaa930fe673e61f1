// The keytab that a client's ticket is got by: one that is named, or the user's, which MIT's
// library looks into where a credential cache has no ticket.
#ifndef NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_
#define NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_

#include <string>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Why a file can be no client's keytab, which Heimdal's library tells as a lack of keys: "it is a
// folder", "it is no keytab". "" of what begins as one, and of what can't be looked at: the library
// tells why. `name`: also with its type before it.
std::string fault_of_keytab(const std::string& name);

// The user's where it would be looked into for a ticket and would keep the library waiting, which
// is a pipe or a device that KRB5_CLIENT_KTNAME or krb5.conf names; "": there is no such. `cache`:
// where tickets are looked for first.
std::string waiting_client_keytab(const GssLibrary& library, const std::string& cache);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_
