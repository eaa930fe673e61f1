// Flights: what is sent at once, what surrounds a statement in it, what an error leaves behind.
#include <algorithm>

#include "driver/result/conversation.h"

namespace negodbc::result {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

namespace {

constexpr char copy_refusal[] =
    "COPY ... FROM STDIN cannot be fed through ODBC; use INSERT with parameters";

// A statement without parameters and results, by the unnamed statement and portal.
void put_command(Frontend& out, std::string_view sql) {
  out.parse("", sql, {});
  out.bind("", "", {}, {});
  out.execute("", 0);
}

// What a server says that does not know savepoints at all (syntax error, feature not supported).
bool is_unknown_feature(const Error& error) {
  const SqlState state = error.state();
  const std::string_view category = state.view().substr(0, 2);
  return category == "42" || category == "0A" || category == "XX";
}

}  // namespace

// Without a deadline: one that ran out here would cancel the other statement.
void Conversation::make_room() {
  if (live_ != nullptr) live_->detach(Deadline::never());
}

void Conversation::send(Deadline deadline) {
  try {
    session_->flush(deadline);
  } catch (...) {
    session_->mark_broken();  // half a message may be on its way
    throw;
  }
}

// What of the framing applies in the transaction's present state.
Conversation::Before Conversation::plan(const Framing& framing) {
  const char status = session_->transaction_status();
  Before before;
  before.begins = framing.begin && status == 'I';
  undo_ = Undo::nothing;
  if ((!before.begins && status != 'T') || framing.savepoint == Savepoint::none) return before;
  if (framing.on_error == OnError::roll_back_transaction) {
    undo_ = Undo::transaction;
  } else if (framing.on_error == OnError::roll_back_statement && savepoints_ != Savepoints::no) {
    // The first statement of a transaction is undone by a ROLLBACK; a savepoint is tried with it
    // once, so that a server without them is noticed before there is anything to lose.
    before.savepoint = !before.begins || savepoints_ == Savepoints::unknown;
    undo_ = before.begins ? Undo::transaction : Undo::statement;
  }
  return before;
}

Conversation::Before Conversation::open_flight(const Framing& framing) {
  make_room();
  static const std::string set_savepoint = std::string("SAVEPOINT ") + savepoint_name;
  session_->outgoing().clear();
  timed_out_ = copy_refused_ = false;
  Frontend out(session_->outgoing());
  for (const std::string& query : resets_) out.query(query);
  const std::size_t resets = resets_.size();
  resets_.clear();
  for (const std::string& name : to_close_) out.close_statement(name);
  to_close_.clear();
  Before before = plan(framing);
  before.resets = resets;
  if (before.begins) put_command(out, framing.begin_text);
  if (before.savepoint) put_command(out, set_savepoint);
  return before;
}

bool Conversation::close_flight(const Before& before, Way way, const Framing& framing,
                                Deadline deadline) {
  static const std::string release_savepoint = std::string("RELEASE SAVEPOINT ") + savepoint_name;
  Frontend out(session_->outgoing());
  const bool released = before.savepoint && framing.savepoint == Savepoint::around;
  if (released) put_command(out, release_savepoint);
  // Should BEGIN or SAVEPOINT fail, the server skips everything up to this Sync: a simple query
  // never runs outside of the transaction it was meant for. Otherwise the Sync costs it a second
  // ReadyForQuery.
  sync_follows_ = before.framed() || way == Way::extended;
  if (sync_follows_) out.sync();
  send(deadline);
  read_resets(before.resets, deadline);
  if (before.begins) expect({MessageType::command_complete}, deadline);
  return !before.savepoint || read_savepoint(before.begins, deadline);
}

int Conversation::launch(std::string_view messages, Way way, const Framing& framing,
                         Deadline deadline) {
  for (;;) {
    const Before before = open_flight(framing);
    session_->outgoing().append(messages);
    if (close_flight(before, way, framing, deadline))
      return before.framed() && way == Way::simple ? 2 : 1;
  }
}

void Conversation::read_resets(std::size_t count, Deadline deadline) {
  while (count > 0) {
    const Frame frame = receive(deadline);
    if (frame.type == MessageType::ready_for_query) {
      --count;
    } else if (frame.type == MessageType::error_response) {
      const Error error = error_from(frame);
      session_->mark_broken();
      throw ConnectionError("08S01",
                            std::string("the pooled session could not be reset: ") + error.what());
    }
  }
}

// False: the server knows no savepoints; the flight is to be made anew, without one.
bool Conversation::read_savepoint(bool begins, Deadline deadline) {
  const Frame frame =
      expect({MessageType::command_complete, MessageType::error_response}, deadline);
  if (frame.type == MessageType::command_complete) {
    savepoints_ = Savepoints::yes;
    return true;
  }
  const Error error = error_from(frame);
  if (savepoints_ == Savepoints::unknown && is_unknown_feature(error)) savepoints_ = Savepoints::no;
  drain(deadline);
  if (has_savepoints() || !begins) throw error;
  return false;
}

void Conversation::land() noexcept {
  if (session_->transaction_status() != 'E' || undo_ == Undo::nothing) return;
  const std::string savepoint(savepoint_name);
  const std::string sql = undo_ == Undo::transaction ? "ROLLBACK"
                                                     : "ROLLBACK TO SAVEPOINT " + savepoint +
                                                           ";RELEASE SAVEPOINT " + savepoint;
  undo_ = Undo::nothing;
  const bool timed_out = timed_out_;
  timed_out_ = sync_follows_ = false;
  try {
    session_->outgoing().clear();
    Frontend(session_->outgoing()).query(sql);
    const Deadline deadline = Deadline::after(cancel_grace);
    send(deadline);
    while (receive(deadline).type != MessageType::ready_for_query) {
    }
  } catch (const std::exception&) {
    // The session is marked as lost, and says so on its next use; the statement's own error is
    // told.
    session_->mark_broken();
  }
  timed_out_ = timed_out;
}

Frame Conversation::receive(Deadline deadline) {
  for (;;) {
    try {
      const Frame frame = session_->receive(timed_out_ ? Deadline::after(cancel_grace) : deadline);
      if (frame.type != MessageType::copy_in_response) return frame;
    } catch (const ConnectionError& e) {
      if (!(e.state() == "HYT01") || timed_out_) {
        session_->mark_broken();
        throw;
      }
      timed_out_ = true;
      session_->cancel(Deadline::after(cancel_grace));
      continue;
    } catch (...) {
      session_->mark_broken();
      throw;
    }
    refuse_copy();
  }
}

// Only what has already arrived.
std::optional<Frame> Conversation::receive_buffered() {
  for (;;) {
    const std::optional<Frame> frame = session_->receive_buffered();
    if (!frame || frame->type != MessageType::copy_in_response) return frame;
    refuse_copy();
  }
}

// Without an answer the server would wait for data for ever. In the extended protocol it has thrown
// our Sync away while it waited.
void Conversation::refuse_copy() {
  Frontend out(session_->outgoing());
  out.copy_fail(copy_refusal);
  copy_refused_ = true;
  if (sync_follows_) out.sync();
  send(Deadline::after(cancel_grace));
}

// Skips acknowledgements up to the first message of a wanted type.
Frame Conversation::expect(std::initializer_list<MessageType> wanted, Deadline deadline) {
  for (;;) {
    const Frame frame = receive(deadline);
    if (std::find(wanted.begin(), wanted.end(), frame.type) != wanted.end()) return frame;
    switch (frame.type) {
      case MessageType::error_response:
        fail(frame, deadline);
      case MessageType::parse_complete:
      case MessageType::bind_complete:
      case MessageType::close_complete:
      case MessageType::no_data:
      case MessageType::parameter_description:
        break;
      default:
        session_->mark_broken();
        throw wire::ProtocolError(std::string("the server sent a message of type '") +
                                  static_cast<char>(frame.type) + "' where none is expected");
    }
  }
}

Error Conversation::error_from(const Frame& frame) const {
  const wire::ServerMessage message = wire::decode_server_message(frame.body);
  if (timed_out_ && message.sqlstate == "57014") {
    return Error("HYT00", "the statement ran longer than its time-out and was cancelled");
  }
  if (copy_refused_ && message.sqlstate == "57014") return Error("HYC00", copy_refusal);
  return to_error(message);
}

void Conversation::drain(Deadline deadline) {
  while (receive(deadline).type != MessageType::ready_for_query) {
  }
  land();
}

// An error before any result: reads on to the end of the flight, so that the session is free, and
// throws.
void Conversation::fail(const Frame& error, Deadline deadline) {
  const Error result = error_from(error);
  drain(deadline);
  throw result;
}

}  // namespace negodbc::result
