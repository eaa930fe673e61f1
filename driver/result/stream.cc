#include "driver/result/stream.h"

#include <cstddef>

#include "driver/result/conversation.h"

namespace negodbc::result {

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
  return Error(message.sqlstate, text);
}

ResultStream::ResultStream(Conversation& conversation, Replies replies)
    : conversation_(&conversation),
      expected_(std::move(replies.fields)),
      ready_expected_(replies.ready),
      executions_(replies.executions) {}

ResultStream::~ResultStream() {
  try {
    close(Deadline::never());
  } catch (const std::exception&) {
    // The session is marked broken by whoever threw; a handle being freed has nobody to tell.
    leave_session();
  }
}

void ResultStream::leave_session() {
  if (conversation_ != nullptr) conversation_->live_ = nullptr;
  conversation_ = nullptr;
}

// The end of the flight was read.
void ResultStream::land() {
  Conversation* const conversation = conversation_;
  leave_session();
  if (conversation != nullptr) conversation->land();
}

std::optional<Frame> ResultStream::next_frame(Deadline deadline) {
  if (pending_) return std::exchange(pending_, std::nullopt);
  if (conversation_ != nullptr) return conversation_->receive(deadline);
  return spool_.take();
}

void ResultStream::complete_command(std::string_view tag) {
  tag_ = tag;
  affected_ = wire::affected_rows(tag).value_or(-1);
  in_rows_ = false;
  if (executions_ > 0 && --executions_ == 0) behind_ = true;
}

// Whether the frame begins a result (true), or is one to go past.
bool ResultStream::begins_result(const Frame& frame) {
  switch (frame.type) {
    case MessageType::row_description:
      fields_ = wire::decode_row_description(frame.body);
      has_rows_ = in_rows_ = true;
      return true;
    case MessageType::bind_complete:
      if (expected_.empty()) return false;
      fields_ = expected_;
      has_rows_ = in_rows_ = true;
      return true;
    case MessageType::command_complete:
      complete_command(wire::decode_command_tag(frame.body));
      return true;
    case MessageType::empty_query_response:
      complete_command({});
      return true;
    case MessageType::error_response:
      if (!error_) {
        error_ = conversation_ != nullptr ? conversation_->error_from(frame)
                                          : to_error(wire::decode_server_message(frame.body));
      }
      return false;
    case MessageType::copy_out_response:
      // Its data would arrive as rows of nothing; it is skipped and told at the end.
      if (!error_)
        error_ = Error("HYC00", "COPY ... TO STDOUT cannot be read through ODBC; use SELECT");
      return false;
    case MessageType::parse_complete:
    case MessageType::close_complete:
    case MessageType::no_data:
    case MessageType::parameter_description:
    case MessageType::copy_in_response:  // answered when it was received
    case MessageType::copy_data:
    case MessageType::copy_done:
      return false;
    default:
      throw wire::ProtocolError(std::string("the server sent a message of type '") +
                                static_cast<char>(frame.type) + "' where none is expected");
  }
}

// The conversation with the server is lost; nothing more comes of this stream.
void ResultStream::give_up() {
  if (conversation_ != nullptr) conversation_->session_->mark_broken();
  abandon();
}

void ResultStream::abandon() {
  ready_expected_ = 0;
  in_rows_ = false;
  row_.values.clear();
  pending_.reset();
  leave_session();
}

bool ResultStream::next_result(Deadline deadline) {
  try {
    return find_result(deadline);
  } catch (const ConnectionError&) {
    give_up();
    throw;
  }
}

bool ResultStream::next_row(Deadline deadline) {
  if (!in_rows_) return false;
  try {
    return find_row(deadline);
  } catch (const ConnectionError&) {
    give_up();
    throw;
  }
}

bool ResultStream::find_result(Deadline deadline) {
  while (in_rows_ && find_row(deadline)) {
  }
  has_rows_ = in_rows_ = false;
  fields_.clear();
  tag_.clear();
  affected_ = -1;
  while (ready_expected_ > 0) {
    const std::optional<Frame> frame = next_frame(deadline);
    if (!frame) break;
    if (frame->type == MessageType::ready_for_query) {
      --ready_expected_;
      behind_ = true;
    } else if (behind_ && frame->type != MessageType::error_response) {
      // The savepoint was released.
    } else if (begins_result(*frame) && !error_) {
      if (!in_rows_) {
        take_ready_if_there();
        return true;
      }
      // The first row is waited for: a statement that fails before it has failed as a whole.
      pending_ = next_frame(deadline);
      if (!pending_ || pending_->type != MessageType::error_response) return true;
      has_rows_ = in_rows_ = false;
    }
  }
  land();
  if (error_) throw *std::exchange(error_, std::nullopt);
  return false;
}

bool ResultStream::find_row(Deadline deadline) {
  const std::optional<Frame> frame = next_frame(deadline);
  if (frame && frame->type == MessageType::data_row) {
    row_body_ = frame->body;
    row_.parse(frame->body);
    if (row_.values.size() != fields_.size()) {
      throw wire::ProtocolError("a row has " + std::to_string(row_.values.size()) +
                                " fields where " + std::to_string(fields_.size()) +
                                " were described");
    }
    return true;
  }
  row_.values.clear();
  in_rows_ = false;
  if (frame && frame->type == MessageType::command_complete) {
    complete_command(wire::decode_command_tag(frame->body));
    take_ready_if_there();
    return false;
  }
  // An error, or what cannot be here: the rest of the replies decides.
  pending_ = frame;
  find_result(deadline);
  throw wire::ProtocolError("the rows of a result ended without a completion");
}

// So that a finished statement does not hold the session; only what has arrived is looked at.
void ResultStream::take_ready_if_there() {
  while (conversation_ != nullptr) {
    pending_ = conversation_->receive_buffered();
    if (!pending_) return;
    if (pending_->type == MessageType::ready_for_query) {
      behind_ = true;
      if (--ready_expected_ == 0) land();
    } else if (!behind_ || pending_->type == MessageType::error_response) {
      return;  // the next result, or what next_result() has to tell
    }
    pending_.reset();
  }
}

void ResultStream::detach(Deadline deadline) {
  if (conversation_ == nullptr) return;
  if (in_rows_ && !row_.values.empty()) {
    kept_row_ = row_body_;
    for (auto& value : row_.values) {
      if (!value.is_null()) value.data = kept_row_.data() + (value.data - row_body_.data());
    }
    row_body_ = kept_row_;
  }
  for (int left = ready_expected_; left > 0;) {
    const std::optional<Frame> frame = next_frame(deadline);
    if (frame->type == MessageType::ready_for_query) --left;
    spool_.append(*frame);
  }
  land();
}

void ResultStream::close(Deadline deadline) {
  in_rows_ = has_rows_ = false;
  row_.values.clear();
  while (conversation_ != nullptr && ready_expected_ > 0) {
    if (next_frame(deadline)->type == MessageType::ready_for_query) --ready_expected_;
  }
  pending_.reset();
  ready_expected_ = 0;
  error_.reset();
  spool_.clear();
  land();
}

}  // namespace negodbc::result
