#include <algorithm>

#include "driver/result/stream.h"

namespace negodbc::result {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

namespace {
constexpr char copy_refusal[] =
    "COPY ... FROM STDIN cannot be fed through ODBC; use INSERT with parameters";
}  // namespace

Conversation::~Conversation() {
  if (live_ != nullptr) {
    live_->conversation_ = nullptr;
    live_->ready_expected_ = 0;
    live_->in_rows_ = false;
    live_->row_.values.clear();
    live_->pending_.reset();
  }
}

// Frees the session and starts a buffer of messages, with what can ride along.
Frontend Conversation::open_flight() {
  make_room();
  session_->outgoing().clear();
  timed_out_ = copy_refused_ = false;
  sync_follows_ = true;
  Frontend out(session_->outgoing());
  for (const std::string& name : to_close_) out.close_statement(name);
  to_close_.clear();
  return out;
}

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

bool Conversation::put_begin(const Begin& begin) {
  if (!begin.wanted || session_->transaction_status() != 'I') return false;
  Frontend out(session_->outgoing());
  out.parse("", begin.text, {});
  out.bind("", "", {}, {});
  out.execute("", 0);
  return true;
}

void Conversation::read_begin(Deadline deadline) {
  expect({MessageType::command_complete}, deadline);
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
    // Without an answer the server would wait for data for ever. In the extended protocol it has
    // thrown our Sync away while it waited.
    Frontend out(session_->outgoing());
    out.copy_fail(copy_refusal);
    copy_refused_ = true;
    if (sync_follows_) out.sync();
    send(Deadline::after(cancel_grace));
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

Error Conversation::error_from(const Frame& frame) const {
  const wire::ServerMessage message = wire::decode_server_message(frame.body);
  if (timed_out_ && message.sqlstate == "57014") {
    return Error("HYT00", "the statement ran longer than its time-out and was cancelled");
  }
  if (copy_refused_ && message.sqlstate == "57014") return Error("HYC00", copy_refusal);
  return to_error(message);
}

// An error before any result: reads on to the end of the flight, so that the session is free, and
// throws.
void Conversation::fail(const Frame& error, Deadline deadline) {
  const Error result = error_from(error);
  while (receive(deadline).type != MessageType::ready_for_query) {
  }
  throw result;
}

std::unique_ptr<ResultStream> Conversation::start(std::vector<wire::Field> fields,
                                                  int ready_expected, Deadline deadline) {
  std::unique_ptr<ResultStream> stream(new ResultStream(*this, ready_expected, std::move(fields)));
  live_ = stream.get();
  stream->next_result(deadline);
  return stream;
}

std::unique_ptr<ResultStream> Conversation::simple(const std::string& sql, const Begin& begin,
                                                   Deadline deadline) {
  Frontend out = open_flight();
  const bool begins = put_begin(begin);
  out.query(sql);
  // Should BEGIN fail, the server skips everything up to this Sync: the query never runs outside of
  // the transaction it was meant for. Otherwise the Sync costs a second ReadyForQuery.
  if (begins) out.sync();
  sync_follows_ = begins;
  send(deadline);
  if (begins) read_begin(deadline);
  return start({}, begins ? 2 : 1, deadline);
}

std::unique_ptr<ResultStream> Conversation::extended(const std::string& sql, Types types,
                                                     Values values, const Begin& begin,
                                                     Deadline deadline) {
  Frontend out = open_flight();
  const bool begins = put_begin(begin);
  out.parse("", sql, types);
  out.bind("", "", values, {});
  out.describe_portal("");
  out.execute("", 0);
  out.sync();
  send(deadline);
  if (begins) read_begin(deadline);
  return start({}, 1, deadline);
}

std::unique_ptr<ResultStream> Conversation::execute(const Prepared& prepared, Values values,
                                                    const Begin& begin, Deadline deadline) {
  Frontend out = open_flight();
  const bool begins = put_begin(begin);
  out.bind("", prepared.name, values, {});
  out.execute("", 0);
  out.sync();
  send(deadline);
  if (begins) read_begin(deadline);
  return start(prepared.fields, 1, deadline);
}

std::unique_ptr<ResultStream> Conversation::prepare_and_execute(const std::string& sql, Types types,
                                                                Values values, const Begin& begin,
                                                                Prepared& prepared,
                                                                Deadline deadline) {
  Frontend out = open_flight();
  const bool begins = put_begin(begin);
  const std::string name = "negodbc_" + std::to_string(++last_name_);
  out.parse(name, sql, types);
  out.describe_statement(name);
  out.bind("", name, values, {});
  out.execute("", 0);
  out.sync();
  send(deadline);
  if (begins) read_begin(deadline);
  expect({MessageType::parse_complete}, deadline);
  prepared = Prepared{name, {types.begin(), types.end()}, {}, {}};
  describe_prepared(prepared, deadline);
  return start(prepared.fields, 1, deadline);
}

Prepared Conversation::prepare(const std::string& sql, Types types, Deadline deadline) {
  Frontend out = open_flight();
  Prepared prepared{
      "negodbc_" + std::to_string(++last_name_), {types.begin(), types.end()}, {}, {}};
  out.parse(prepared.name, sql, types);
  out.describe_statement(prepared.name);
  out.sync();
  send(deadline);
  expect({MessageType::parse_complete}, deadline);
  describe_prepared(prepared, deadline);
  expect({MessageType::ready_for_query}, deadline);
  return prepared;
}

void Conversation::describe_prepared(Prepared& prepared, Deadline deadline) {
  prepared.parameter_types = wire::decode_parameter_description(
      expect({MessageType::parameter_description}, deadline).body);
  const Frame frame = expect({MessageType::row_description, MessageType::no_data}, deadline);
  if (frame.type == MessageType::row_description)
    prepared.fields = wire::decode_row_description(frame.body);
}

void Conversation::forget(Prepared& prepared) {
  if (!prepared.name.empty()) to_close_.push_back(prepared.name);
  prepared = {};
}

std::string Conversation::run(const std::string& sql, Deadline deadline) {
  const std::unique_ptr<ResultStream> stream = simple(sql, {}, deadline);
  std::string tag = stream->command_tag();
  while (stream->next_result(deadline)) tag = stream->command_tag();
  return tag;
}

char Conversation::transaction_status() {
  make_room();
  return session_->transaction_status();
}

}  // namespace negodbc::result
