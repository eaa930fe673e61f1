// What a user may ask of a connection's socket.
#pragma once

namespace negodbc::net {

struct SocketOptions {
  bool keepalives = true;
  int keepalives_idle = 0, keepalives_interval = 0,
      keepalives_count = 0;  // seconds, 0: the system's
  int tcp_user_timeout_ms = 0;
};

}  // namespace negodbc::net
