// From settings to a session.
#pragma once

#include <memory>

#include "driver/login/login_settings.h"
#include "driver/session/session.h"

namespace negodbc::login {

// Connects and logs in: hosts in turn, addresses of each in turn, encryption, authentication.
// Throws ConnectionError: 08001 (cannot reach), 08004 (rejected), 28000 (who you are), HYT00
// (time-out), HYC00 ...; the text names host and port, and for integrated login the SPN, the
// principal, the credential source and the remedy. A database that does not exist is 08004, with
// the server's words. The time of a list of hosts is shared out: a host that hangs leaves the next
// ones their part.
std::unique_ptr<session::Session> login(const LoginSettings& settings,
                                        const session::NoticeSink& notices);

}  // namespace negodbc::login
