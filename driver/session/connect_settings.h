// What ConnSettings has executed once a login stands.
#pragma once

#include <string>

#include "driver/session/conversation.h"

namespace negodbc::session {

inline constexpr char set_utf8[] = "SET client_encoding TO 'UTF8'";

// Throws Error as the server reports, with a sentence before it that says whose SQL that was.
void run_connect_settings(Conversation& server, const std::string& sql, Deadline deadline);

}  // namespace negodbc::session
