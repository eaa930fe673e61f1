// A server's ErrorResponse during login as the error an ODBC program gets.
#pragma once

#include <string>

#include "driver/net/login_error.h"
#include "driver/wire/backend.h"

namespace negodbc::login {

// The state is one of those of SQLDriverConnect: 28000 (28000, 28P01), 08001 (57P03, cannot connect
// now), 08004 (all else: no such database, too many connections, ...). The text has the server's
// words and code; `remedy`, a sentence or "", is put at the end. `authenticating`: the server had
// asked for something.
net::LoginError login_error(const wire::ServerMessage& message, const net::Host& host,
                            bool authenticating, const std::string& remedy);

}  // namespace negodbc::login
