// A socket with its conversation. Belongs to one worker.
#ifndef NEGODBC_BENCH_SINK_SINK_CONNECTION_H
#define NEGODBC_BENCH_SINK_SINK_CONNECTION_H

#include <chrono>
#include <list>
#include <string>

#include "bench/base/file_descriptor.h"
#include "bench/sink/conversation.h"

namespace negodbc::bench {

class SinkConnection final : public Line {
 public:
  using Clock = std::chrono::steady_clock;

  // The socket is non-blocking.
  SinkConnection(FileDescriptor socket, const SinkSettings& settings, Counters& counters,
                 Clock::time_point log_in_until)
      : socket_(std::move(socket)),
        conversation_(settings, counters, *this),
        log_in_until_(log_in_until) {}

  int fd() const { return socket_.get(); }
  Conversation& conversation() { return conversation_; }
  Clock::time_point log_in_until() const { return log_in_until_; }

  // Reads what is there, up to `buffer`'s size; notices that the client has closed.
  void read(std::string& buffer);
  // The connection is broken, or the client has closed it.
  void gone();
  // Line: writes as much as the socket takes, and keeps the rest, up to a bound: who does not read
  // what was said is let go.
  void write(std::string_view bytes) override;
  // The socket takes more.
  void write_rest();
  bool unwritten() const { return !rest_.empty(); }

  // To be closed now: the conversation is over and said to its end, or the socket is broken.
  bool finished() const { return broken_ || (conversation_.over() && rest_.empty()); }

  // Closes the socket.
  void end() { socket_.reset(); }
  bool ended() const { return !socket_; }

  // What epoll watches the socket for.
  std::uint32_t watched = 0;
  bool held = false;  // it goes on at its time
  std::list<SinkConnection>::iterator self;

 private:
  static constexpr std::size_t most_unwritten = 1 << 20;

  FileDescriptor socket_;
  Conversation conversation_;
  Clock::time_point log_in_until_;
  std::string rest_;
  bool broken_ = false;
};

}  // namespace negodbc::bench

#endif
