// One proxied connection: two sockets and, for each direction, the bytes on their way.
#ifndef NEGODBC_BENCH_PROXY_LINK_H
#define NEGODBC_BENCH_PROXY_LINK_H

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "bench/base/file_descriptor.h"

namespace negodbc::bench {

enum Side : unsigned { client_side = 0, server_side = 1 };

inline Side other(Side side) {
  return side == client_side ? server_side : client_side;
}

class Link {
 public:
  using Clock = std::chrono::steady_clock;

  // Both sockets are non-blocking; the one to the server may still be connecting.
  Link(FileDescriptor client, FileDescriptor server);

  // When what has just been read from a side is to arrive at the other: the delay later, and for
  // the connection (`connects`) a round trip more until the client has had an answer. Never before
  // what was read from that side earlier.
  Clock::time_point due(Side from, Clock::duration delay, bool connects);

  int fd(Side side) const { return sockets_[side].fd.get(); }

  // What epoll should watch a side for: bits of EPOLLIN and EPOLLOUT.
  std::uint32_t interest(Side side) const;
  std::uint32_t& watched(Side side) { return sockets_[side].watched; }

  // Reads once. The number of chunks (0 or 1) that are now on their way to the other side; -1 when
  // the connection is broken.
  int read(Side from);
  // The oldest chunk on its way to `to` has arrived: it may be written.
  void arrived(Side to);
  // Writes what has arrived, as far as the socket takes it; false when the connection is broken.
  bool write(Side to);

  // Both streams have been delivered to their end.
  bool finished() const { return sockets_[client_side].ended && sockets_[server_side].ended; }
  std::uint64_t bytes_read(Side side) const { return sockets_[side].bytes_read; }
  std::uint64_t waits() const { return waits_; }

 private:
  struct Chunk {
    std::vector<char> bytes;  // empty: the end of the stream
    std::size_t written = 0;
  };
  struct Socket {
    FileDescriptor fd;
    std::uint32_t watched = 0;
    std::deque<Chunk> inbound;  // on the way to this socket
    std::size_t arrived = 0;    // how many of them may be written
    std::size_t held = 0;       // bytes in `inbound`
    std::uint64_t bytes_read = 0;
    bool read_to_end = false;
    bool ended = false;          // the end has been written to this socket
    Clock::time_point last_due;  // of what was read from it
  };

  Socket sockets_[2];
  const Clock::time_point begin_ = Clock::now();
  bool answered_ = false;  // something was written to the client
  bool client_spoke_ = false;
  std::uint64_t waits_ = 0;
};

}  // namespace negodbc::bench

#endif
