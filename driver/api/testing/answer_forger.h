// Stands between the driver and a real server, and forges what the server says to questions of the
// driver's own.
//
// The application's statements are known by a mark in their text, or by a routine app_..., and pass
// as they are, unless the driver has added columns of its own. What is answered to one Query
// message, or up to one Sync, is one answer; they are counted from the end of the login.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::odbc::testing {

enum class Forgery : std::uint8_t {
  few,      // the last column is missing, in the description and in the rows
  many,     // one column more
  nulls,    // every value is NULL
  texts,    // every value is "x"
  no_rows,  // as if nothing were found
  rows,     // a row where none is expected
  twice,    // the whole result comes twice
  empty,    // EmptyQueryResponse in place of a result
  other,    // a message of another kind
};
inline constexpr Forgery forgeries[] = {Forgery::few,   Forgery::many,    Forgery::nulls,
                                        Forgery::texts, Forgery::no_rows, Forgery::rows,
                                        Forgery::twice, Forgery::empty,   Forgery::other};
const char* name_of(Forgery forgery);

class AnswerForger {
 public:
  static constexpr std::string_view mark = "/*app*/";

  explicit AnswerForger(std::uint16_t server_port);
  AnswerForger(const AnswerForger&) = delete;
  AnswerForger& operator=(const AnswerForger&) = delete;
  ~AnswerForger();

  // Of the next connection, its answer `number` from 0.
  void forge(Forgery forgery, int number);
  // After the connection is closed: whether it came to that answer, and whether that could be
  // forged so.
  [[nodiscard]] bool reached() const;
  [[nodiscard]] bool forged() const;
  [[nodiscard]] std::string question() const;  // what that answer is to
  [[nodiscard]] std::uint16_t port() const { return peer_->port(); }

 private:
  struct Flight {
    std::string own;  // the first text of the driver's own
    bool closed = false;
    bool begun = false;  // its answer has begun
  };
  void relay(const login::testing::PeerConnection& client, std::uint16_t server_port);
  void note_request(const std::string& message);
  void note_text(const std::string& sql);
  std::string passed(const std::string& message);
  std::string forged(const std::string& message);

  mutable std::mutex mutex_;  // what follows
  Forgery forgery_ = Forgery::few;
  int number_ = -1;
  bool forged_ = false;
  std::string question_;
  // Of the connection under way.
  bool logged_in_ = false, forging_ = false, described_ = false;
  std::string result_;  // the result under way, to come twice
  std::deque<Flight> flights_;
  std::map<std::string, std::string> statements_;  // the texts by their names
  std::unique_ptr<login::testing::ScriptedPeer> peer_;
};

}  // namespace negodbc::odbc::testing
