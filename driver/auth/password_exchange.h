// What the ways that need a password share.
#pragma once

#include <string>

#include "driver/auth/auth_exchange.h"

namespace negodbc::auth {

// Throws LoginError 28000 when none was given; `method` for the text.
const std::string& required_password(const Circumstances& circumstances, const std::string& method);

}  // namespace negodbc::auth
