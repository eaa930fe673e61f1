// Who talks to the server through a connection, so that a cancel knows whom it would hit; and the
// server's notices meanwhile.
//
// States: detached (there is no session), quiet, and talking, as long as there is a Turn: a
// statement's, or the connection's own (a transaction's end). Turns may be nested. A turn is taken
// and notices come under the connection's mutex; cancel() is for any thread, without it.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "driver/base/fork_mutex.h"
#include "driver/handles/diagnostics.h"
#include "driver/log/log.h"
#include "driver/session/session.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

class Statement;

class ConnectionTalk {
 public:
  // After the login, and (null) before the session ends: nobody cancels it from then on. Cancels
  // are told to the log, which outlives this.
  void attach(session::Session* session, log::Log* log = nullptr);

  // As long as it lives the statement talks, or (null) the connection itself; the server's notices
  // become warnings at its end. Throws Error HY008 when the statement was cancelled before.
  class Turn {
   public:
    Turn(ConnectionTalk& talk, Diagnostics& diagnostics, Statement* statement = nullptr);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    // How long the server has been waited for since it began.
    [[nodiscard]] Deadline::Clock::duration waited() const {
      return talk_.waited() - waited_before_;
    }

   private:
    ConnectionTalk& talk_;
    Diagnostics& diagnostics_;
    const Statement* const before_;  // whose turn it was
    const Deadline::Clock::duration waited_before_;
  };

  // Cancels what this statement is doing at the server. `nullptr`: whatever the connection does.
  // False when it does nothing or the request could not be delivered. What executes asynchronously
  // and has not come to talk yet is told when it begins to.
  bool cancel(Statement* statement);

  // Kept while somebody talks.
  void add_notice(const wire::ServerMessage& message);

 private:
  // Under the connection's mutex, as attach().
  [[nodiscard]] Deadline::Clock::duration waited() const {
    return session_ != nullptr ? session_->waited() : Deadline::Clock::duration{};
  }

  CallMutex mutex_;  // guards the next four, against cancel(); held briefly
  const Statement* talking_ = nullptr;
  int turns_ = 0;
  session::Session* session_ = nullptr;
  log::Log* log_ = nullptr;
  std::vector<std::string> notices_;
};

}  // namespace negodbc::odbc
