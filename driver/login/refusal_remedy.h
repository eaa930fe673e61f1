// What a user can do about a server's refusal: by the SQLSTATE, what the server said, and what is
// known of the login.
#pragma once

#include <string>

#include "driver/login/login_settings.h"
#include "driver/wire/backend.h"

namespace negodbc::login {

struct RefusedLogin {
  const LoginSettings& settings;
  std::string user;      // who logs in; settings have the name that was given, or none
  bool done = false;     // the server had accepted who one is
  std::string by_way;    // what the way of login says of it, a sentence or ""
  std::string evidence;  // what was shown to the server, for texts; ""
};

// A sentence; "" where the server's own words must do. Servers whose words are not English get the
// remedies that the SQLSTATE alone tells.
std::string remedy_for(const wire::ServerMessage& message, const RefusedLogin& login);

}  // namespace negodbc::login
