#include "driver/session/stream.h"

#include <algorithm>
#include <cstddef>
#include <new>

#include "driver/session/conversation.h"

namespace negodbc::session {

using wire::Frame;
using wire::MessageType;

ResultStream::ResultStream(Conversation& conversation, Replies replies)
    : conversation_(&conversation),
      expected_(std::move(replies.fields)),
      ready_expected_(conversation.owed()),
      executions_(replies.executions),
      reads_(replies.reads),
      portal_(std::move(replies.portal)),
      habits_(std::move(replies.habits)),
      asks_commit_(std::move(replies.asks_commit)) {
  if (!portal_ || !portal_->in_transaction) return;
  home_ = &conversation;
  home_->portals_.push_back(this);
}

ResultStream::~ResultStream() {
  try {
    close(Deadline::after(Conversation::close_time));
  } catch (const std::exception&) {
    leave_session();  // a handle being freed has nobody to tell
  }
}

void ResultStream::leave_session() {
  if (conversation_ != nullptr) {
    conversation_->sync_when_left();
    conversation_->live_ = nullptr;
  }
  conversation_ = nullptr;
}

// The end of the flight was read.
void ResultStream::land() {
  Conversation* const conversation = conversation_;
  leave_session();
  if (conversation != nullptr) conversation->land();
}

template <class F>
auto ResultStream::guarded(F&& work) {
  require_whole();
  try {
    return std::forward<F>(work)();
  } catch (const ConnectionError& e) {
    if (conversation_ != nullptr) conversation_->session_->mark_broken();
    fail(e);
    throw;
  } catch (const Error& e) {
    fail(e);
    throw;
  } catch (const std::bad_alloc&) {
    // What was being read is half done: no message border can be trusted.
    if (conversation_ != nullptr) conversation_->session_->mark_broken();
    fail_without_memory();
    throw;
  }
}

// The oldest first: what was spooled came before what the session still has.
std::optional<Frame> ResultStream::next_frame(Deadline deadline) {
  if (pending_) return std::exchange(pending_, std::nullopt);
  if (auto frame = spool_.take()) return frame;
  if (conversation_ == nullptr) return std::nullopt;
  const Frame frame = conversation_->receive(deadline);
  if (frame.type == MessageType::portal_suspended && portal_) --portal_->in_air;
  return frame;
}

// Whether the end of the replies has not been read yet.
bool ResultStream::goes_on() {
  return ready_expected_ > 0 || (conversation_ != nullptr && conversation_->implicit_);
}

void ResultStream::complete(Result& result, std::string_view tag) {
  completed_ = true;
  if (tag == "ROLLBACK" && !error_ &&
      std::binary_search(asks_commit_.begin(), asks_commit_.end(), completions_))
    error_ = not_committed();
  ++completions_;
  result.tag = tag;
  result.affected = wire::affected_rows(tag).value_or(-1);
  rows_follow_ = false;
  if (result.rows) end_rows(result);
  if (executions_ > 0 && --executions_ == 0) behind_ = true;
}

// The server counts the rows of the last portion only.
void ResultStream::end_rows(Result& result) {
  if (portal_ || result.tag.empty()) {
    result.affected = rows_;
    result.tag = "SELECT " + std::to_string(rows_);
  }
  if (habits_) {
    habits_->at_once = first_portion_ && row_bytes_ <= 2 * first_portion;
    if (rows_ > 0)
      habits_->row_size = static_cast<std::uint32_t>(row_bytes_ / static_cast<std::size_t>(rows_));
  }
  end_portal();
}

std::int64_t ResultStream::affected_rows() const {
  if (!in_rows() || current_.affected != -1 || conversation_ == nullptr || !spool_.empty())
    return current_.affected;
  if (pending_ && pending_->type == MessageType::command_complete) return rows_;
  if (pending_ && pending_->type != MessageType::data_row) return -1;
  // What completes behind a portion is the savepoint.
  if (portal_ && conversation_->session_->received_suspension()) return -1;
  const auto end = conversation_->session_->received_end();
  if (!end || end->failed) return -1;
  return rows_ + (pending_ ? 1 : 0) + static_cast<std::int64_t>(end->rows);
}

std::int64_t ResultStream::count_rows(Deadline deadline) {
  constexpr std::chrono::milliseconds pause{100};
  if (failed_ || !in_rows() || conversation_ == nullptr) return affected_rows();
  keep_row();
  if (pending_) {
    kept_pending_ = pending_->body;
    pending_->body = kept_pending_;
  }
  while (
      affected_rows() == -1 && spool_.empty() &&
      conversation_->session_->read_ahead(first_portion, deadline.sooner(Deadline::after(pause)))) {
  }
  return affected_rows();
}

// Whether the frame begins a result (true), which is the last of those ahead then, or is one to go
// past.
bool ResultStream::begins_result(const Frame& frame) {
  switch (frame.type) {
    case MessageType::row_description:
      ahead_.push_back({true, wire::decode_row_description(frame.body), {}, -1});
      rows_follow_ = true;
      return true;
    case MessageType::bind_complete:
      if (expected_.empty()) return false;
      ahead_.push_back({true, expected_, {}, -1});
      rows_follow_ = true;
      return true;
    case MessageType::command_complete:
      complete(ahead_.emplace_back(), wire::decode_command_tag(frame.body));
      return true;
    case MessageType::empty_query_response:
      complete(ahead_.emplace_back(), {});
      return true;
    case MessageType::error_response:
    case MessageType::copy_out_response:  // what it copies is skipped; it is told at the end
      note_error(frame);
      return false;
    case MessageType::parse_complete:
    case MessageType::close_complete:
    case MessageType::no_data:
    case MessageType::parameter_description:
    case MessageType::portal_suspended:  // of a portion behind an error
    case MessageType::copy_in_response:  // answered when it was received
    case MessageType::copy_data:
    case MessageType::copy_done:
      return false;
    default:
      // Rows behind what is an error of the driver's only.
      if (error_ && rows_follow_ && frame.type == MessageType::data_row) return false;
      if (conversation_ != nullptr) conversation_->session_->mark_broken();
      throw wire::ProtocolError(std::string("the server sent a message of type '") +
                                static_cast<char>(frame.type) + "' where none is expected");
  }
}

bool ResultStream::next_result(Deadline deadline) {
  if (portal_ && in_rows()) {  // the rows are all there is
    require_whole();
    close(deadline);
    return false;
  }
  return guarded([&] {
    while (in_rows() && find_row(deadline)) {
    }
    row_.values.clear();
    current_ = {};
    rows_ = 0;
    row_bytes_ = 0;
    if (ahead_.empty()) read_results(deadline);
    if (ahead_.empty()) return false;
    current_ = std::move(ahead_.front());
    ahead_.pop_front();
    return true;
  });
}

void ResultStream::await_end(Deadline deadline) {
  guarded([&] {
    std::size_t taken = pending_ ? pending_->body.size() : 0;
    if (!rows_follow_ || taken >= first_portion) return;
    std::optional<std::int64_t> affected;
    const auto note_end = [&](const Frame& frame) {
      if (frame.type == MessageType::command_complete && !affected)
        affected = wire::affected_rows(wire::decode_command_tag(frame.body)).value_or(-1);
    };
    if (pending_) note_end(*pending_);
    put_back_pending();
    while (conversation_->owed() > 0) {
      if (taken >= first_portion) return;
      const Frame frame = conversation_->receive(deadline);
      taken += frame.body.size();
      note_end(frame);
      spool(frame);
    }
    land();
    if (spooled_error_) throw Error(*std::exchange(spooled_error_, std::nullopt));
    (ahead_.empty() ? current_ : ahead_.back()).affected = affected.value_or(-1);
  });
}

bool ResultStream::next_row(Deadline deadline) {
  return guarded([&] { return in_rows() && find_row(deadline); });
}

void ResultStream::require_completion() {
  if (error_ || (completed_ && executions_ == 0)) return;
  if (conversation_ != nullptr) conversation_->session_->mark_broken();
  throw wire::ProtocolError("the server is ready without having completed the statement");
}

// Up to a result with rows and the first of them, or to the end of the flight. Of several results
// none is told that an error takes back.
void ResultStream::read_results(Deadline deadline) {
  while (goes_on()) {
    const std::optional<Frame> frame = next_frame(deadline);
    if (!frame) throw wire::ProtocolError("the end of a statement's replies is missing");
    if (frame->type == MessageType::ready_for_query) {
      --ready_expected_;
      behind_ = true;
    } else if (behind_ && frame->type != MessageType::error_response) {
      // The savepoint was released.
    } else if (begins_result(*frame) && !error_ && rows_follow_) {
      // The first row is waited for: a statement that fails before it has failed as a whole.
      pending_ = next_frame(deadline);
      if (pending_ && pending_->type != MessageType::error_response) return;
      rows_follow_ = false;
    }
  }
  require_completion();
  land();
  spooled_error_.reset();
  if (error_) throw Error(*std::exchange(error_, std::nullopt));
}

void ResultStream::take_row(std::string_view body, Deadline deadline) {
  row_body_ = body;
  row_.parse(body);
  if (row_.values.size() != current_.fields.size()) {
    if (conversation_ != nullptr) conversation_->session_->mark_broken();
    throw wire::ProtocolError("a row has " + std::to_string(row_.values.size()) + " fields where " +
                              std::to_string(current_.fields.size()) + " were described");
  }
  row_bytes_ += body.size();
  if (++rows_ == ask_at_) ask_ahead(deadline);
}

bool ResultStream::find_row(Deadline deadline) {
  if (!pending_ && spool_.empty() && conversation_ != nullptr) {
    if (const auto body = conversation_->receive_arrived_row(deadline)) {
      take_row(*body, deadline);
      return true;
    }
  }
  std::optional<Frame> frame = next_frame(deadline);
  while (portal_ && frame && frame->type != MessageType::data_row && go_past(*frame, deadline))
    frame = next_frame(deadline);
  if (frame && frame->type == MessageType::data_row) {
    take_row(frame->body, deadline);
    return true;
  }
  row_.values.clear();
  rows_follow_ = false;
  const bool suspended = frame && frame->type == MessageType::portal_suspended;
  if (suspended || (frame && frame->type == MessageType::command_complete)) {
    // Suspended: SQL_ATTR_MAX_ROWS were asked for.
    complete(current_, suspended ? std::string_view() : wire::decode_command_tag(frame->body));
    read_results(deadline);
    return false;
  }
  // An error, or what cannot be here: the rest of the replies decides.
  pending_ = frame;
  read_results(deadline);
  throw wire::ProtocolError("the rows of a result ended without a completion");
}

// The current row's bytes are about to be overwritten.
void ResultStream::keep_row() {
  if (!in_rows() || row_.values.empty() || row_body_.data() == kept_row_.data()) return;
  kept_row_ = row_body_;
  for (auto& value : row_.values) {
    if (!value.is_null()) value.data = kept_row_.data() + (value.data - row_body_.data());
  }
  row_body_ = row_.body = kept_row_;
}

void ResultStream::put_back_pending() {
  if (!pending_) return;
  spool_.put_back(*pending_);  // first: where there is no memory, nothing is lost
  pending_.reset();
}

void ResultStream::spool(const Frame& frame) {
  if (frame.type == MessageType::portal_suspended && portal_) --portal_->in_air;
  if (portal_ && portal_->in_transaction && frame.type == MessageType::command_complete &&
      wire::decode_command_tag(frame.body).starts_with("SELECT"))
    portal_has_ended();
  if (!spooled_error_) spooled_error_ = error_in(frame);
  try {
    spool_.append(frame);
  } catch (const std::bad_alloc&) {
    fail_without_memory();
    throw;
  }
}

void ResultStream::detach(Deadline deadline) {
  if (conversation_ == nullptr) return;
  current_.affected = affected_rows();  // cannot be seen any more once it is spooled
  keep_row();
  put_back_pending();
  conversation_->end_implicit(deadline);
  while (conversation_->owed() > 0) spool(conversation_->receive_for_another(deadline));
  land();
}

void ResultStream::close(Deadline deadline) {
  current_ = {};
  row_.values.clear();
  rows_follow_ = false;
  ahead_.clear();
  if (failed_) return;
  guarded([&] {
    if (!error_ && spooled_error_) error_ = spooled_error_;
    spooled_error_.reset();
    if (pending_) note_error(*pending_);
    pending_.reset();
    spool_.clear();
    if (conversation_ != nullptr) drop_rest(deadline);
    ready_expected_ = executions_ = 0;
    completed_ = true;
    land();
    end_portal();
    if (error_) throw Error(*std::exchange(error_, std::nullopt));
  });
}

// Nothing is cancelled: the statement was told as done, and a cancel would undo what its functions
// did. What is still to come is a portion, or all of what was asked for at once.
void ResultStream::drop_rest(Deadline deadline) {
  if (conversation_->implicit_) conversation_->sync_implicit();
  std::size_t dropped = 0;
  while (conversation_->owed() > 0) {
    const Frame frame = conversation_->receive(deadline);
    note_error(frame);
    dropped += frame.body.size();
  }
  if (habits_ && dropped > 2 * first_portion) habits_->at_once = false;
}

}  // namespace negodbc::session
