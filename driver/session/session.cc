#include "driver/session/session.h"

#include <algorithm>
#include <charconv>

#include "driver/session/cancel.h"
#include "driver/wire/frontend.h"
#include "driver/wire/server_words.h"

namespace negodbc::session {
namespace {

// A buffer that carried something large gives its memory back.
constexpr std::size_t kept_capacity = std::size_t{1} << 20U;

// "15.4 (Debian 15.4-1)" -> 150004, "9.6.24" -> 90624, "17beta1" -> 170000.
int parse_server_version(std::string_view text) {
  int parts[3] = {0, 0, 0};
  int count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (count < 3) {
    const auto [next, error] = std::from_chars(at, end, parts[count]);
    if (error != std::errc() || parts[count] < 0 || parts[count] > 9999) break;
    ++count;
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  if (count == 0) return 0;
  if (parts[0] >= 10) return parts[0] * 10000 + parts[1];
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

// Without a conversion (SQL_ASCII) text comes as the database has it. Who reports no encoding is
// taken to have done what the start-up message asked for.
bool is_utf8(std::string_view client_encoding, std::string_view server_encoding) {
  if (client_encoding.empty() || client_encoding == "UTF8") return true;
  return client_encoding == "SQL_ASCII" &&
         (server_encoding == "UTF8" || server_encoding == "SQL_ASCII");
}

}  // namespace

Session::~Session() {
  if (is_inherited()) {
    // Its end says goodbye where there is TLS, which is not the child's to say.
    (void)transport_.release();
    return;
  }
  if (!transport_ || broken_) return;
  try {
    std::string goodbye;
    wire::Frontend(goodbye).terminate();
    transport_->write(goodbye, Deadline::after(std::chrono::milliseconds(0)));
  } catch (...) {  // the server notices the end of the stream just as well
    broken_ = true;
  }
}

void Session::refuse_child() const {
  if (!is_inherited()) return;
  throw ConnectionError("08S01",
                        "this connection belongs to the process that made it, before fork(); a "
                        "child has to connect by itself");
}

void Session::flush(Deadline deadline) {
  if (out_.empty()) return;
  refuse_child();
  try {
    transport_->write(out_, deadline);
  } catch (const net::Timeout&) {
    broken_ = true;
    if (stop_.reached() && !deadline.expired()) {
      throw ConnectionError("HY008",
                            "the statement was cancelled while it was being sent, and the "
                            "connection is given up: whether it took effect is not known");
    }
    throw ConnectionError(
        "HYT01", "the server at " + host_and_port(host_) + " did not take the request in time");
  } catch (const ConnectionError&) {
    broken_ = true;
    // Why a server went tells more than that a pipe is broken.
    hear_last_words();
    if (!last_words_.empty()) end_of_stream();
    throw;
  }
  out_.clear();
  if (out_.capacity() > kept_capacity) out_.shrink_to_fit();
}

void Session::hear_last_words() {
  constexpr int most_reads = 16;
  // What there is has arrived; several reads may be needed for one piece of an encrypted stream.
  const Deadline deadline = Deadline::after(std::chrono::milliseconds(100));
  spent_ = true;
  try {
    for (int i = 0; i < most_reads; ++i) {
      while (next_buffered()) {
      }
      const std::size_t size = transport_->read(reader_.room(), deadline);
      if (size == 0) return;
      reader_.received(size);
    }
  } catch (const ConnectionError&) {
    broken_ = true;  // no more to be heard
  }
}

void Session::tell_loss() {
  refuse_child();
  // Where a message's border was lost there are no words to be found.
  if (!broken_) hear_last_words();
  broken_ = spent_ = true;
  throw ConnectionError("08S01", "the connection to the server at " + host_and_port(host_) +
                                     " was lost" + (last_words_.empty() ? "" : ": " + last_words_) +
                                     "; disconnect and connect again");
}

std::optional<wire::Frame> Session::receive_buffered() {
  if (spent_) end_of_stream();
  return next_buffered();
}

std::optional<wire::Frame> Session::next_buffered() {
  try {
    while (auto frame = reader_.next()) {
      if (!handle(*frame)) return frame;
    }
  } catch (const wire::ProtocolError&) {
    broken_ = true;
    throw;
  }
  return std::nullopt;
}

std::size_t Session::read(Deadline deadline) {
  refuse_child();
  if (broken_) throw ConnectionError("08S01", "the connection to the server was given up");
  // A server that never stops talking must not be heard for ever.
  if (!deadline.expired() && !stop_.reached()) {
    const auto begin = Deadline::Clock::now();
    try {
      const std::size_t size = transport_->read(reader_.room(), deadline);
      waited_ += Deadline::Clock::now() - begin;
      return size;
    } catch (const net::Timeout&) {  // below
      waited_ += Deadline::Clock::now() - begin;
    }
  }
  throw NotInTime("the server at " + host_and_port(host_) + " did not answer in time");
}

wire::Frame Session::receive(Deadline deadline) {
  for (;;) {
    if (const auto frame = receive_buffered()) return *frame;
    std::size_t size = 0;
    try {
      size = read(deadline);
    } catch (const NotInTime&) {
      throw;
    } catch (const ConnectionError&) {
      if (!last_words_.empty()) end_of_stream();
      broken_ = true;
      throw;
    }
    if (size == 0) end_of_stream();
    reader_.received(size);
    if (watching_ && !saw_end_) saw_end_ = reader_.received_end().has_value();
  }
}

bool Session::read_ahead(std::size_t most, Deadline deadline) {
  if (spent_ || broken_ || reader_.buffered() >= most || reader_.received_suspension())
    return false;
  try {
    const std::size_t size = read(deadline);
    reader_.received(size);
    if (watching_ && !saw_end_) saw_end_ = reader_.received_end().has_value();
    return size != 0;
  } catch (const ConnectionError&) {
    return false;
  }
}

bool Session::interrupt(Deadline deadline) {
  if (shielded_) {
    stop_.set(Deadline::Clock::now());
    return true;
  }
  stop_.set(Deadline::Clock::now() + interrupt_grace);
  return cancel(deadline, std::chrono::milliseconds(300));
}

bool Session::handle(const wire::Frame& frame) {
  switch (frame.type) {
    case wire::MessageType::parameter_status: {
      const auto status = wire::decode_parameter_status(frame.body);
      remember_parameter(status.name, status.value);
      return true;
    }
    case wire::MessageType::notice_response: {
      const auto notice = wire::decode_server_message(frame.body);
      // A crash and an immediate shutdown are told by a warning.
      if (notice.sqlstate.starts_with("57P")) remember_last_words(notice);
      if (notice_sink_) notice_sink_(notice);
      return true;
    }
    case wire::MessageType::notification_response:
      return true;
    case wire::MessageType::ready_for_query:
      transaction_status_ = wire::decode_ready_for_query(frame.body);
      return false;
    case wire::MessageType::error_response: {
      const auto error = wire::decode_server_message(frame.body);
      if (error.severity == "FATAL" || error.severity == "PANIC") remember_last_words(error);
      return false;
    }
    default:
      return false;
  }
}

void Session::remember_parameter(std::string_view name, std::string_view value) {
  // A server reports a dozen and a half; one that never ends is not remembered for ever.
  constexpr std::size_t most_parameters = 256;
  const auto known = parameters_.find(name);
  if (known != parameters_.end()) {
    known->second = value;
  } else if (parameters_.size() < most_parameters) {
    parameters_.emplace(name, value);
  }
  if (name == "server_version") server_version_ = parse_server_version(value);
  if (name.ends_with("_encoding"))
    speaks_utf8_ = is_utf8(parameter("client_encoding"), parameter("server_encoding"));
}

void Session::remember_last_words(const wire::ServerMessage& message) {
  last_words_ = wire::words_of(message);
  last_words_.append(" (").append(SqlState(message.sqlstate).view()).append(")");
}

void Session::end_of_stream() {
  broken_ = true;
  throw ConnectionError(
      "08S01", "the server at " + host_and_port(host_) + " closed the connection: " +
                   (last_words_.empty() ? "it gave no reason; its log may say why" : last_words_));
}

std::string_view Session::parameter(std::string_view name) const {
  const auto found = parameters_.find(name);
  return found == parameters_.end() ? std::string_view() : std::string_view(found->second);
}

bool Session::dead() const {
  return broken_ || is_inherited() || transport_->dead();
}

bool Session::cancel(Deadline deadline, std::chrono::milliseconds closing) const {
  return cancel_target_ && send_cancel_request(*cancel_target_, deadline, closing);
}

}  // namespace negodbc::session
