// How a credential is acquired from one library: which source the request means, its tickets
// copied, the library's own credential of them.
#ifndef NEGODBC_SSPI_GSSAPI_CREDENTIAL_ACQUISITION_H_
#define NEGODBC_SSPI_GSSAPI_CREDENTIAL_ACQUISITION_H_

#include <string>

#include "sspi_gssapi/gss_credential.h"

namespace negodbc::sspi_gssapi {

// May wait for a KDC, for keytabs and passwords.
GssCredential::Acquired acquire_from_library(const GssLibrary& library,
                                             const CredentialSource& source);

// A failure in words that are not the library's.
Explained own_words(SECURITY_STATUS status, auth::Cause cause, std::string text);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CREDENTIAL_ACQUISITION_H_
