// Flights: what is sent at once, what surrounds a statement in it, what an error leaves behind.
#include <algorithm>
#include <utility>

#include "driver/session/conversation.h"

namespace negodbc::session {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

namespace {

// What undoing may take beyond a deadline.
constexpr std::chrono::milliseconds undo_time{250};

// What a server says that does not know savepoints at all (syntax error, feature not supported).
bool is_unknown_feature(const Error& error) {
  const SqlState state = error.state();
  const std::string_view category = state.view().substr(0, 2);
  return category == "42" || category == "0A" || category == "XX";
}

void drop_first(std::size_t count, std::vector<std::string>& list) {
  list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

// A statement without parameters and results, by the unnamed statement and portal.
void Conversation::put_command(Frontend& out, std::string_view sql) {
  out.parse("", sql, {});
  out.bind("", "", {}, {});
  out.execute("", 0);
}

const std::string& Conversation::set_savepoint() {
  static const std::string text = std::string("SAVEPOINT ") + savepoint_name;
  return text;
}

const std::string& Conversation::release_savepoint() {
  static const std::string text = std::string("RELEASE SAVEPOINT ") + savepoint_name;
  return text;
}

// A deadline that runs out here cancels nothing: the other statement goes on.
void Conversation::make_room(Deadline deadline) {
  if (live_ == nullptr) sync_when_left();
  if (live_ != nullptr) {
    const session::Session::Shield shield(*session_);
    live_->detach(deadline);
  }
  while (owed_ > 0) settle(deadline);
}

// Reads away what a flight was answered with that nobody waited for.
void Conversation::settle(Deadline deadline) {
  const Deadline all = flight_.timed_out ? flight_.give_up_all : Deadline::after(cancel_grace);
  const session::Session::Shield shield(*session_);
  while (owed_ > 0) {
    try {
      receive_for_another(deadline.sooner(all));
    } catch (const Unanswered&) {
      if (!all.expired()) throw;
      session_->mark_broken();
      throw ConnectionError("HYT01",
                            "the server did not answer, not even when it was asked to cancel the "
                            "statement before; the connection was given up");
    }
  }
  land();
}

void Conversation::refuse_unasked() {
  const std::optional<Frame> frame = session_->receive_buffered();
  if (!frame) return;
  if (frame->type == MessageType::error_response) session_->tell_loss();  // with its words
  session_->mark_broken();
  throw wire::ProtocolError(std::string("the server sent a message of type '") +
                            static_cast<char>(frame->type) + "' unasked");
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
Before Conversation::plan(const Framing& framing) {
  const char status = session_->transaction_status();
  Before before;
  before.begins = framing.begin && status == 'I';
  flight_.from_idle = status == 'I';
  flight_.question = framing.question;
  if ((!before.begins && status != 'T') || framing.savepoint == Savepoint::none) return before;
  if (framing.on_error == OnError::roll_back_transaction) {
    flight_.undo = Undo::transaction;
  } else if (framing.on_error == OnError::roll_back_statement && savepoints_ != Savepoints::no) {
    // The first statement of a transaction is undone by a ROLLBACK; a savepoint is tried with it
    // once, so that a server without them is noticed before there is anything to lose.
    before.savepoint = !before.begins || savepoints_ == Savepoints::unknown;
    flight_.undo = before.begins ? Undo::transaction : Undo::statement;
  }
  return before;
}

Before Conversation::open_flight(const Framing& framing, Deadline deadline) {
  make_room(deadline);
  refuse_unasked();
  flight_ = {};
  flight_.last = deadline;
  transaction_.expect(framing.steps);
  session_->outgoing().clear();
  Frontend out(session_->outgoing());
  for (const std::string& query : resets_) out.query(query);
  for (const std::string& name : to_close_) out.close_statement(name);
  for (const std::string& name : to_close_portals_) out.close_portal(name);
  Before before = plan(framing);
  before.resets = resets_.size();
  before.statements = to_close_.size();
  before.portals = to_close_portals_.size();
  if (before.begins) put_command(out, framing.begin_text);
  if (before.savepoint) put_command(out, set_savepoint());
  // What a transaction's first statement sets (SET TRANSACTION) must not end with a savepoint.
  if (before.tries_savepoint()) put_command(out, release_savepoint());
  flight_.acceptances_left = flight_.binds_left = 1 + before.commands();
  return before;
}

bool Conversation::close_flight(const Before& before, Way way, const Framing& framing,
                                Deadline deadline) {
  Frontend out(session_->outgoing());
  flight_.releases =
      before.savepoint && !before.tries_savepoint() && framing.savepoint == Savepoint::around;
  if (flight_.releases) put_command(out, release_savepoint());
  // Should BEGIN or SAVEPOINT fail, the server skips everything up to this Sync: a simple query
  // never runs outside of the transaction it was meant for. Otherwise the Sync costs it a second
  // ReadyForQuery.
  flight_.sync_follows = before.framed() || way == Way::extended;
  if (flight_.sync_follows) out.sync();
  if (way == Way::implicit) {
    out.flush();
    implicit_ = true;
  }
  owed_ += static_cast<int>(before.resets) + (way == Way::simple ? 1 : 0) +
           (flight_.sync_follows ? 1 : 0);
  send(deadline);
  // Not before: where there was no memory for the flight they go with the next one.
  drop_first(before.resets, resets_);
  drop_first(before.statements, to_close_);
  drop_first(before.portals, to_close_portals_);
  read_resets(before.resets, deadline);
  // From here on: what a reset ends with is not the statement's end.
  if (way == Way::implicit) session_->watch(true);
  flight_.commands_before = static_cast<int>(before.commands());
  if (before.begins) expect({MessageType::command_complete}, deadline);
  if (before.savepoint && !read_savepoint(before.begins, deadline)) return false;
  if (before.tries_savepoint()) expect({MessageType::command_complete}, deadline);
  return true;
}

void Conversation::launch(std::string_view messages, Way way, const Framing& framing,
                          Deadline deadline, MessageType acceptance) {
  for (;;) {
    const Before before = open_flight(framing, deadline);
    flight_.acceptance = acceptance;
    session_->outgoing().append(messages);
    if (close_flight(before, way, framing, deadline)) return;
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

// What undoes the flight that has ended; "": nothing has to be undone. What failed is undone as it
// was planned. What was done although its caller was told of an error is undone too. Where it has
// released its savepoint already that can't be done alone: the transaction is made to fail, so that
// no COMMIT keeps it.
std::string Conversation::undoing() {
  static const std::string name(savepoint_name);
  const char status = session_->transaction_status();
  const bool disowned = std::exchange(flight_.disowned, false);
  if (status == 'I' || (status == 'T' && !disowned)) return {};
  if (status == 'E' && flight_.undo == Undo::nothing) return {};
  const Undo undo = std::exchange(flight_.undo, Undo::nothing);
  if (undo == Undo::transaction || (status == 'T' && flight_.from_idle)) return "ROLLBACK";
  // No savepoint has that name.
  if (status == 'T' && (undo == Undo::nothing || flight_.releases))
    return "ROLLBACK TO SAVEPOINT " + name + "_done_after_its_error";
  return "ROLLBACK TO SAVEPOINT " + name + ";RELEASE SAVEPOINT " + name;
}

void Conversation::land() noexcept {
  const bool timed_out = flight_.timed_out;
  try {
    const std::string sql = undoing();
    if (sql.empty() || session_->dead()) return;
    flight_.timed_out = flight_.sync_follows = false;
    session_->outgoing().clear();
    Frontend(session_->outgoing()).query(sql);
    ++owed_;
    const Deadline deadline = Deadline::after(std::clamp<std::chrono::milliseconds>(
        timed_out ? undo_time : flight_.last.remaining(), undo_time, cancel_grace));
    send(deadline);
    // An answer that is late is read away by whoever comes next.
    while (owed_ > 0) receive_for_another(deadline);
    if (session_->transaction_status() == 'I') lose_portals(rolled_back());
  } catch (const Unanswered&) {
    flight_.give_up_all = Deadline::after(cancel_grace);
    flight_.timed_out = true;
    return;
  } catch (const std::exception&) {
    // The session is marked as lost, and says so on its next use; the statement's own error is
    // told.
    session_->mark_broken();
  }
  flight_.timed_out = timed_out;
}

// An answer without an end is not an answer: which statement the next message answers is not known.
void Conversation::note_progress(MessageType type) {
  switch (type) {
    case MessageType::bind_complete:
    case MessageType::row_description:
    case MessageType::data_row:
      flight_.unfinished = true;
      return;
    case MessageType::command_complete:
    case MessageType::empty_query_response:
    case MessageType::portal_suspended:
    case MessageType::error_response:
      flight_.unfinished = false;
      return;
    case MessageType::ready_for_query:
      if (!flight_.unfinished) return;
      throw wire::ProtocolError("the server is ready without having completed the statement");
    default:
      return;
  }
}

// What a frame means for the flight, as soon as it has been received.
Frame Conversation::counted(const Frame& frame) {
  if (frame.type == flight_.acceptance && flight_.acceptances_left > 0) --flight_.acceptances_left;
  if (frame.type == MessageType::bind_complete && flight_.binds_left > 0) --flight_.binds_left;
  if (implicit_ && session_->saw_end()) sync_implicit();
  note_progress(frame.type);
  // It is told as an error, whatever comes of it.
  if (frame.type == MessageType::copy_out_response) flight_.disowned = !flight_.question;
  if (frame.type == MessageType::ready_for_query) {
    if (--owed_ == 0) transaction_.expect({});
    transaction_.ready(session_->transaction_status());
  } else if (flight_.commands_before > 0) {
    if (frame.type == MessageType::command_complete) --flight_.commands_before;
    // The server skips a simple query behind it too, up to the Sync.
    if (frame.type == MessageType::error_response) {
      flight_.commands_before = 0;
      owed_ = 1;
    }
  } else if (frame.type == MessageType::command_complete) {
    transaction_.completed(wire::decode_command_tag(frame.body));
  }
  return frame;
}

Frame Conversation::receive(Deadline deadline) {
  flight_.last = deadline;
  for (;;) {
    try {
      const Frame frame = session_->receive(flight_.timed_out ? flight_.give_up : deadline);
      if (frame.type != MessageType::copy_in_response) return counted(frame);
    } catch (const session::NotInTime&) {
      late(deadline);
      continue;
    } catch (...) {
      session_->mark_broken();
      throw;
    }
    refuse_copy();
  }
}

std::optional<std::string_view> Conversation::receive_arrived_row(Deadline deadline) {
  if (implicit_ && session_->saw_end()) return std::nullopt;
  const auto body = session_->receive_buffered_row();
  if (body) {
    flight_.last = deadline;
    note_progress(MessageType::data_row);
  }
  return body;
}

// The server is asked to stop, once; it has until flight_.give_up to answer.
void Conversation::late(Deadline deadline) {
  if (flight_.timed_out) {
    flight_.disowned = !flight_.question;
    throw Unanswered("HYT00",
                     "the statement ran longer than its time-out; the server was asked to cancel "
                     "it and has not answered yet, so whether it took effect is not known");
  }
  flight_.timed_out = true;
  flight_.give_up_all = Deadline::after(cancel_grace);
  if (!deadline.expired()) {  // SQLCancel has asked already
    flight_.give_up = Deadline::after(std::chrono::milliseconds(0));
    flight_.disowned = !flight_.question;
    throw Unanswered("HY008",
                     "the statement was cancelled, but the server has not answered that: whether "
                     "it took effect is not known");
  }
  flight_.give_up = Deadline::after(answer_time);
  session_->cancel(flight_.give_up);
  // Whoever was asked late is listened to all the same.
  if (flight_.give_up.remaining() < undo_time) flight_.give_up = Deadline::after(undo_time);
}

Frame Conversation::receive_for_another(Deadline deadline) {
  for (;;) {
    try {
      const Frame frame = session_->receive(deadline);
      if (frame.type != MessageType::copy_in_response) return counted(frame);
    } catch (const session::NotInTime&) {
      if (!deadline.expired())
        throw Unanswered("HY008", "the statement was cancelled before it was sent");
      throw Unanswered("HYT00",
                       "the connection is busy with the rest of another statement's result, which "
                       "has not come within the time-out");
    } catch (...) {
      session_->mark_broken();
      throw;
    }
    refuse_copy();
  }
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

void Conversation::drain(Deadline deadline) {
  while (owed_ > 0) receive(deadline);
  land();
}

// An error before any result: reads on to the end of the flight, so that the session is free, and
// throws.
void Conversation::fail(const Frame& error, Deadline deadline) {
  const Error result = error_from(error);
  drain(deadline);
  throw result;
}

}  // namespace negodbc::session
