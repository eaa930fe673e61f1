// {call ...}: the text that is sent for it, by what its arguments are bound as.
//
// ODBC reference: "Procedure Calls", "Binding Parameters by Name", SQLBindParameter
// (InputOutputType). Of arguments that are not bound the routine says what they are; the server is
// asked about it where it must be known, once a connection, and anew when it refuses the call.
#pragma once

#include "driver/handles/statement/parameters.h"
#include "driver/handles/statement/server_talk.h"
#include "driver/handles/statement/text.h"
#include "driver/session/conversation.h"

namespace negodbc::odbc {

class ProcedureCall {
 public:
  ProcedureCall(ServerTalk& server, StatementText& text, const Parameters& parameters)
      : server_(server), text_(text), parameters_(parameters) {}

  // Before each execution or question about the text, which may be no call: then nothing is done.
  // Throws Error 42000, and what the server reports.
  void choose_text();
  // The server has refused the call: what was remembered of the routine may be another's (a
  // search_path was set, it was made anew). True: the text that is sent is another one now.
  bool is_another();
  // The type of a parameter that is not sent; `prepared` is the call's.
  void describe_output(SQLSMALLINT number, const session::Prepared& prepared, Record& described);

 private:
  const catalog::Routine* routine();
  [[nodiscard]] bool binds_outputs() const;
  [[nodiscard]] SQLSMALLINT parameter_of(std::size_t argument) const;

  ServerTalk& server_;
  StatementText& text_;
  const Parameters& parameters_;
};

}  // namespace negodbc::odbc
