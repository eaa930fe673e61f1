// What Windows tells about a credential and about itself.
#ifndef NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_
#define NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_

#include <string>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_windows {

// Name and expiry as far as they can be found out. A name is the credential's own, else that of the
// logon session, in the form user@REALM.
auth::CredentialFacts facts_of(const SecurityFunctionTableW& table, CredHandle credential);

// What holds whether or not there is a credential: library, version, where it is looked for.
auth::CredentialFacts facts_of_system();

// Whether this is Wine, which lacks some of what Windows has.
bool is_wine();

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_
