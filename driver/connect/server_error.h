// A server's ErrorResponse during login as the error an ODBC program gets.
#pragma once

#include <string>

#include "driver/connect/login_error.h"
#include "driver/wire/backend.h"

namespace negodbc::connect {

// The state is one of those of SQLDriverConnect: 28000 (28000, 28P01), 08001 (57P03, cannot connect
// now), 08004 (all else: no such database, too many connections, ...). The text has the server's
// words and code; `remedy`, a sentence or "", is put at the end. `authenticating`: the server had
// asked for something.
LoginError login_error(const wire::ServerMessage& message, const Host& host, bool authenticating,
                       const std::string& remedy);

// The server's words on one line, without control characters, cut at a bearable length: before
// login is over they may be anybody's.
std::string words_of(const wire::ServerMessage& message);

}  // namespace negodbc::connect
