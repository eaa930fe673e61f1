// Who talks to the server through a connection, so that a cancel knows whom it would hit; and the
// server's notices meanwhile.
//
// States: detached (there is no session), quiet, and talking, between two Turns of a statement's.
// A turn is taken and notices come under the connection's mutex; cancel() is for any thread,
// without it.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "driver/session/session.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

class Statement;

class ConnectionTalk {
 public:
  // After the login, and (null) before the session ends: nobody cancels it from then on.
  void attach(session::Session* session);

  // As long as it lives the statement talks. Throws Error HY008 when it was cancelled before.
  class Turn {
   public:
    Turn(ConnectionTalk& talk, Statement& statement);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ConnectionTalk& talk_;
  };

  // Cancels what this statement is doing at the server. `nullptr`: whatever the connection does.
  // False when it does nothing or the request could not be delivered. What executes asynchronously
  // and has not come to talk yet is told when it begins to.
  bool cancel(Statement* statement);

  // Kept while somebody talks.
  void add_notice(const wire::ServerMessage& message);
  // Notices are kept from here on, of what no statement does.
  void collect_notices() { collects_notices_ = true; }
  // Those since the last call.
  std::vector<std::string> take_notices() { return std::exchange(notices_, {}); }

 private:
  std::mutex mutex_;  // guards the next two, against cancel(); held briefly
  const Statement* talking_ = nullptr;
  session::Session* session_ = nullptr;
  std::vector<std::string> notices_;
  bool collects_notices_ = false;
};

}  // namespace negodbc::odbc
