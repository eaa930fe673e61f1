#include "sspi_windows/account_name.h"

#include "negotiate/letter_case.h"

namespace negodbc::sspi_windows {
namespace {

using auth::same_without_case;

// With the session's domain by one name.
AccountName reduced(const std::string& name, const Account& session) {
  const std::string& domain = session.dns_domain.empty() ? session.domain : session.dns_domain;
  if (!session.upn.empty() && same_without_case(name, session.upn)) return {session.user, domain};
  AccountName split = split_account(name);
  if (split.realm.empty() || same_without_case(split.realm, session.domain)) split.realm = domain;
  return split;
}

}  // namespace

AccountName split_account(const std::string& name) {
  if (const std::size_t at = name.rfind('@'); at != std::string::npos) {
    return {name.substr(0, at), name.substr(at + 1)};
  }
  const std::size_t slash = name.find('\\');
  if (slash == std::string::npos) return {name, {}};
  return {name.substr(slash + 1), name.substr(0, slash)};
}

std::string principal_of(const std::string& account) {
  if (account.find('@') != std::string::npos) return account;
  const AccountName split = split_account(account);
  return split.realm.empty() ? split.user : split.user + "@" + split.realm;
}

bool same_account(const std::string& a, const std::string& b, const Account& session) {
  const AccountName one = reduced(a, session);
  const AccountName other = reduced(b, session);
  return !one.user.empty() && same_without_case(one.user, other.user) &&
         same_without_case(one.realm, other.realm);
}

}  // namespace negodbc::sspi_windows
