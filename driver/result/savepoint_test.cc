// What a server without savepoints must not lose: no real PostgreSQL is one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "driver/connect/testing/scripted_peer.h"
#include "driver/result/conversation.h"

namespace negodbc::result {
namespace {

using connect::testing::message;
using connect::testing::PeerConnection;
using connect::testing::ScriptedPeer;
using std::chrono::seconds;

std::string complete(const char* tag) {
  return message('C', std::string(tag) + '\0');
}

// Answers a flight of the extended protocol as PostgreSQL would, but for SAVEPOINT.
class NoSavepoints {
 public:
  std::vector<std::string> statements;

  void serve(const PeerConnection& peer) {
    peer.read_startup();
    peer.send(connect::testing::logged_in());
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

 private:
  bool run(const PeerConnection& peer, const std::string& sql) {
    statements.push_back(sql);
    if (sql.starts_with("SAVEPOINT") || sql == "fail") {
      if (status_ == 'T') status_ = 'E';
      peer.send(connect::testing::error("ERROR", sql == "fail" ? "22012" : "42601", "no"));
      return false;
    }
    if (sql == "BEGIN") status_ = 'T';
    if (sql == "ROLLBACK" || sql == "COMMIT") status_ = 'I';
    peer.send(complete(sql.c_str()));
    return true;
  }
  char status_ = 'I';
};

TEST(Savepoint, a_server_without_them_is_noticed_before_anything_is_lost) {
  NoSavepoints server;
  ScriptedPeer peer([&](const PeerConnection& connection) { server.serve(connection); });
  {
    Conversation conversation(connect::login(peer.settings(), {}));
    const Framing framing{true, "BEGIN", OnError::roll_back_statement, Savepoint::around};
    const Deadline soon = Deadline::after(seconds(30));
    const auto execute = [&](const char* sql) {
      conversation.extended(sql, {}, {}, framing, soon)->close(soon);
    };
    execute("first");
    EXPECT_FALSE(conversation.has_savepoints());
    execute("second");
    EXPECT_THROW(execute("fail"), Error);
    // What was done is not undone behind the application's back: the transaction is failed.
    EXPECT_EQ(conversation.transaction_status(), 'E');
  }
  const std::vector<std::string> expected = {
      "BEGIN", "SAVEPOINT _negodbc_statement", "ROLLBACK", "BEGIN", "first", "second", "fail"};
  EXPECT_EQ(server.statements, expected);
}

}  // namespace
}  // namespace negodbc::result
