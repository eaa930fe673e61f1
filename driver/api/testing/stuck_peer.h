// A server that completes what it is sent, up to a text that it is stuck at: from there on it is
// silent, drips, or never stops talking.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::odbc::testing {

enum class Manner : std::uint8_t { silent, dripping, flooding };

inline std::string name_of(Manner manner) {
  switch (manner) {
    case Manner::silent:
      return "silent";
    case Manner::dripping:
      return "dripping";
    case Manner::flooding:
      return "flooding";
  }
  return "";
}

// Stuck at a text with "stuck" in it, at COMMIT, at ROLLBACK behind a text with "for ever", and at
// questions of the driver's own. Of a text with "rows" it has sent two rows before, of one with
// "suspended" it sends the first portion of a portal and is stuck then. It has what it serves for
// as long as the client is there.
class StuckPeer {
  using PeerConnection = login::testing::PeerConnection;

 public:
  explicit StuckPeer(Manner manner)
      : manner_(manner), peer_([this](const PeerConnection& peer) { serve(peer); }) {}
  [[nodiscard]] std::string connection_string() const {
    return "Driver={negodbc};Server=127.0.0.1;Port=" + std::to_string(peer_.port()) +
           ";Database=d;UID=u;SSLmode=disable;Trusted_Connection=No;";
  }

 private:
  static std::string message(char type, const std::string& body) {
    return login::testing::message(type, body);
  }
  static std::string row(const std::string& value) {
    using namespace std::string_literals;
    return message('D', "\0\1\0\0\0"s + static_cast<char>(value.size()) + value);
  }
  // One column of text.
  static std::string description() {
    using namespace std::string_literals;
    return message('T', "\0\1c\0"s + "\0\0\0\0"s + "\0\0"s + "\0\0\0\x19"s + "\xff\xff"s +
                            "\xff\xff\xff\xff"s + "\0\0"s);
  }
  void serve(const PeerConnection& peer) const {
    peer.read_startup();
    peer.send(login::testing::logged_in());
    char status = 'I';
    std::string sql;
    bool cannot_go_back = false;
    const auto run = [&] {
      if (sql.find("for ever") != std::string::npos) cannot_go_back = true;
      if (sql.find("rows") != std::string::npos)
        peer.send(message('1', "") + message('2', "") + description() + row("1") + row("2"));
      if (sql.find("suspended") != std::string::npos) {
        peer.send(message('s', ""));
        peer.read_message();  // Flush
        peer.read_message();
      }
      if (sql.find("stuck") != std::string::npos || sql == "COMMIT" ||
          (cannot_go_back && sql == "ROLLBACK") || sql.find("pg_catalog") != std::string::npos) {
        be_stuck(peer, sql.find("rows") != std::string::npos ? row("more") : message('1', ""));
        return false;
      }
      if (sql.starts_with("BEGIN")) status = 'T';
      peer.send(message('C', sql + '\0'));
      return true;
    };
    for (;;) {
      const std::string in = peer.read_message();
      if (in.empty() || in[0] == 'X') return;
      if (in[0] == 'P') sql = in.substr(in.find('\0', 1) + 1);
      if (in[0] == 'Q') sql = in.substr(1);
      sql = sql.substr(0, sql.find('\0'));
      const bool described = in[0] == 'D' && sql.find("describe") != std::string::npos;
      if ((in[0] == 'E' || in[0] == 'Q' || described) && !run()) return;
      if (in[0] == 'S' || in[0] == 'Q') peer.send(message('Z', std::string(1, status)));
    }
  }

  void be_stuck(const PeerConnection& peer, const std::string& more) const {
    using namespace std::chrono_literals;
    switch (manner_) {
      case Manner::silent:
        while (!peer.wait_for_bytes(100ms) || !peer.read(1).empty()) {
        }
        return;
      case Manner::dripping:
        while (peer.send(more) && !peer.wait_for_bytes(0ms)) std::this_thread::sleep_for(150ms);
        while (peer.send(more)) std::this_thread::sleep_for(150ms);
        return;
      case Manner::flooding: {
        std::string much;
        while (much.size() < 20000) much += more;
        while (peer.send(much)) std::this_thread::sleep_for(1ms);
        return;
      }
    }
  }

  Manner manner_;
  login::testing::ScriptedPeer peer_;
};

}  // namespace negodbc::odbc::testing
