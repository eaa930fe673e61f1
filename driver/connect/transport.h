// A stream of bytes to the server: a socket, TLS over a socket, or GSS encryption over a socket.
//
// All calls take a deadline and fail with ConnectionError: HYT00 while logging in and HYT01 later when it
// runs out (the caller says which by `timeout_state`), 08S01 when the stream breaks.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "driver/base/deadline.h"

namespace negodbc::connect {

class Transport {
 public:
  virtual ~Transport() = default;
  // At least one byte; 0 when the peer has closed its side.
  virtual std::size_t read(std::span<char> into, Deadline deadline) = 0;
  // All of it. While the peer does not read, replies that arrive are left in the kernel.
  virtual void write(std::string_view bytes, Deadline deadline) = 0;
  // Whether the peer is gone, found out without a round trip and without losing a byte (poll, MSG_PEEK).
  [[nodiscard]] virtual bool dead() const = 0;
  // Whether read() would give bytes at once.
  [[nodiscard]] virtual bool readable() const = 0;
  // For a session over TLS: its tls-server-end-point hash (RFC 5929); empty otherwise.
  [[nodiscard]] virtual std::string channel_binding() const { return {}; }
  // "TLSv1.3, TLS_AES_256_GCM_SHA384", "GSS", "" - for diagnosis.
  [[nodiscard]] virtual std::string description() const { return {}; }
};

}  // namespace negodbc::connect
