#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "driver/base/error.h"
#include "driver/net/socket_transport.h"

namespace negodbc::net {
namespace {

// Returns false when the deadline runs out first.
bool wait_for(int socket, short events, Deadline deadline) {
  pollfd entry = {socket, events, 0};
  for (;;) {
    const int ready = poll(&entry, 1, deadline.poll_timeout());
    if (ready > 0) return true;
    if (ready == 0 && deadline.expired()) return false;
    if (ready < 0 && errno != EINTR) {
      throw ConnectionError("08S01",
                            std::string("cannot wait for the server: ") + std::strerror(errno));
    }
  }
}

short polled(int socket, short events) {
  pollfd entry = {socket, events, 0};
  while (poll(&entry, 1, 0) < 0) {
    if (errno != EINTR) return POLLERR;
  }
  return entry.revents;
}

[[noreturn]] void unreachable(int error, const Address& address) {
  std::string text = std::strerror(error);
  text += " (" + address.text + ")";
  if (error == ECONNREFUSED || error == ENOENT)
    text += ". Is the server running, and is this its port?";
  throw ConnectionError("08001", text);
}

}  // namespace

SocketTransport::SocketTransport(const Address& address, const SocketOptions& options,
                                 Deadline deadline)
    : socket_(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      local_(address.is_local()) {
  if (socket_ < 0) unreachable(errno, address);
  try {
    if (!local_) set_options(options);
    connect(address, deadline);
  } catch (...) {
    close(socket_);
    throw;
  }
}

SocketTransport::~SocketTransport() {
  close(socket_);
}

void SocketTransport::set_options(const SocketOptions& options) const {
  // A system that lacks one of these is no reason not to connect.
  const auto set = [this](int level, int option, int value) {
    (void)setsockopt(socket_, level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.keepalives) {
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    if (options.keepalives_idle > 0) set(IPPROTO_TCP, TCP_KEEPIDLE, options.keepalives_idle);
    if (options.keepalives_interval > 0)
      set(IPPROTO_TCP, TCP_KEEPINTVL, options.keepalives_interval);
    if (options.keepalives_count > 0) set(IPPROTO_TCP, TCP_KEEPCNT, options.keepalives_count);
  }
  if (options.tcp_user_timeout_ms > 0)
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, options.tcp_user_timeout_ms);
}

void SocketTransport::connect(const Address& address, Deadline deadline) const {
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0)
    return;
  if (errno != EINPROGRESS && errno != EINTR) unreachable(errno, address);
  if (!wait_for(socket_, POLLOUT, deadline)) {
    throw Timeout("no answer from " + address.text + " in time; check host, port and firewalls");
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) unreachable(error, address);
}

std::optional<std::size_t> SocketTransport::receive(std::span<char> into) {
  for (;;) {
    const ssize_t size = recv(socket_, into.data(), into.size(), 0);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
    if (errno == EINTR) continue;
    throw ConnectionError(
        "08S01", std::string("the connection to the server broke: ") + std::strerror(errno));
  }
}

std::optional<std::size_t> SocketTransport::try_write(std::string_view bytes) {
  for (;;) {
    const ssize_t size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
    if (errno == EINTR) continue;
    throw ConnectionError(
        "08S01", std::string("the connection to the server broke: ") + std::strerror(errno));
  }
}

bool SocketTransport::is_ready(bool in, bool out, Deadline deadline) const {
  return wait_for(socket_, static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)), deadline);
}

void SocketTransport::expect(std::size_t bytes) {
  const int least = static_cast<int>(bytes);
  expecting_ = setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least) == 0;
}

bool SocketTransport::await_expected(Deadline deadline) {
  expecting_ = false;
  const bool there =
      wait_for(socket_, POLLIN, deadline.sooner(Deadline::after(expectation_patience)));
  const int least = 1;
  setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
  return there;
}

bool SocketTransport::dead() const {
  // A server that ends a session says why and closes: bytes may be pending before the end.
  const short events = polled(socket_, POLLIN | POLLRDHUP);
  if (events == 0) return false;
  if ((events & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0) return true;
  char byte = 0;
  const ssize_t size = recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (size > 0) return false;
  return size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

bool SocketTransport::readable() const {
  return has_ahead() || (polled(socket_, POLLIN) & ~POLLOUT) != 0;
}

}  // namespace negodbc::net
