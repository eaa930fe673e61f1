// Which ways of login a client accepts from a server that may not be the one it claims to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/auth/auth_options.h"
#include "driver/net/host.h"
#include "driver/net/login_error.h"

namespace negodbc::auth {

std::string_view method_name(AuthMethod method);  // as in require_auth
std::optional<AuthMethod> find_method(std::string_view name);
std::string method_names();  // all of them, with commas
unsigned all_methods();      // their bits

// Throws LoginError 28000, before anything is sent, when the settings forbid this method:
// require_auth; a password although integrated login was required; integrated login although it was
// switched off; channel binding required and not part of the method (`binds_channel`).
// IntegratedLogin::required refuses `none` as well, unless require_auth names it: a server that
// lets anybody in has not shown by a ticket whose it is, and what the program sends next is not its
// password only.
void check_method(const AuthOptions& options, const net::Host& host, AuthMethod method,
                  bool binds_channel);

// A password in the clear is sent only where nobody can read it, or when allowed. Throws LoginError
// 28000.
void check_cleartext(const AuthOptions& options, const net::Host& host, bool exposed);

}  // namespace negodbc::auth
