// A server that does what a test says: only for what no real PostgreSQL can be made to do.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "driver/login/login_settings.h"
#include "driver/net/resolve.h"
#include "native_socket.h"

namespace negodbc::login::testing {

// One accepted connection, seen from the server. Reads and writes block, for ten seconds at most.
class PeerConnection {
 public:
  explicit PeerConnection(net::NativeSocket socket) : socket_(socket) {}
  PeerConnection(const PeerConnection&) = delete;
  PeerConnection& operator=(const PeerConnection&) = delete;
  ~PeerConnection();

  bool send(std::string_view bytes) const;   // false: the client has gone
  std::string read(std::size_t size) const;  // fewer bytes at the end of the stream
  std::string read_startup() const;          // without its length
  std::string read_message() const;          // type and body, without its length
  // Whether something has come, within this time; the end of the stream counts.
  bool wait_for_bytes(std::chrono::milliseconds time) const;
  bool wait_for_end() const;        // true: the client closed without another byte
  void sleep_until_closed() const;  // stays silent
  [[nodiscard]] net::NativeSocket socket() const { return socket_; }

 private:
  net::NativeSocket socket_;
};

// Serves one connection after the other, each by the script, on a port of 127.0.0.1 (or, where
// there are such sockets, the one of a directory).
class ScriptedPeer {
 public:
  using Script = std::function<void(const PeerConnection&)>;
  explicit ScriptedPeer(Script script, const std::string& local_directory = "");
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;
  ~ScriptedPeer();  // waits for the script

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Settings that come here: user u, no encryption, no integrated login, a second's time.
  [[nodiscard]] LoginSettings settings() const;

 private:
  void serve(const Script& script);

  net::Address address_;
  net::NativeSocket listener_;
  std::uint16_t port_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

// Messages of a server.
std::string message(char type, std::string_view body);
std::string authentication(std::int32_t kind, std::string_view data = "");
std::string parameter(std::string_view name, std::string_view value);
std::string error(std::string_view severity, std::string_view state, std::string_view text);
std::string ready();          // 'Z', idle
std::string logged_in();      // AuthenticationOk, version, key data, ready
std::uint16_t closed_port();  // nobody listens there

}  // namespace negodbc::login::testing
