// What each way of login gives to ways.cc: how it begins, once the server has asked for it and the
// options allow it. Throws what begin_exchange() throws.
#pragma once

#include <memory>

#include "driver/auth/auth_exchange.h"

namespace negodbc::auth {

std::unique_ptr<AuthExchange> begin_gss(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_sspi(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_cleartext(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_md5(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_scram(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_scram_plus(Circumstances circumstances);
std::unique_ptr<AuthExchange> begin_oauth(Circumstances circumstances);

// Whether a SASL mechanism is of use to this login.
bool can_bind_scram(const Circumstances& circumstances);
bool has_oauth_token(const Circumstances& circumstances);

}  // namespace negodbc::auth
