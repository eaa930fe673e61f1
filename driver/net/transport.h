// A stream of bytes to the server: a socket, TLS over a socket, or GSS encryption over a socket.
//
// All calls take a deadline. They fail with Timeout when it runs out (HYT00; a Session that is
// logged in makes HYT01 of it) and with ConnectionError 08S01 when the stream breaks. One thread at
// a time reads and writes; dead() may be called by any thread at any time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "driver/base/deadline.h"
#include "driver/base/error.h"
#include "driver/base/stop_time.h"

namespace negodbc::net {

// The deadline ran out. A read that timed out lost nothing and may be tried again; a write that
// timed out may have written a part: the stream is of no use any more.
class Timeout : public ConnectionError {
 public:
  explicit Timeout(const std::string& what) : ConnectionError("HYT00", what) {}
};

class Transport {
 public:
  virtual ~Transport() = default;
  // At least one byte; 0 when the peer has closed its side.
  virtual std::size_t read(std::span<char> into, Deadline deadline) = 0;
  // Advice for the next read(): the peer is thought to send at least so many bytes before it waits
  // for us, so that fewer need not wake us. It must not be wrong often: fewer than that are read
  // only after expectation_patience, or when the peer has closed its side.
  virtual void expect(std::size_t bytes) { (void)bytes; }
  static constexpr std::size_t most_ahead = std::size_t{1} << 30U;
  static constexpr std::chrono::milliseconds expectation_patience{200};
  // All of it. A peer that does not read because its own answers are not read goes on: what arrives
  // meanwhile is kept in memory, most_ahead bytes of it (ConnectionError), for read().
  virtual void write(std::string_view bytes, Deadline deadline) = 0;
  // From now on no wait of this stream, to read or to write, goes beyond `stop`, which may be set
  // while it lasts (noticed within 200 ms); it ends as by the deadline. `stop` must outlive the
  // stream.
  virtual void heed(const StopTime& stop) = 0;
  // Whether the peer is gone, found out without a round trip and without losing a byte (poll,
  // MSG_PEEK).
  [[nodiscard]] virtual bool dead() const = 0;
  // Whether read() would give bytes at once.
  [[nodiscard]] virtual bool readable() const = 0;
  // For a session over TLS: its tls-server-end-point hash (RFC 5929); empty otherwise.
  [[nodiscard]] virtual std::string channel_binding() const { return {}; }
  // Whether what is written can be read on its way: false for a Unix-domain socket, TLS and GSS.
  [[nodiscard]] virtual bool exposed() const { return false; }
  // "TLSv1.3, TLS_AES_256_GCM_SHA384", "GSS", "" - for diagnosis.
  [[nodiscard]] virtual std::string description() const { return {}; }
};

}  // namespace negodbc::net
