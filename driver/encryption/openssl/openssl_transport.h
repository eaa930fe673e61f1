// TLS by OpenSSL over a non-blocking socket, with deadlines.
#pragma once

#include <openssl/ssl.h>

#include <exception>
#include <memory>
#include <mutex>

#include "driver/encryption/openssl/openssl_context.h"
#include "driver/net/login_error.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

class OpensslTransport final : public net::Transport {
 public:
  // Shakes hands, and verifies what the context says. Throws LoginError 08001 (verdict
  // other_encryption where another kind of connection may do), Timeout.
  OpensslTransport(std::unique_ptr<net::SocketTransport> socket,
                   std::shared_ptr<const TlsContext> context, const net::Host& host,
                   Deadline deadline);
  OpensslTransport(const OpensslTransport&) = delete;
  OpensslTransport& operator=(const OpensslTransport&) = delete;
  ~OpensslTransport() override;

  std::size_t read(std::span<char> into, Deadline deadline) override;
  void write(std::string_view bytes, Deadline deadline) override;
  void heed(const StopTime& stop) override { socket_->heed(stop); }
  [[nodiscard]] bool dead() const override;
  [[nodiscard]] bool readable() const override;
  [[nodiscard]] std::string channel_binding() const override;
  [[nodiscard]] std::string description() const override;

  // For who looks at the server's certificates.
  [[nodiscard]] const SSL* session() const { return ssl_; }
  // For the BIO: OpenSSL's way to the socket.
  [[nodiscard]] net::SocketTransport& socket() { return *socket_; }
  void keep_error(std::exception_ptr error) { error_ = std::move(error); }

 private:
  enum class Outcome { done, wait_in, wait_out, closed, failed };
  Outcome outcome_of(int result);                     // after an SSL call, under the mutex
  void wait_for(Outcome outcome, Deadline deadline);  // fails where there is nothing to wait for
  // After a write that failed: throws what the server has said before it went, if it did.
  void hear_alert();
  [[noreturn]] void fail();  // throws what the socket threw, or OpenSSL's reason
  void shake_hands(const net::Host& host, Deadline deadline);
  void verify(const net::Host& host) const;

  std::unique_ptr<net::SocketTransport> socket_;
  std::shared_ptr<const TlsContext> context_;
  SSL* ssl_ = nullptr;
  // An SSL is for one thread at a time, and dead() comes from any. Held also while a read or write
  // waits: bytes that dead() took out of the socket meanwhile would never wake it.
  mutable std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace negodbc::encryption
