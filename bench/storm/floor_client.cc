// The bare-socket floor: what a login costs that does no more than wait for the server. One write
// of a StartupMessage (and, with a ticket, of the first token behind it), then reading up to
// ReadyForQuery. What it leaves out: the name is resolved once and for all, nothing the server says
// is kept or checked (not even the acceptor's token, so there is no mutual authentication), no
// encryption is tried, nothing of ODBC is done. The token of the ticket is made while the clock
// runs, from a ticket kept in memory.
//
// System calls of a login and logout: socket, connect, SO_RCVLOWAT, send, poll, recv, send, close,
// and with a ticket the library's one for random numbers. A client is woken once: it knows from its
// last login how much the server says before it is ready.
//
// Messages: protocol.html in PostgreSQL's documentation, "Message Formats".
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>
#include <stdexcept>

#include "bench/base/file_descriptor.h"
#include "bench/storm/client.h"
#include "bench/storm/floor_ticket.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

enum FloorPhase : std::size_t { connecting, token, server, phase_count };

void append_u32(std::string& bytes, std::size_t value) {
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(value >> shift & 0xff));
}

std::size_t u32_at(const std::string& bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string message(char type, const std::string& body) {
  std::string bytes(1, type);
  append_u32(bytes, body.size() + 4);
  return bytes + body;
}

Failure error_response(const std::string& body) {
  Failure failure;
  for (std::size_t at = 0; at < body.size() && body[at] != '\0';) {
    const char field = body[at];
    const std::string text = body.c_str() + at + 1;
    if (field == 'C') failure.sqlstate = text;
    if (field == 'M') failure.text = text;
    at += text.size() + 2;
  }
  return failure;
}

class FloorTarget : public Target {
 public:
  FloorTarget(const TargetSettings& settings, bool with_ticket)
      : timeout_ms_(settings.login_timeout_s * 1000) {
    std::map<std::string, std::string> words{{"host", "127.0.0.1"},
                                             {"port", "5432"},
                                             {"user", ""},
                                             {"dbname", ""},
                                             {"service", "postgres"}};
    std::istringstream text(settings.connection);
    for (std::string word; text >> word;) {
      const auto equals = word.find('=');
      const auto found = words.find(word.substr(0, equals));
      if (equals == std::string::npos || found == words.end()) {
        throw std::runtime_error(
            "a floor's connection has host=, port=, user=, dbname=, service=, not " + word);
      }
      found->second = word.substr(equals + 1);
    }
    resolve(words["host"], words["port"]);
    std::string body;
    append_u32(body, 3 << 16);
    for (const char* name : {"user", "dbname"}) {
      if (words[name].empty()) continue;
      body +=
          (std::string(name) == "user" ? "user" : "database") + std::string(1, '\0') + words[name];
      body.push_back('\0');
    }
    body.push_back('\0');
    append_u32(startup_, body.size() + 4);
    startup_ += body;
    if (with_ticket)
      tickets_ = std::make_unique<FloorTickets>(words["service"] + "@" + words["host"]);
  }

  std::vector<std::string> phases() const override { return {"connect", "token", "server"}; }
  std::unique_ptr<Client> client() override;

  FileDescriptor connect_socket() const {
    FileDescriptor fd(socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd ||
        connect(fd.get(), reinterpret_cast<const sockaddr*>(&address_), address_size_) != 0) {
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
    // Without TCP_NODELAY: no write follows another that is not answered.
    return fd;
  }
  const std::string& startup() const { return startup_; }
  bool has_ticket() const { return tickets_ != nullptr; }
  std::string first_token() const {
    return tickets_ == nullptr ? std::string() : message('p', tickets_->first_token());
  }
  int timeout_ms() const { return timeout_ms_; }

 private:
  void resolve(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (error != 0)
      throw std::runtime_error("the host " + host + " is not known: " + gai_strerror(error));
    std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
    address_size_ = found->ai_addrlen;
    freeaddrinfo(found);
  }

  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
  std::string startup_;
  std::unique_ptr<FloorTickets> tickets_;
  int timeout_ms_;
};

void write_all(int fd, const std::string& bytes) {
  std::size_t put = 0;
  while (put < bytes.size()) {
    const ssize_t count = send(fd, bytes.data() + put, bytes.size() - put, MSG_NOSIGNAL);
    if (count < 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    put += static_cast<std::size_t>(count);
  }
}

// An idle session: the server says nothing but why it ends it.
class FloorSession : public HeldSession {
 public:
  explicit FloorSession(FileDescriptor fd) : fd_(std::move(fd)) {}
  ~FloorSession() override {
    const std::string farewell = message('X', "");
    send(fd_.get(), farewell.data(), farewell.size(), MSG_NOSIGNAL);
  }

  std::optional<Failure> lost_within(std::chrono::nanoseconds wait) override {
    pollfd readable{fd_.get(), POLLIN, 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    if (poll(&readable, 1, static_cast<int>(ms)) <= 0) return std::nullopt;
    std::array<char, 8192> buffer;
    const ssize_t count = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (count <= 0) return Failure{"", "the server has closed the connection"};
    if (buffer[0] != 'E') return std::nullopt;  // a notice, or a setting that has changed
    const auto size = static_cast<std::size_t>(count);
    return error_response(size > 5 ? std::string(buffer.data() + 5, size - 5) : std::string());
  }

 private:
  FileDescriptor fd_;
};

class FloorClient : public Client {
 public:
  explicit FloorClient(const FloorTarget& target) : target_(target) {}

  Attempt attempt(const std::string& query) override {
    Attempt attempt;
    try {
      FileDescriptor fd = log_in(query, attempt);
      if (attempt.login.count() == 0) return attempt;
      const auto done = Clock::now();
      write_all(fd.get(), message('X', ""));
      fd.reset();
      attempt.logout = Clock::now() - done;
    } catch (const std::runtime_error& error) {
      attempt.failure = Failure{"", error.what()};
    }
    return attempt;
  }

  std::unique_ptr<HeldSession> open(const std::string& query, Attempt& attempt) override {
    try {
      FileDescriptor fd = log_in(query, attempt);
      if (attempt.failure) return nullptr;
      if (woken_late_) wake_at(fd.get(), 1);
      return std::make_unique<FloorSession>(std::move(fd));
    } catch (const std::runtime_error& error) {
      attempt.failure = Failure{"", error.what()};
      return nullptr;
    }
  }

 private:
  // The session, whose login failed if the attempt says so before it has a time for it.
  FileDescriptor log_in(const std::string& query, Attempt& attempt) {
    attempt.phases.resize(phase_count);
    logged_in_ = false;
    woken_late_ = false;
    const auto begin = Clock::now();
    FileDescriptor fd = target_.connect_socket();
    const auto connected = Clock::now();
    const std::string token_message = target_.first_token();
    const auto token_made = Clock::now();
    write_all(fd.get(), target_.startup() + token_message);
    if (expected_ > spare) wake_at(fd.get(), expected_ - spare);
    attempt.failure = read_until_ready(fd.get());
    expected_ = attempt.failure ? 0 : input_.size();
    const auto ready = Clock::now();
    attempt.phases[connecting] = connected - begin;
    attempt.phases[token] = token_made - connected;
    attempt.phases[server] = ready - token_made;
    if (attempt.failure) return fd;
    attempt.login = ready - begin;
    if (query.empty()) return fd;
    if (woken_late_) wake_at(fd.get(), 1);
    write_all(fd.get(), message('Q', query + '\0'));
    attempt.failure = read_until_ready(fd.get());
    attempt.query = Clock::now() - ready;
    return fd;
  }

  // The server's last write is longer than this: the settings of the session are in it.
  static constexpr std::size_t spare = 64;

  // poll() is not to return before so many bytes are there, or the end.
  void wake_at(int fd, std::size_t bytes) {
    const int value = static_cast<int>(bytes);
    setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof value);
    woken_late_ = value > 1;
  }

  void receive(int fd) {
    if (woken_late_ && !input_.empty()) wake_at(fd, 1);  // more than last time
    pollfd readable{fd, POLLIN, 0};
    // What is less than was expected is there nevertheless when the time is up.
    const bool in_time = poll(&readable, 1, target_.timeout_ms()) != 0;
    std::array<char, 8192> buffer;
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && !in_time) throw std::runtime_error("the server does not answer");
    if (count < 0 && errno != EAGAIN)
      throw std::runtime_error(std::string("recv: ") + std::strerror(errno));
    if (count == 0) throw std::runtime_error("the server has closed the connection");
    if (count < 0) return;
    input_.append(buffer.data(), static_cast<std::size_t>(count));
  }

  std::optional<Failure> read_until_ready(int fd) {
    input_.clear();
    std::optional<Failure> failure;
    std::size_t at = 0;
    for (;;) {
      while (input_.size() - at < 5) receive(fd);
      const char type = input_[at];
      const std::size_t size = u32_at(input_, at + 1) + 1;
      if (size < 5 || size > std::size_t{64} << 20)
        throw std::runtime_error("the server sends no message");
      while (input_.size() - at < size) receive(fd);
      if (type == 'Z') return failure;
      if (type == 'E' && !failure) failure = error_response(input_.substr(at + 5, size - 5));
      if (type == 'R' && asks_for_more(at, size)) {
        return Failure{"", "the server wants another way of login than this floor has"};
      }
      // An error before the session is there ends the connection; no ReadyForQuery follows.
      if (failure && !logged_in_) return failure;
      if (type == 'R' && u32_at(input_, at + 5) == 0) logged_in_ = true;
      at += size;
    }
  }

  // AuthenticationOk, and with a ticket AuthenticationGSS and AuthenticationGSSContinue, are
  // expected.
  bool asks_for_more(std::size_t at, std::size_t size) const {
    if (size < 9) return true;
    const std::size_t kind = u32_at(input_, at + 5);
    return kind != 0 && !(target_.has_ticket() && (kind == 7 || kind == 8));
  }

  const FloorTarget& target_;
  std::string input_;
  std::size_t expected_ = 0;  // bytes from the server up to ReadyForQuery, at the last login
  bool woken_late_ = false;   // not with the first byte
  bool logged_in_ = false;
};

std::unique_ptr<Client> FloorTarget::client() {
  return std::make_unique<FloorClient>(*this);
}

}  // namespace

std::unique_ptr<Target> make_floor_target(const TargetSettings& settings, bool with_ticket) {
  return std::make_unique<FloorTarget>(settings, with_ticket);
}

}  // namespace negodbc::bench
