#include "driver/session/batch.h"

#include <utility>

#include "driver/session/copy.h"

namespace negodbc::session {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

void Batch::add(const Prepared& prepared, std::string_view sql, Conversation::Values values,
                std::size_t sets) {
  const std::size_t before = messages_.size();
  try {
    Frontend out(messages_);
    if (prepared.name.empty() && parsed_ != &prepared) out.parse("", sql, prepared.declared_types);
    out.bind("", prepared.name, values, {});
    out.execute("", 0);
  } catch (...) {
    messages_.resize(before);
    throw;
  }
  if (prepared.name.empty()) parsed_ = &prepared;
  widths_.push_back(sets);
  sets_ += sets;
}

Batch::~Batch() {
  if (under_way()) server_.session_->mark_broken();
}

void Batch::send_part(const Framing& framing, Deadline deadline) {
  if (!under_way()) before_ = server_.open_flight(framing, deadline);
  server_.session_->outgoing().append(messages_, sent_);
  sent_ = messages_.size();
  server_.send(deadline);
}

// Sends what is left of the flight, and reads the answers to what stands before the first set.
void Batch::complete(std::string_view messages, const Framing& framing, Deadline deadline) {
  const std::size_t sent = std::exchange(sent_, 0);
  if (const auto before = std::exchange(before_, {})) {
    server_.session_->outgoing().append(messages.substr(sent));
    if (server_.close_flight(*before, Way::extended, framing, deadline)) return;
  }
  server_.launch(messages, Way::extended, framing, deadline);
}

// Up to the end of the flight.
void Batch::receive(Result& result, const std::vector<std::size_t>& widths, Rows rows,
                    Deadline deadline) {
  std::size_t executed = 0;
  bool has_row = false;
  for (;;) {
    const Frame frame = server_.receive(deadline);
    if (frame.type == MessageType::ready_for_query) {
      if (!result.error && executed < widths.size())
        throw wire::ProtocolError("the server is ready without having completed all sets");
      return;
    }
    if (frame.type == MessageType::error_response) {
      if (!result.error) result.error = server_.error_from(frame);
    } else if (frame.type == MessageType::copy_out_response) {
      if (!result.error) result.error = copy_out_received();
    } else if (frame.type == MessageType::command_complete ||
               frame.type == MessageType::empty_query_response) {
      // Behind all sets the savepoint was released; behind an error nothing was done.
      if (result.error || executed == widths.size()) continue;
      if (rows == Rows::first_of_each) first_rows_.append(frame);
      has_row = false;
      result.done += widths[executed++];
      if (frame.type == MessageType::command_complete)
        result.affected += wire::affected_rows(wire::decode_command_tag(frame.body)).value_or(0);
    } else if (frame.type == MessageType::data_row && rows == Rows::first_of_each && !has_row) {
      first_rows_.append(frame);
      has_row = true;
    }
  }
}

Batch::Result Batch::send(const Framing& framing, Deadline deadline, Rows rows) {
  const std::string messages = std::exchange(messages_, {});
  const std::vector<std::size_t> widths = std::exchange(widths_, {});
  parsed_ = nullptr;
  sets_ = 0;
  first_rows_.clear();
  complete(messages, framing, deadline);
  Result result;
  try {
    receive(result, widths, rows, deadline);
  } catch (const Unanswered&) {
    throw;
  } catch (...) {
    server_.session_->mark_broken();  // replies are left that nobody will read
    throw;
  }
  if (result.error) {
    const bool own_transaction = server_.session_->transaction_status() == 'I';
    // Also where the answer to the undoing is late, or does not come.
    const bool is_undone = server_.flight_.undo != Undo::nothing;
    server_.land();
    const bool statement_undone = framing.on_error == OnError::roll_back_statement &&
                                  (is_undone || server_.session_->transaction_status() != 'E');
    result.undone = own_transaction || statement_undone;
  }
  return result;
}

const wire::RowFields* Batch::next_first_row() {
  std::optional<Frame> frame = first_rows_.take();
  if (!frame || frame->type != MessageType::data_row) return nullptr;
  kept_row_ = frame->body;
  first_rows_.take();  // its completion
  row_.parse(kept_row_);
  return &row_;
}

}  // namespace negodbc::session
