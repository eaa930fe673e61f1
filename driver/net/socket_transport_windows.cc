#include <algorithm>
#include <string>

#include "driver/base/error.h"
#include "driver/net/socket_transport.h"
#include "driver/net/winsock.h"

namespace negodbc::net {
namespace {

// Of Windows' ws2ipdef.h; mingw-w64 10 lacks them.
constexpr int tcp_keep_idle = 3;
constexpr int tcp_max_rt = 5;
constexpr int tcp_keep_count = 16;
constexpr int tcp_keep_interval = 17;

// Returns false when the deadline runs out first. select() and not WSAPoll(): only the former tells
// of a refused connection on every Windows.
bool wait_for(SOCKET socket, bool in, bool out, Deadline deadline) {
  for (;;) {
    fd_set reading;
    fd_set writing;
    fd_set failed;
    for (fd_set* const set : {&reading, &writing, &failed}) {
      FD_ZERO(set);
      FD_SET(socket, set);
    }
    const std::chrono::milliseconds left = deadline.remaining();
    timeval time = {};
    time.tv_sec = static_cast<long>(left.count() / 1000);
    time.tv_usec = static_cast<long>(left.count() % 1000 * 1000);
    const int ready = select(0, in ? &reading : nullptr, out ? &writing : nullptr, &failed, &time);
    if (ready > 0) return true;
    if (ready == 0 && deadline.expired()) return false;
    if (ready < 0) {
      throw ConnectionError("08S01",
                            "cannot wait for the server: " + socket_error_text(WSAGetLastError()));
    }
  }
}

short polled(SOCKET socket) {
  WSAPOLLFD entry = {socket, POLLRDNORM, 0};
  return WSAPoll(&entry, 1, 0) < 0 ? short{POLLERR} : entry.revents;
}

[[noreturn]] void unreachable(int error, const Address& address) {
  std::string text = socket_error_text(error) + " (" + address.text + ")";
  if (error == WSAECONNREFUSED) text += ". Is the server running, and is this its port?";
  throw ConnectionError("08001", text);
}

[[noreturn]] void broken(int error) {
  throw ConnectionError("08S01", "the connection to the server broke: " + socket_error_text(error));
}

int at_most_int(std::size_t size) {
  constexpr std::size_t most = std::size_t{1} << 30U;
  return static_cast<int>(std::min(size, most));
}

}  // namespace

SocketTransport::SocketTransport(const Address& address, const SocketOptions& options,
                                 Deadline deadline)
    : socket_(INVALID_SOCKET), local_(address.is_local()) {
  start_winsock();
  socket_ = WSASocketW(address.storage.ss_family, SOCK_STREAM, 0, nullptr, 0,
                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (socket_ == INVALID_SOCKET) unreachable(WSAGetLastError(), address);
  try {
    u_long yes = 1;
    if (ioctlsocket(socket_, FIONBIO, &yes) != 0) unreachable(WSAGetLastError(), address);
    set_options(options);
    connect(address, deadline);
  } catch (...) {
    closesocket(socket_);
    throw;
  }
}

SocketTransport::~SocketTransport() {
  closesocket(socket_);
}

void SocketTransport::set_options(const SocketOptions& options) const {
  // A system that lacks one of these is no reason not to connect.
  const auto set = [this](int level, int option, int value) {
    (void)setsockopt(socket_, level, option, reinterpret_cast<const char*>(&value), sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.keepalives) {
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    if (options.keepalives_idle > 0) set(IPPROTO_TCP, tcp_keep_idle, options.keepalives_idle);
    if (options.keepalives_interval > 0)
      set(IPPROTO_TCP, tcp_keep_interval, options.keepalives_interval);
    if (options.keepalives_count > 0) set(IPPROTO_TCP, tcp_keep_count, options.keepalives_count);
  }
  // Windows counts in seconds here.
  if (options.tcp_user_timeout_ms > 0)
    set(IPPROTO_TCP, tcp_max_rt, (options.tcp_user_timeout_ms + 999) / 1000);
}

void SocketTransport::connect(const Address& address, Deadline deadline) const {
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0)
    return;
  if (WSAGetLastError() != WSAEWOULDBLOCK) unreachable(WSAGetLastError(), address);
  if (!wait_for(socket_, false, true, deadline)) {
    throw Timeout("no answer from " + address.text + " in time; check host, port and firewalls");
  }
  int error = 0;
  int size = sizeof error;
  if (getsockopt(socket_, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size) != 0)
    error = WSAGetLastError();
  if (error != 0) unreachable(error, address);
}

std::optional<std::size_t> SocketTransport::receive(std::span<char> into) {
  const int size = recv(socket_, into.data(), at_most_int(into.size()), 0);
  if (size >= 0) return static_cast<std::size_t>(size);
  const int error = WSAGetLastError();
  if (error == WSAEWOULDBLOCK) return std::nullopt;
  broken(error);
}

std::optional<std::size_t> SocketTransport::try_write(std::string_view bytes) {
  const int size = send(socket_, bytes.data(), at_most_int(bytes.size()), 0);
  if (size >= 0) return static_cast<std::size_t>(size);
  const int error = WSAGetLastError();
  if (error == WSAEWOULDBLOCK) return std::nullopt;
  broken(error);
}

bool SocketTransport::is_ready(bool in, bool out, Deadline deadline) const {
  return wait_for(socket_, in, out, deadline);
}

void SocketTransport::expect(std::size_t /*bytes*/) {}

bool SocketTransport::await_expected(Deadline /*deadline*/) {
  return false;
}

bool SocketTransport::dead() const {
  // A server that ends a session says why and closes: bytes may be pending before the end.
  if ((polled(socket_) & (POLLHUP | POLLERR | POLLNVAL)) != 0) return true;
  char byte = 0;
  const int size = recv(socket_, &byte, 1, MSG_PEEK);
  if (size > 0) return false;
  return size == 0 || WSAGetLastError() != WSAEWOULDBLOCK;
}

bool SocketTransport::readable() const {
  return has_ahead() || polled(socket_) != 0;
}

}  // namespace negodbc::net
