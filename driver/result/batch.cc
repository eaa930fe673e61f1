#include "driver/result/batch.h"

#include <utility>

namespace negodbc::result {

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

Batch::Result Batch::send(const Framing& framing, Deadline deadline) {
  const std::string messages = std::exchange(messages_, {});
  const std::vector<std::size_t> widths = std::exchange(widths_, {});
  parsed_ = nullptr;
  sets_ = 0;
  server_.launch(messages, Conversation::Way::extended, framing, deadline);
  Result result;
  std::size_t executed = 0;
  for (;;) {
    const Frame frame = server_.receive(deadline);
    if (frame.type == MessageType::ready_for_query) break;
    if (frame.type == MessageType::error_response) {
      if (!result.error) result.error = server_.error_from(frame);
    } else if (frame.type == MessageType::command_complete ||
               frame.type == MessageType::empty_query_response) {
      if (executed == widths.size()) continue;  // the savepoint was released
      result.done += widths[executed++];
      if (frame.type == MessageType::command_complete)
        result.affected += wire::affected_rows(wire::decode_command_tag(frame.body)).value_or(0);
    }
  }
  if (result.error) {
    const bool own_transaction = server_.session_->transaction_status() == 'I';
    server_.land();
    const bool statement_undone = framing.on_error == OnError::roll_back_statement &&
                                  server_.session_->transaction_status() != 'E';
    result.undone = own_transaction || statement_undone;
  }
  return result;
}

}  // namespace negodbc::result
