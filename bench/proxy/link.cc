#include "bench/proxy/link.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace negodbc::bench {
namespace {

// A sender is not read from while so much of its own is on the way.
constexpr std::size_t held_limit = std::size_t{8} << 20;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

Link::Link(FileDescriptor client, FileDescriptor server) {
  sockets_[client_side].fd = std::move(client);
  sockets_[server_side].fd = std::move(server);
}

Link::Clock::time_point Link::due(Side from, Clock::duration delay, bool connects) {
  auto moment = Clock::now() + delay;
  if (connects && !answered_) {
    // The connection is there after two delays; a server hears of it after three.
    moment = from == client_side ? moment + 2 * delay : std::max(moment, begin_ + 4 * delay);
  }
  Socket& source = sockets_[from];
  source.last_due = std::max(source.last_due, moment);
  return source.last_due;
}

std::uint32_t Link::interest(Side side) const {
  const Socket& own = sockets_[side];
  std::uint32_t events = 0;
  if (!own.read_to_end && sockets_[other(side)].held < held_limit) events |= EPOLLIN;
  if (own.arrived != 0) events |= EPOLLOUT;
  return events;
}

int Link::read(Side from) {
  std::array<char, 65536> buffer;
  const ssize_t got = recv(fd(from), buffer.data(), buffer.size(), 0);
  if (got < 0) return would_block() ? 0 : -1;
  Socket& source = sockets_[from];
  Socket& sink = sockets_[other(from)];
  source.read_to_end = got == 0;
  source.bytes_read += static_cast<std::uint64_t>(got);
  sink.held += static_cast<std::size_t>(got);
  sink.inbound.push_back({std::vector<char>(buffer.data(), buffer.data() + got), 0});
  if (from == client_side && got > 0) client_spoke_ = true;
  return 1;
}

void Link::arrived(Side to) {
  ++sockets_[to].arrived;
}

bool Link::write(Side to) {
  Socket& sink = sockets_[to];
  while (sink.arrived != 0) {
    Chunk& chunk = sink.inbound.front();
    if (chunk.bytes.empty()) {
      // The peer may be gone already; then there is nobody left to tell.
      shutdown(sink.fd.get(), SHUT_WR);
      sink.ended = true;
    } else {
      const ssize_t put = send(sink.fd.get(), chunk.bytes.data() + chunk.written,
                               chunk.bytes.size() - chunk.written, MSG_NOSIGNAL);
      if (put < 0) return would_block();
      if (to == client_side) answered_ = true;
      // Who has closed his side waits for nothing: it is a farewell that comes then.
      if (to == client_side && client_spoke_ && !sink.read_to_end) {
        ++waits_;
        client_spoke_ = false;
      }
      chunk.written += static_cast<std::size_t>(put);
      sink.held -= static_cast<std::size_t>(put);
      if (chunk.written < chunk.bytes.size()) return true;
    }
    sink.inbound.pop_front();
    --sink.arrived;
  }
  return true;
}

}  // namespace negodbc::bench
