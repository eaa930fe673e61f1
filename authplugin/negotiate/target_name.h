// The service principal name of a session.
#ifndef NEGODBC_NEGOTIATE_TARGET_NAME_H_
#define NEGODBC_NEGOTIATE_TARGET_NAME_H_

#include <string>

namespace negodbc::auth {

// "service/host[@REALM]".
std::string compose_target(const std::string& service, const std::string& host,
                           const std::string& realm);

// "" when `target` is a well-formed SPN, or the one name of an account that a service runs under
// ("pgsvc@REALM"), else what is wrong with it.
std::string fault_of_target(const std::string& target);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_TARGET_NAME_H_
