// Rows in portions: what a portal is asked for, and when (portions.h).
#include <algorithm>
#include <limits>

#include "driver/session/conversation.h"

namespace negodbc::session {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

std::int32_t rows_of(std::size_t bytes, std::size_t row_size) {
  constexpr std::size_t least = 16;
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(
      std::clamp(bytes / std::max<std::size_t>(row_size, 1), least, most));
}

namespace {

// Of so many rows, with how many read the next portion is asked for: before a network with latency
// has to be waited for. Small ones are read faster than the next one comes.
std::int64_t ask_after(std::int64_t rows, std::size_t portion) {
  constexpr std::size_t large = std::size_t{2} << 20U;
  const std::int64_t part = portion > large ? 2 : 8;
  return (rows + part - 1) / part;
}

}  // namespace

// --- the stream's part

// What stands between portions. True: it was dealt with.
bool ResultStream::go_past(const Frame& frame, Deadline deadline) {
  switch (frame.type) {
    case MessageType::portal_suspended:
      --portal_->asked;
      begin_portion();
      // In a transaction the flight goes on to its Sync.
      if (portal_->asked == 0 && !portal_->in_transaction) ask_more(deadline);
      return true;
    case MessageType::ready_for_query:
      if (--ready_expected_ == 0) land();
      if (portal_->asked == 0) ask_more(deadline);
      return true;
    case MessageType::parse_complete:
    case MessageType::bind_complete:
    case MessageType::close_complete:  // of what went along with the question for the portion
      return true;
    case MessageType::command_complete:  // of a savepoint
      return !wire::decode_command_tag(frame.body).starts_with("SELECT");
    default:
      return false;
  }
}

void ResultStream::start_portion() {
  if (portal_) ask_at_ = ask_after(portal_->limit, portal_->target);
}

// The one behind the portion that is used up now.
void ResultStream::begin_portion() {
  first_portion_ = false;
  if (habits_) {
    habits_->at_once = false;
    habits_->row_size = static_cast<std::uint32_t>(
        row_bytes_ / static_cast<std::size_t>(std::max<std::int64_t>(rows_, 1)));
  }
  portal_->limit = portal_->next_limit;
  ask_at_ = rows_ + ask_after(portal_->limit, portal_->target);
}

std::int32_t ResultStream::next_limit() {
  if (portal_->fixed != 0) return portal_->fixed;
  portal_->target = std::min(2 * portal_->target, largest_portion);
  return rows_of(portal_->target,
                 row_bytes_ / static_cast<std::size_t>(std::max<std::int64_t>(rows_, 1)));
}

// Nothing is in the air.
void ResultStream::ask_more(Deadline deadline) {
  if (rest_lost_) throw Error(*rest_lost_);
  if ((portal_->in_transaction ? home_ : conversation_) == nullptr)
    throw wire::ProtocolError("a result was suspended whose rest had been asked for");
  const std::int32_t limit = next_limit();
  if (portal_->in_transaction) {
    home_->launch_portion(*this, limit, deadline);
  } else {
    conversation_->ask_portion(*portal_, limit, deadline);
  }
  portal_->limit = portal_->next_limit = limit;
  ask_at_ = rows_ + ask_after(limit, portal_->target);
}

// While the portion before is read.
void ResultStream::ask_ahead(Deadline deadline) {
  ask_at_ = -1;
  if (!portal_ || conversation_ == nullptr || portal_->asked != 1 || portal_->in_air != 1) return;
  const bool implicit = !portal_->in_transaction;
  // Its end has come: nothing more is to be asked for.
  if (implicit != conversation_->implicit_ || conversation_->session_->received_end()) return;
  portal_->next_limit = next_limit();
  conversation_->ask_portion(*portal_, portal_->next_limit, deadline);
  ready_expected_ += implicit ? 0 : 1;
}

// What is in the air, so that the server can be asked for something else in the same transaction.
void ResultStream::take_in(Deadline deadline) {
  current_.affected = affected_rows();
  keep_row();
  put_back_pending();
  while (conversation_->implicit_ && portal_ && portal_->in_air > 0)
    spool(conversation_->receive_for_another(deadline));
  if (!conversation_->implicit_) detach(deadline);
}

// So many rows more (0: all) into the spool, of a portal in a transaction that is about to end.
void ResultStream::take_rest(std::int32_t rows, Deadline deadline) {
  home_->launch_portion(*this, rows, deadline);
  portal_->next_limit = rows;
  detach(deadline);
}

// Its end has been received, if not read: at the server nothing has to wait for that.
void ResultStream::portal_has_ended() {
  if (home_ != nullptr && portal_) home_->forget_portal(*this);
  home_ = nullptr;
}

void ResultStream::lose_rest(const Error& error) {
  rest_lost_ = error;
  home_ = nullptr;
}

void ResultStream::end_portal() {
  ask_at_ = -1;
  portal_has_ended();
  portal_.reset();
}

// --- the conversation's part

Conversation::RowPlan Conversation::plan_rows(const Portions& portions, const Framing& framing,
                                              Deadline deadline) {
  make_room(deadline);
  if ((framing.ends_transaction || framing.redefines) && !portals_.empty()) keep_portals(deadline);
  const bool in_transaction = framing.begin || session_->transaction_status() != 'I';
  RowPlan plan;
  plan.replies.executions = 1;
  plan.replies.reads = portions.reads && !in_transaction;
  plan.replies.commits = portions.changes && !in_transaction;
  plan.replies.habits = portions.habits;
  plan.replies.asks_commit = framing.asks_commit;
  plan.limit = portions.most;
  if (!portions.limited || portions.most != 0) return plan;
  Portal portal;
  portal.name = "negodbc_portal_" + std::to_string(++last_name_);
  portal.in_transaction = in_transaction;
  portal.framing = framing;
  portal.framing.begin = false;
  portal.fixed = portions.rows;
  const std::uint32_t row_size = portions.habits ? portions.habits->row_size : 0;
  portal.limit = portions.rows != 0 ? portions.rows
                 : row_size != 0    ? rows_of(first_portion, row_size)
                                    : first_rows;
  plan.limit = portal.limit;
  plan.portal = portal.name;
  plan.way = in_transaction ? Way::extended : Way::implicit;
  plan.replies.portal = std::move(portal);
  return plan;
}

// Without waiting for an answer.
void Conversation::ask_portion(Portal& portal, std::int32_t rows, Deadline deadline) {
  put([&](Frontend& out) {
    const bool savepoint = portal.in_transaction && flight_.undo == Undo::statement;
    if (savepoint) put_command(out, set_savepoint());
    out.execute(portal.name, rows);
    if (savepoint) put_command(out, release_savepoint());
    if (portal.in_transaction) {
      out.sync();
    } else {
      out.flush();
    }
  });
  if (portal.in_transaction) ++owed_;
  ++portal.asked;
  ++portal.in_air;
  send(deadline);
}

// As a flight of its own, of a portal in a transaction; the stream is live then.
void Conversation::launch_portion(ResultStream& stream, std::int32_t rows, Deadline deadline) {
  if (session_->transaction_status() == 'E') {
    throw Error("24000",
                "the transaction of this result has failed, and with it the rows that had not been "
                "fetched");
  }
  messages_.clear();
  Frontend(messages_).execute(stream.portal_->name, rows);
  launch(messages_, Way::extended, stream.portal_->framing, deadline);
  ++stream.portal_->asked;
  ++stream.portal_->in_air;
  stream.conversation_ = this;
  stream.ready_expected_ += owed_;
  live_ = &stream;
}

void Conversation::forget_portal(const ResultStream& stream) {
  to_close_portals_.push_back(stream.portal_->name);
  std::erase(portals_, &stream);
}

// The transaction that the server keeps open for a portal ends; what is in the air is still to be
// read.
void Conversation::sync_implicit() {
  put([](Frontend& out) { out.sync(); });
  implicit_ = false;
  session_->watch(false);
  flight_.sync_follows = true;
  ++owed_;
  if (live_ != nullptr) live_->ready_expected_ = owed_;
  send(Deadline::after(answer_time));
}

void Conversation::sync_when_left() noexcept {
  try {
    if (implicit_) sync_implicit();
  } catch (const std::exception&) {
    session_->mark_broken();
  }
}

// All of the live stream's rows, and the end.
void Conversation::end_implicit(Deadline deadline) {
  if (!implicit_) return;
  ask_portion(*live_->portal_, 0, deadline);
  sync_implicit();
}

// What is asked for in portions outlives the end of its transaction, and changes of its tables.
void Conversation::keep_portals(Deadline deadline) {
  make_room(deadline);
  while (!portals_.empty() && session_->transaction_status() == 'T') {
    ResultStream* const stream = portals_.back();
    stream->take_rest(0, deadline);
    std::erase(portals_, stream);
    stream->home_ = nullptr;
  }
  lose_portals(rolled_back());
}

void Conversation::keep_little(Deadline deadline) {
  make_room(deadline);
  if (session_->transaction_status() == 'T') {
    const std::vector<ResultStream*> portals = portals_;
    for (ResultStream* stream : portals) {
      const auto read = static_cast<std::size_t>(std::max<std::int64_t>(stream->rows_, 1));
      stream->take_rest(rows_of(first_portion, stream->row_bytes_ / read), deadline);
    }
  }
  lose_portals(rolled_back());
}

Error Conversation::rolled_back() {
  return Error("24000",
               "the transaction of this result was rolled back, and with it the rows that had not "
               "been fetched");
}

void Conversation::lose_portals(const Error& error) {
  for (ResultStream* stream : portals_) stream->lose_rest(error);
  portals_.clear();
}

std::unique_ptr<ResultStream> Conversation::ask(std::string_view sql, const Framing& framing,
                                                Deadline deadline) {
  if (implicit_) {
    const session::Session::Shield shield(*session_);
    live_->take_in(deadline);
  }
  if (!implicit_) {
    Framing asked = framing;
    asked.question = true;
    return simple(sql, asked, deadline);
  }
  try {
    return ask_within(sql, deadline);
  } catch (const Error& e) {
    // The transaction is lost, and the rows that were to come.
    sync_when_left();
    if (live_ != nullptr) {
      live_->fail(
          Error(e.state().view(), std::string("a question about the data ended the transaction of "
                                              "this result: ") +
                                      e.what()));
    }
    throw;
  } catch (...) {
    // What is still to come of the answer must not be taken for the portal's.
    session_->mark_broken();
    throw;
  }
}

// In the transaction that is kept open for a portal.
std::unique_ptr<ResultStream> Conversation::ask_within(std::string_view sql, Deadline deadline) {
  session_->watch(false);
  put([&](Frontend& out) {
    out.parse("", sql, {});
    out.bind("", "", {}, {});
    out.describe_portal("");
    out.execute("", 0);
    out.flush();
  });
  send(deadline);
  Replies replies;
  replies.executions = 1;
  replies.reads = true;
  std::unique_ptr<ResultStream> answer(new ResultStream(*this, std::move(replies)));
  answer->conversation_ = nullptr;
  answer->ready_expected_ = 1;
  for (;;) {
    const Frame frame = receive(deadline);
    if (frame.type == MessageType::error_response) {
      const Error error = error_from(frame);
      sync_implicit();
      while (owed_ > 0) receive(deadline);
      throw Error(error);
    }
    answer->spool_.append(frame);
    if (frame.type == MessageType::command_complete) break;
  }
  answer->spool_.append({MessageType::ready_for_query, "I"});
  session_->watch(true);
  answer->next_result(deadline);
  return answer;
}

}  // namespace negodbc::session
