// How the parts of a statement talk to the server: by whom a cancel finds them, within which time,
// and who gets the notices.
//
// A call of the application's has one deadline, which counts from when it is first asked for:
// SQL_ATTR_QUERY_TIMEOUT and SQL_ATTR_CONNECTION_TIMEOUT, the sooner of them. Of a result the query
// time-out is all that its execution and the fetches of its rows may wait for the server together.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "driver/catalog/local_rows.h"
#include "driver/handles/connection.h"
#include "driver/handles/statement/attributes.h"

namespace negodbc::odbc {

class ServerTalk {
 public:
  // All of them outlive it. The statement is only who talks.
  ServerTalk(Statement& statement, Connection& connection, Diagnostics& diagnostics,
             const StatementAttributes& attributes)
      : statement_(statement),
        connection_(connection),
        diagnostics_(diagnostics),
        attributes_(attributes) {}

  [[nodiscard]] Connection& connection() const { return connection_; }
  // The statement's.
  [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }
  // The server's standard_conforming_strings.
  [[nodiscard]] bool standard_strings() const { return connection_.standard_strings(); }
  // By which a log tells statements apart.
  [[nodiscard]] std::string statement_number() const;
  // The statement is being freed: what is told of it now, only the connection can tell.
  [[nodiscard]] bool statement_freed() const;

  // An entry point begins: a new deadline.
  void begin_call() {
    deadline_.reset();
    rows_deadline_.reset();
  }
  // Of the whole call that is under way.
  [[nodiscard]] Deadline deadline();
  // Of one that fetches rows: with what execution and other fetches have left of the query
  // time-out. Where the rows come by a cursor (UseDeclareFetch) each fetch has all of it.
  [[nodiscard]] Deadline rows_deadline();
  // What is waited for from now on is another result's.
  void begin_result() { waited_ = {}; }

  // As long as it lives the statement is the one to cancel. Throws Error HY008.
  class Turn : public ConnectionTalk::Turn {
   public:
    explicit Turn(ServerTalk& server)
        : ConnectionTalk::Turn(server.connection_.talk(), server.diagnostics_, &server.statement_),
          server_(server) {
      ++server_.turns_;
    }
    ~Turn() {
      if (--server_.turns_ == 0) server_.waited_ += waited();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ServerTalk& server_;
  };
  // request(conversation, deadline) in a turn. `sql`: the statement's text; while the session has a
  // foreign encoding only one that sets it back is sent (HYC00).
  template <class F>
  auto run(std::string_view sql, F&& request) {
    session::Conversation& conversation = connection_.conversation();
    connection_.require_utf8(sql);
    const Turn turn(*this);
    return std::forward<F>(request)(conversation, deadline());
  }
  // Runs queries of the driver's own, as long as this lives.
  catalog::Query asking(const session::Framing& framing = {});

  // The transaction's state; what others were answered is read away first, within the deadline.
  [[nodiscard]] char transaction_status();
  // Whether an error of a statement with these surroundings leaves what was done before it.
  [[nodiscard]] bool undoes_errors(sql::Surround surround);
  // Gives the session up when the error is of an answer that is not what was asked for.
  void distrust(const Error& error);

 private:
  Statement& statement_;
  Connection& connection_;
  Diagnostics& diagnostics_;
  const StatementAttributes& attributes_;
  [[nodiscard]] std::optional<std::chrono::seconds> query_time() const;
  std::optional<Deadline> deadline_, rows_deadline_;
  int turns_ = 0;                       // nested ones
  Deadline::Clock::duration waited_{};  // for the result that is open, in turns that have ended
};

}  // namespace negodbc::odbc
