// What Windows tells about a credential, and about the Kerberos tickets of this logon session.
#ifndef NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_
#define NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "negotiate/security_platform.h"

namespace negodbc::sspi_windows {

// Name and expiry as far as they can be found out. A name is the credential's own, else that of the
// logon session, in the form user@REALM.
auth::CredentialFacts facts_of(const SecurityFunctionTableW& table, CredHandle credential);

// What holds whether or not there is a credential: library, version, where it is looked for.
auth::CredentialFacts facts_of_system();

// "DOMAIN\user" becomes "user@DOMAIN"; what has an @ stays.
std::string principal_of(const std::string& account);

// When the ticket-granting tickets of this logon session run out, in seconds since 1970 UTC: the
// last of them. Nothing when there are none, or the LSA does not tell.
std::optional<std::int64_t> logon_tickets_end();

// Seconds since 1970 UTC of 100 ns since 1601 UTC; 0 for "for ever".
std::int64_t unix_time_of_utc(std::int64_t units);

// Whether this is Wine, which lacks some of what Windows has.
bool is_wine();

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_CREDENTIAL_FACTS_H_
