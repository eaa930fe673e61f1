// What encrypts a connection: bytes of the socket to bytes of the protocol and back. No I/O.
#ifndef NEGODBC_BENCH_SINK_CHANNEL_H
#define NEGODBC_BENCH_SINK_CHANNEL_H

#include <memory>
#include <string>
#include <string_view>

#include "bench/sink/gss_acceptor.h"

namespace negodbc::bench {

class Channel {
 public:
  virtual ~Channel() = default;

  // What has come from the client's socket; appends what it says to `plain`, and what the handshake
  // answers to `raw`. Throws Refusal; what was appended before is to be sent nevertheless (an
  // alert).
  virtual void open(std::string_view received, std::string& plain, std::string& raw) = 0;
  // Appends what is to be written to the socket. Only once established.
  virtual void seal(std::string_view plain, std::string& raw) = 0;
  virtual bool established() const = 0;
};

// GSS encryption (PostgreSQL 15's documentation, 55.2.11 "GSSAPI Session Encryption"): tokens, then
// messages, each with its length in 4 bytes before it. `context` is borrowed.
std::unique_ptr<Channel> make_gss_channel(AcceptedContext& context);

// A server's certificate and its key, kept as OpenSSL has them. Any thread may make channels.
class TlsServer {
 public:
  virtual ~TlsServer() = default;
  virtual std::unique_ptr<Channel> channel() const = 0;
};

// TLS 1.2 and 1.3 with PostgreSQL 15's settings: no session is resumed, and the key exchange is
// over P-256. Paths of PEM files. Throws std::runtime_error.
std::unique_ptr<TlsServer> make_tls_server(const std::string& certificate, const std::string& key);

}  // namespace negodbc::bench

#endif
