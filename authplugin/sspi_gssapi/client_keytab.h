// The keytab by which MIT's library gets a ticket where a credential cache has none.
#ifndef NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_
#define NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_

#include <string>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Its name where it would be looked into for a ticket and would keep the library waiting, which is
// a pipe or a device that KRB5_CLIENT_KTNAME or krb5.conf names; "": there is no such. `cache`:
// where tickets are looked for first.
std::string waiting_client_keytab(const GssLibrary& library, const std::string& cache);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CLIENT_KEYTAB_H_
