// A question of the driver's own, asked of a session between the application's statements.
#pragma once

#include <string>

#include "driver/session/conversation.h"
#include "driver/wire/answer.h"

namespace negodbc::session {

// Runs a text of one statement and gives all its rows. Its operators are the server's own; what
// else it names must have its schema (sql/system_operators.h). Throws Error as the server reports,
// and wire::AnswerError (08S01) when the answer has not these columns: the session is lost then.
wire::Answer ask(Conversation& server, const std::string& sql, wire::AnswerColumns columns,
                 const Framing& framing, Deadline deadline);

}  // namespace negodbc::session
