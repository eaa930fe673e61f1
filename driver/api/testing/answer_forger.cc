#include "driver/api/testing/answer_forger.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

#include "driver/wire/backend.h"
#include "driver/wire/cursor.h"

namespace negodbc::odbc::testing {
namespace {

using login::testing::message;
using namespace std::string_literals;

int connected_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("the forger can't reach the server");
  return socket;
}

void send_at_once(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_to(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

// Reads what there is; false at the end of the stream.
bool read_more(int socket, std::string& into) {
  char part[16384];
  const ssize_t size = recv(socket, part, sizeof part, 0);
  if (size <= 0) return false;
  into.append(part, static_cast<std::size_t>(size));
  return true;
}

// The first whole message of a stream, or "". `typed`: a type stands before the length.
std::string take_message(std::string& stream, bool typed) {
  const std::size_t head = typed ? 1 : 0;
  if (stream.size() < head + 4) return {};
  const std::size_t size = head + wire::load_u32(stream.data() + head);
  if (stream.size() < size) return {};
  std::string message = stream.substr(0, size);
  stream.erase(0, size);
  return message;
}

std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value)};
}
std::string u32(std::size_t value) {
  return u16(value >> 16U) + u16(value & 0xFFFFU);
}

constexpr std::size_t field_tail = 18;  // behind a field's name
const std::string text_field = "more\0"s + "\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"s;

// A row's values, each with its length, or a description's fields.
std::vector<std::string> parts_of(char type, std::string_view body) {
  std::vector<std::string> parts(wire::load_u16(body.data()));
  std::size_t at = 2;
  for (std::string& part : parts) {
    std::size_t size = 4;
    if (type == 'T') {
      size = body.find('\0', at) + 1 - at + field_tail;
    } else if (const std::uint32_t length = wire::load_u32(body.data() + at);
               length != 0xFFFFFFFFU) {
      size += length;
    }
    part = body.substr(at, size);
    at += size;
  }
  return parts;
}

std::string of_parts(char type, const std::vector<std::string>& parts) {
  std::string body = u16(parts.size());
  for (const std::string& part : parts) body += part;
  return message(type, body);
}

}  // namespace

const char* name_of(Forgery forgery) {
  constexpr const char* names[] = {"few",  "many",  "nulls", "texts", "no rows",
                                   "rows", "twice", "empty", "other"};
  return names[static_cast<std::size_t>(forgery)];
}

AnswerForger::AnswerForger(std::uint16_t server_port)
    : peer_(std::make_unique<login::testing::ScriptedPeer>(
          [this, server_port](const login::testing::PeerConnection& client) {
            relay(client, server_port);
          })) {}

AnswerForger::~AnswerForger() = default;

bool AnswerForger::reached() const {
  const std::lock_guard lock(mutex_);
  return number_ < 0;
}

bool AnswerForger::forged() const {
  const std::lock_guard lock(mutex_);
  return forged_;
}

std::string AnswerForger::question() const {
  const std::lock_guard lock(mutex_);
  return question_;
}

void AnswerForger::forge(Forgery forgery, int number) {
  const std::lock_guard lock(mutex_);
  forgery_ = forgery;
  number_ = number;
  forged_ = false;
  question_.clear();
}

void AnswerForger::note_text(const std::string& sql) {
  constexpr std::string_view framing[] = {"BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO"};
  for (const std::string_view word : framing)
    if (sql.starts_with(word)) return;
  // What is called is selected from by a text that the driver makes.
  const bool marked = sql.find(mark) != sql.npos || sql.find(".app_") != sql.npos;
  const bool application = marked && sql.find("_negodbc_") == sql.npos;
  if (!application && flights_.back().own.empty()) flights_.back().own = sql;
}

void AnswerForger::note_request(const std::string& request) {
  const std::lock_guard lock(mutex_);
  const char type = request[0];
  const std::string_view body = std::string_view(request).substr(5);
  const auto text_at = [&](std::size_t at) {
    return std::string(body.substr(at, body.find('\0', at) - at));
  };
  if (type != 'Q' && type != 'P' && type != 'B' && type != 'S') return;
  if (flights_.empty() || flights_.back().closed) flights_.emplace_back();
  if (type == 'P') {
    const std::string name = text_at(0);
    statements_[name] = text_at(name.size() + 1);
  } else if (type == 'B') {
    note_text(statements_[text_at(text_at(0).size() + 1)]);
  } else if (type == 'Q') {
    note_text(text_at(0));
  }
  if (type == 'Q' || type == 'S') flights_.back().closed = true;
}

