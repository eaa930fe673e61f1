#include "driver/login/identity.h"

#include "driver/base/os_user.h"

namespace negodbc::login {
namespace {

Identity from_ticket(const LoginSettings& settings, const net::Host& host, Deadline deadline) {
  auto auth =
      std::make_unique<auth::IntegratedAuth>(settings, host, auth::IntegratedAuth::Purpose::login);
  std::string user = user_of_principal(auth->principal(deadline), settings.strip_realm);
  return {std::move(user), std::move(auth), ""};
}

}  // namespace

std::string user_of_principal(const std::string& principal, bool strip_realm) {
  const std::size_t realm = principal.rfind('@');
  return strip_realm && realm != std::string::npos ? principal.substr(0, realm) : principal;
}

Identity find_identity(const LoginSettings& settings, const net::Host& host, Deadline deadline) {
  if (!settings.user.empty()) return {settings.user, nullptr, ""};
  if (settings.integrated == auth::IntegratedLogin::required)
    return from_ticket(settings, host, deadline);
  const bool by_ticket =
      settings.integrated == auth::IntegratedLogin::automatic && settings.password.empty();
  if (by_ticket) {
    try {
      return from_ticket(settings, host, deadline);
    } catch (const ConnectionError& error) {
      // Nobody asked for a ticket: a library or a ticket that isn't there is no reason to fail.
      if (error.state() == "HYT00") throw;
    }
  }
  std::string user = os_user_name();
  if (user.empty()) {
    throw net::LoginError(
        "28000", "no user name is given, and the operating system knows none for this process");
  }
  std::string remark = "No UID was given" +
                       std::string(by_ticket ? " and no ticket was found" : "") +
                       ", so the system's user " + user + " was taken: set UID" +
                       (by_ticket ? ", or run kinit" : "");
  return {std::move(user), nullptr, std::move(remark)};
}

}  // namespace negodbc::login
