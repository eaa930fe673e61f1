// GSS encryption of the whole conversation (gssencmode), by the plugin, over a socket.
//
// Packets: gss_frames.h. A packet that was altered, repeated, left out or not sealed ends the
// connection: GSSAPI's sequence numbers tell.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "driver/auth/integrated_auth.h"
#include "driver/base/server_time.h"
#include "driver/encryption/gss_frames.h"
#include "driver/net/socket_transport.h"

namespace negodbc::encryption {

class GssTransport final : public net::Transport {
 public:
  // Shakes hands, after the server has agreed. Throws LoginError: as IntegratedAuth for the first
  // token, which is the client's and the KDC's affair alone, and with verdict other_encryption for
  // what the server makes of it; Timeout.
  GssTransport(std::unique_ptr<net::SocketTransport> socket,
               std::unique_ptr<auth::IntegratedAuth> auth, const net::Host& host, ServerTime& time);

  std::size_t read(std::span<char> into, Deadline deadline) override;
  void write(std::string_view bytes, Deadline deadline) override;
  void heed(const StopTime& stop) override { socket_->heed(stop); }
  [[nodiscard]] bool dead() const override { return socket_->dead(); }
  [[nodiscard]] bool readable() const override;
  [[nodiscard]] std::string description() const override { return "GSS"; }
  // Whose ticket it is, for as long as this lives.
  [[nodiscard]] auth::IntegratedAuth& ticket() { return *auth_; }

 private:
  std::string_view step(std::string_view input, ServerTime& time);
  void shake_hands(std::string_view token, const net::Host& host, ServerTime& time);
  // The next packet's content, valid until the next call; nothing at the end of the stream.
  std::optional<std::span<char>> next_packet(std::size_t longest, Deadline deadline);

  std::unique_ptr<net::SocketTransport> socket_;
  std::unique_ptr<auth::IntegratedAuth> auth_;
  std::size_t piece_ = 0;  // so much of the stream fits a packet
  GssFrames frames_;
  std::string_view plain_;  // opened, where it came; not yet read
  std::string packet_;
};

}  // namespace negodbc::encryption