// A message from the server, as it goes on to the driver.
std::string AnswerForger::passed(const std::string& answer) {
  const std::lock_guard lock(mutex_);
  const char type = answer[0];
  if (!logged_in_) {
    // Without these, as before PostgreSQL 14, a login has to ask what kind of server it is.
    const std::string_view name = answer.c_str() + 5;
    if (type == 'S' && (name == "in_hot_standby" || name == "default_transaction_read_only"))
      return {};
    logged_in_ = type == 'Z';
    return answer;
  }
  if (flights_.empty() || type == 'S' || type == 'N') return answer;
  Flight& flight = flights_.front();
  if (!flight.begun && !flight.own.empty()) {
    flight.begun = true;
    forging_ = number_ == 0;
    if (number_ >= 0) --number_;
    if (forging_) question_ = flight.own;
    described_ = false;
    result_.clear();
  }
  std::string sent = forging_ && type != 'E' ? forged(answer) : answer;
  if (type == 'Z') {
    flights_.pop_front();
    forging_ = false;
  }
  return sent;
}

std::string AnswerForger::forged(const std::string& answer) {
  const char type = answer[0];
  if (type != 'T' && type != 'D' && type != 'C') return answer;
  const bool shaped = type != 'C';
  if (type == 'T') described_ = true;
  std::vector<std::string> parts;
  if (shaped) parts = parts_of(type, std::string_view(answer).substr(5));
  switch (forgery_) {
    case Forgery::few:
      if (!shaped || parts.empty()) return answer;
      parts.pop_back();
      break;
    case Forgery::many:
      if (!shaped) return answer;
      parts.push_back(type == 'T' ? text_field : u32(1) + 'x');
      break;
    case Forgery::nulls:
    case Forgery::texts:
      if (type != 'D') return answer;
      for (std::string& part : parts)
        part = forgery_ == Forgery::nulls ? u32(0xFFFFFFFFU) : u32(1) + 'x';
      break;
    case Forgery::no_rows:
      if (type != 'D') return answer;
      forged_ = true;
      return {};
    case Forgery::rows:
      if (type != 'C' || described_) return answer;
      forged_ = true;
      return of_parts('T', {text_field}) + of_parts('D', {u32(1) + 'x'}) + answer;
    case Forgery::twice:
      result_ += answer;
      if (type != 'C' || !described_) return answer;
      forged_ = true;
      return answer + result_;
    case Forgery::empty:
    case Forgery::other:
      if (forged_) return {};  // what else there was of the result
      forged_ = true;
      return forgery_ == Forgery::empty ? message('I', "") : message('?', "hello");
  }
  forged_ = true;
  return of_parts(type, parts);
}

void AnswerForger::relay(const login::testing::PeerConnection& client, std::uint16_t server_port) {
  {
    const std::lock_guard lock(mutex_);
    logged_in_ = forging_ = false;
    flights_.clear();
    statements_.clear();
  }
  const int server = connected_to(server_port);
  send_at_once(server);
  send_at_once(client.socket());
  std::string up;
  std::string down;
  bool started = false;
  for (;;) {
    pollfd ends[2] = {{client.socket(), POLLIN, 0}, {server, POLLIN, 0}};
    if (poll(ends, 2, -1) < 0) break;
    if (ends[0].revents != 0) {
      if (!read_more(client.socket(), up)) break;
      for (std::string one = take_message(up, started); !one.empty();
           one = take_message(up, started)) {
        if (started) note_request(one);
        started = true;
        send_to(server, one);
      }
    }
    if (ends[1].revents != 0) {
      if (!read_more(server, down)) break;
      for (std::string one = take_message(down, true); !one.empty(); one = take_message(down, true))
        client.send(passed(one));
    }
  }
  close(server);
}

}  // namespace negodbc::odbc::testing
