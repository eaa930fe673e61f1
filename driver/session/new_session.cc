#include "driver/session/new_session.h"

#include <utility>

namespace negodbc::session {

NewSession::NewSession(std::unique_ptr<net::Transport> transport, const net::Host& host,
                       NoticeSink notices)
    : session_(new Session) {
  session_->mark_broken();
  session_->transport_ = std::move(transport);
  session_->host_ = host;
  session_->notice_sink_ = std::move(notices);
}

void NewSession::send(Deadline deadline) {
  session_->transport_->write(session_->out_, deadline);
  wipe(session_->out_);
}

std::optional<wire::Frame> NewSession::receive(Deadline deadline) {
  for (;;) {
    if (deadline.expired()) throw net::Timeout("");
    if (const auto frame = session_->reader_.next()) return frame;
    const std::size_t size = session_->transport_->read(session_->reader_.room(), deadline);
    if (size == 0) return std::nullopt;
    session_->reader_.received(size);
  }
}

std::unique_ptr<Session> NewSession::take(Facts facts) {
  if (!facts.cancel.secret_key.empty())
    session_->cancel_target_ = std::make_shared<const CancelTarget>(std::move(facts.cancel));
  session_->user_ = std::move(facts.user);
  session_->database_ = std::move(facts.database);
  session_->auth_method_ = std::move(facts.auth_method);
  session_->transport_->heed(session_->stop_);
  session_->reader_.set_limit(wire::FrameReader::session_limit);
  session_->broken_ = false;
  return std::move(session_);
}

}  // namespace negodbc::session
