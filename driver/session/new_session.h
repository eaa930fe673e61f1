// A session that is not logged in yet: the stream, what the server has said on it so far, and the
// few facts that a login finds out. For the room login.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "driver/session/cancel.h"
#include "driver/session/session.h"

namespace negodbc::session {

class NewSession {
 public:
  // Until take() the session counts as broken: a server that hears no goodbye is no loss.
  NewSession(std::unique_ptr<net::Transport> transport, const net::Host& host, NoticeSink notices);

  [[nodiscard]] net::Transport& transport() { return *session_->transport_; }
  [[nodiscard]] std::string& outgoing() { return session_->out_; }
  // Writes what is outgoing and wipes it. Throws what Transport::write throws.
  void send(Deadline deadline);

  // The next message, whatever it is; valid until the next call. Nothing: the stream has ended.
  // Throws net::Timeout, ConnectionError, wire::ProtocolError.
  std::optional<wire::Frame> receive(Deadline deadline);
  // Takes what a session keeps of a message: a ParameterStatus, a notice, a ReadyForQuery.
  void keep(const wire::Frame& frame) { (void)session_->handle(frame); }

  struct Facts {
    std::string user, database, auth_method;
    CancelTarget cancel;  // without a secret key the session cannot be cancelled
  };
  // The session, which is logged in by now. Nothing else may be called afterwards.
  std::unique_ptr<Session> take(Facts facts);

 private:
  std::unique_ptr<Session> session_;
};

}  // namespace negodbc::session
