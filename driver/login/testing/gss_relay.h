// Stands between client and server of a GSS-encrypted connection and changes a packet on its way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::login::testing {

class GssRelay {
 public:
  enum class Direction { to_server, to_client };
  // What is sent in place of a packet (length and content), maybe nothing.
  using Change = std::function<std::string(const std::string& packet)>;

  // Relays connections, one after the other, to this port of 127.0.0.1.
  explicit GssRelay(std::uint16_t server_port);
  // Changes the one packet that comes after `skip` others in this direction, counted from now.
  void change(Direction direction, int skip, Change change);
  [[nodiscard]] bool changed() const;  // it has come by
  [[nodiscard]] std::uint16_t port() const { return peer_->port(); }

 private:
  void relay(const PeerConnection& client, std::uint16_t server_port);
  void pump(int from, int to, Direction direction);
  std::string passed(Direction direction, std::string packet);

  mutable std::mutex mutex_;
  Direction direction_ = Direction::to_server;
  int skip_ = -1;  // -1: nothing to be changed (any more)
  Change change_;
  std::unique_ptr<ScriptedPeer> peer_;
};

}  // namespace negodbc::login::testing
