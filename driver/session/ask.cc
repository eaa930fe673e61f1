#include "driver/session/ask.h"

#include "driver/sql/system_operators.h"

namespace negodbc::session {

wire::Answer ask(Conversation& server, const std::string& sql, wire::AnswerColumns columns,
                 const Framing& framing, Deadline deadline) {
  wire::Answer answer(columns);
  const auto stream = server.ask(sql::with_system_operators(sql), framing, deadline);
  try {
    answer.describe(stream->fields());
    while (stream->next_row(deadline)) answer.add(stream->row());
    if (stream->next_result(deadline)) throw wire::AnswerError("it has several results");
  } catch (const wire::AnswerError&) {
    server.session().mark_broken();
    stream->close(deadline);
    throw;
  }
  return answer;
}

}  // namespace negodbc::session
