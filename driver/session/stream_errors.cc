// What a stream fails by, and how that is told.
#include <new>

#include "driver/session/conversation.h"
#include "driver/session/copy.h"

namespace negodbc::session {

using wire::Frame;
using wire::MessageType;

Error to_error(const wire::ServerMessage& message) {
  std::string text(message.severity);
  text.append(": ").append(message.text);
  const auto add = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) text.append("; ").append(label).append(": ").append(value);
  };
  add("detail", message.detail);
  add("hint", message.hint);
  add("at character", message.position);
  // The native error that psqlodbc gives for whatever the server says, which programs ask for.
  constexpr std::int32_t of_the_server = 1;
  return Error(message.sqlstate, text, of_the_server);
}

Error not_committed() {
  return Error("25S03",
               "the transaction was rolled back: a statement in it had failed, so nothing could be "
               "committed");
}

std::optional<Error> ResultStream::error_in(const Frame& frame) const {
  if (frame.type == MessageType::copy_out_response) return copy_out_received();
  if (frame.type != MessageType::error_response) return std::nullopt;
  return conversation_ != nullptr ? conversation_->error_from(frame)
                                  : to_error(wire::decode_server_message(frame.body));
}

void ResultStream::note_error(const Frame& frame) {
  if (!error_) error_ = error_in(frame);
}

// Nothing more comes of this stream. Where the flight was not read to its end, the session knows
// what it is owed.
void ResultStream::fail(const Error& error) noexcept {
  failed_ = true;  // before anything that may find no memory
  try {
    failure_ = error;
  } catch (const std::bad_alloc&) {
    failure_.reset();
  }
  abandon();
}

void ResultStream::fail_without_memory() noexcept {
  failed_ = true;
  failure_.reset();
  abandon();
}

void ResultStream::abandon() noexcept {
  const bool closed = !failed_;
  failed_ = true;
  ready_expected_ = 0;
  rows_follow_ = false;
  row_.values.clear();
  pending_.reset();
  try {
    ahead_.clear();
    spool_.clear();
    leave_session();
    end_portal();
    if (closed)
      failure_ = Error("08003", "the connection was closed before all of the result was read");
  } catch (const std::exception&) {
    // The portal's name could not be kept: it ends with its transaction.
    if (conversation_ != nullptr) conversation_->live_ = nullptr;
    if (home_ != nullptr) std::erase(home_->portals_, this);
    conversation_ = home_ = nullptr;
  }
}

void ResultStream::require_whole() const {
  if (!failed_) return;
  if (failure_) throw Error(*failure_);
  throw Error("HY001", "there was no memory for the result; its rows are lost");
}

}  // namespace negodbc::session
