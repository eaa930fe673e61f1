// How a statement talks to the server; for the statement's own source files.
#pragma once

#include <chrono>
#include <new>
#include <utility>

#include "driver/base/error.h"
#include "driver/handles/statement.h"

namespace negodbc::odbc {

// Marks the statement as the one to cancel, and turns the server's notices into warnings.
class StatementTalk {
 public:
  explicit StatementTalk(Statement& statement)
      : statement_(statement), talking_(statement.connection(), statement) {}
  ~StatementTalk() {
    try {
      for (const std::string& notice : statement_.connection().take_notices())
        statement_.diagnostics().warn("01000", notice);
    } catch (const std::bad_alloc&) {
      return;  // a notice may be lost; what the call comes to is told all the same
    }
  }
  StatementTalk(const StatementTalk&) = delete;
  StatementTalk& operator=(const StatementTalk&) = delete;

 private:
  Statement& statement_;
  Connection::Talking talking_;
};

// request(conversation, deadline)
template <class F>
auto Statement::talk(F&& request) {
  session::Conversation& server = connection_->conversation();
  connection_->require_utf8(translated_ ? std::string_view(translated_->text) : "");
  const StatementTalk talk(*this);
  return std::forward<F>(request)(server, execution_deadline());
}

// Does `work`, which sends the text; once more where the server has refused a large object's bytes.
template <class F>
auto Statement::with_large_objects(F&& work) {
  const bool asked = connection_->large_objects().asked();
  settle_large_objects();
  try {
    return work();
  } catch (const session::Refused& e) {
    if (asked || !refused_large_object(e)) throw;
  }
  settle_large_objects();
  return work();
}

}  // namespace negodbc::odbc
