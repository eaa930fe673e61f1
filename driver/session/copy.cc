#include "driver/session/copy.h"

#include "driver/session/conversation.h"

namespace negodbc::session {

using wire::Frame;
using wire::Frontend;

namespace {

constexpr char copy_in_refusal[] =
    "COPY ... FROM STDIN cannot be fed through ODBC; use INSERT with parameters";
constexpr char copy_out_refusal[] = "COPY ... TO STDOUT cannot be read through ODBC; use SELECT";

}  // namespace

Error copy_out_refused() {
  return Error("HYC00", copy_out_refusal);
}

Error copy_out_received() {
  return Error("HYC00", std::string(copy_out_refusal) +
                            ". What the statement did is undone in a transaction that is open; "
                            "what the server has committed by itself stays");
}

// Without an answer the server would wait for data for ever. In the extended protocol it has thrown
// our Sync away while it waited.
void Conversation::refuse_copy() {
  put([this](Frontend& out) {
    out.copy_fail(copy_in_refusal);
    if (flight_.sync_follows) out.sync();
  });
  flight_.copy_refused = true;
  send(Deadline::after(cancel_grace));
}

Error Conversation::error_from(const Frame& frame) const {
  const wire::ServerMessage message = wire::decode_server_message(frame.body);
  if (flight_.timed_out && message.sqlstate == "57014") {
    return Error("HYT00", "the statement ran longer than its time-out and was cancelled");
  }
  if (flight_.copy_refused && message.sqlstate == "57014") return Error("HYC00", copy_in_refusal);
  return to_error(message);
}

}  // namespace negodbc::session
