// A TCP or Unix-domain socket: non-blocking, waited for by poll with a deadline (on Windows by
// select() and WSAPoll()).
//
// No call leaves anything pending behind it at the system. So a thread may end, a program may call
// CancelIo for what is its own, and SQLCancel, which takes a connection of its own, may come from
// any thread, and nothing ends of another's call. (On Windows sockets are made fit for overlapped
// calls, since two threads would wait for each other in the system otherwise; none is made, which
// tests/wine/check_dll looks at.)
#pragma once

#include <optional>
#include <string>

#include "driver/net/resolve.h"
#include "driver/net/socket_options.h"
#include "driver/net/transport.h"

namespace negodbc::net {

class SocketTransport final : public Transport {
 public:
  // Connects within the deadline, with keep-alive and time-outs as the options say.
  // Throws ConnectionError 08001 with the system's reason, Timeout.
  SocketTransport(const Address& address, const SocketOptions& options, Deadline deadline);
  SocketTransport(const SocketTransport&) = delete;
  SocketTransport& operator=(const SocketTransport&) = delete;
  ~SocketTransport() override;

  std::size_t read(std::span<char> into, Deadline deadline) override;
  void expect(std::size_t bytes) override;  // no effect on Windows, which cannot be told
  void write(std::string_view bytes, Deadline deadline) override;
  void heed(const StopTime& stop) override { stop_ = &stop; }
  [[nodiscard]] bool dead() const override;
  [[nodiscard]] bool readable() const override;
  [[nodiscard]] bool exposed() const override { return !local_; }

  // For layers above; never wait. Nothing: it would have to wait. 0 from try_read: the end.
  // Throw ConnectionError 08S01.
  std::optional<std::size_t> try_read(std::span<char> into);
  std::optional<std::size_t> try_write(std::string_view bytes);
  enum class Direction { in, out };
  // Throws Timeout. May return too soon where it waits for `out`: something has come instead.
  void wait(Direction direction, Deadline deadline);

 private:
  void set_options(const SocketOptions& options) const;
  void connect(const Address& address, Deadline deadline) const;
  // One of these is; false when the deadline runs out first.
  [[nodiscard]] bool is_ready(bool in, bool out, Deadline deadline) const;
  std::optional<std::size_t> receive(std::span<char> into);  // what try_read() does of the socket
  [[nodiscard]] bool has_ahead() const { return ahead_read_ < ahead_.size(); }
  void take_ahead();
  // Whether what was expected is there, or the end.
  bool await_expected(Deadline deadline);

  NativeSocket socket_;
  const StopTime* stop_ = nullptr;
  bool local_;
  bool drained_ = true;     // by read(): what it last got was all there was
  bool expecting_ = false;  // the next read() is to wait for more than a byte
  // What has come while the peer did not take what was written.
  std::string ahead_;
  std::size_t ahead_read_ = 0;
  bool ended_ = false;  // and its end
};

}  // namespace negodbc::net
