// TLS by Schannel over a non-blocking socket, with deadlines.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "driver/encryption/schannel/schannel_context.h"
#include "driver/net/login_error.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

class SchannelTransport final : public net::Transport {
 public:
  // Shakes hands, and verifies what the context says. Throws LoginError 08001 (verdict
  // other_encryption where another kind of connection may do), Timeout.
  SchannelTransport(std::unique_ptr<net::SocketTransport> socket,
                    std::shared_ptr<const TlsContext> context, const net::Host& host,
                    Deadline deadline);
  SchannelTransport(const SchannelTransport&) = delete;
  SchannelTransport& operator=(const SchannelTransport&) = delete;
  ~SchannelTransport() override;

  std::size_t read(std::span<char> into, Deadline deadline) override;
  void write(std::string_view bytes, Deadline deadline) override;
  void heed(const StopTime& stop) override { socket_->heed(stop); }
  [[nodiscard]] bool dead() const override;
  [[nodiscard]] bool readable() const override;
  [[nodiscard]] std::string channel_binding() const override { return channel_binding_; }
  [[nodiscard]] std::string description() const override { return description_; }

 private:
  enum class Progress { data, wait, closed };

  void shake_hands(Deadline deadline);
  // One call with what is in sealed_, whose rest stays there; sends what comes out.
  SECURITY_STATUS step(Deadline deadline);
  void read_sealed(Deadline deadline);  // at least one byte more
  void verify(const net::Host& host);
  void describe();
  Progress unseal(Deadline deadline) const;  // as far as it goes without reading
  void say_goodbye();
  void release();

  std::unique_ptr<net::SocketTransport> socket_;
  std::shared_ptr<const TlsContext> context_;
  std::wstring target_;  // for SNI; empty: none is sent
  mutable CtxtHandle security_ = {};
  bool exists_ = false;
  bool asked_for_certificate_ = false;
  SecPkgContext_StreamSizes sizes_ = {};
  std::string channel_binding_;
  std::string description_;
  // One thread at a time, and dead() comes from any.
  mutable std::mutex mutex_;
  mutable std::string sealed_;  // from the socket, not yet opened
  mutable std::string plain_;   // opened, not yet read
  mutable std::size_t position_ = 0;
  mutable bool closed_ = false;
  bool renegotiates_ = true;            // a handshake between the data is another one's: before 1.3
  mutable bool shaking_again_ = false;  // what comes next is for the handshake
};

}  // namespace negodbc::encryption
