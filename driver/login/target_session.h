// target_session_attrs: is this the kind of server that was asked for?
#pragma once

#include "driver/login/login_settings.h"
#include "driver/session/session.h"

namespace negodbc::login {

// From what the server reports (PostgreSQL 14 and later: in_hot_standby,
// default_transaction_read_only), else by asking it, which is the one statement a login may cost
// and only when something else than `any` was asked for. `wanted` may be standby for the first pass
// of prefer_standby. Throws ConnectionError when the server can't be asked.
bool is_wanted(session::Session& session, TargetSession wanted, Deadline deadline);

std::string_view target_session_name(TargetSession wanted);  // as in target_session_attrs

}  // namespace negodbc::login
