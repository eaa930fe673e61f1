// The names that Windows has for one account, and when two are the same one's.
#ifndef NEGODBC_SSPI_WINDOWS_ACCOUNT_NAME_H_
#define NEGODBC_SSPI_WINDOWS_ACCOUNT_NAME_H_

#include <string>

namespace negodbc::sspi_windows {

// Of a logon session, as the LSA tells it. Empty: not told.
struct Account {
  std::string user;
  std::string domain;      // "CORP": NetBIOS'
  std::string dns_domain;  // "corp.example"
  std::string upn;  // "jane.doe@example.com": need be neither the user's nor the domain's name
};

struct AccountName {
  std::string user;
  std::string realm;  // "": of the one who asks
};

// Of "user@REALM", "DOMAIN\user" or "user".
AccountName split_account(const std::string& name);

// "DOMAIN\user" becomes "user@DOMAIN"; what has an @ stays.
std::string principal_of(const std::string& account);

// Whether both name one account to a program in that session: upper and lower case are the same
// (ASCII's letters), a domain has two names, the session's user has a UPN, and a user alone is of
// the session's domain.
bool same_account(const std::string& a, const std::string& b, const Account& session);

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_ACCOUNT_NAME_H_
