// The name one logs in as.
#pragma once

#include <memory>
#include <string>

#include "driver/auth/integrated_auth.h"
#include "driver/login/login_settings.h"

namespace negodbc::login {

struct Identity {
  std::string user;
  // When the name came from a ticket: the plugin's session that holds it, good for the login to
  // that host.
  std::unique_ptr<auth::IntegratedAuth> auth;
  // Where the operating system's was taken: that it was, and what else can be done; a sentence for
  // the text of a login that fails.
  std::string remark;
};

// The given user. Without one, and when integrated login is wanted (required, or automatic without
// a password), the principal's name; in the automatic case without a ticket, and otherwise, the
// operating system's. No credential is touched when a user is given. Throws LoginError.
Identity find_identity(const LoginSettings& settings, const net::Host& host, Deadline deadline);

// "alice@REALM" -> "alice" (only the last '@' counts), unless the realm is to be kept.
std::string user_of_principal(const std::string& principal, bool strip_realm);

}  // namespace negodbc::login
