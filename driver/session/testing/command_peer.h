// A server that answers the extended and the simple protocol with completed commands, but for those
// that it is told to refuse.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::session::testing {

class CommandPeer {
 public:
  // By how a statement begins: its SQLSTATE.
  explicit CommandPeer(std::map<std::string, const char*> refused) : refused_(std::move(refused)) {}

  void serve(const login::testing::PeerConnection& peer) {
    using login::testing::message;
    peer.read_startup();
    peer.send(login::testing::logged_in());
    std::string sql;
    bool skipping = false;
    for (;;) {
      const std::string in = peer.read_message();
      if (in.empty() || in[0] == 'X') return;
      if (in[0] == 'S') {
        skipping = false;
        peer.send(message('Z', std::string(1, status_)));
      } else if (in[0] == 'Q') {
        run(peer, in.substr(1, in.size() - 2));
        peer.send(message('Z', std::string(1, status_)));
      } else if (!skipping && in[0] == 'P') {
        sql = in.substr(2, in.find('\0', 2) - 2);
      } else if (!skipping && in[0] == 'E') {
        skipping = !run(peer, sql);
      }
    }
  }

  // What was executed so far, or refused.
  [[nodiscard]] std::vector<std::string> statements() {
    const std::lock_guard lock(mutex_);
    return statements_;
  }
  // False: it did not come to so many.
  bool wait_for_statements(std::size_t count) {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, std::chrono::seconds(30),
                          [&] { return statements_.size() >= count; });
  }

 private:
  bool run(const login::testing::PeerConnection& peer, const std::string& sql) {
    using login::testing::message;
    {
      const std::lock_guard lock(mutex_);
      statements_.push_back(sql);
    }
    more_.notify_all();
    for (const auto& [beginning, state] : refused_) {
      if (!sql.starts_with(beginning)) continue;
      if (status_ == 'T') status_ = 'E';
      peer.send(login::testing::error("ERROR", state, "no"));
      return false;
    }
    if (sql == "BEGIN") status_ = 'T';
    if (sql == "ROLLBACK" || sql == "COMMIT") status_ = 'I';
    peer.send(message('C', sql + '\0'));
    return true;
  }

  std::map<std::string, const char*> refused_;
  char status_ = 'I';
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> statements_;
};

}  // namespace negodbc::session::testing
