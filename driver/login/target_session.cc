#include "driver/login/target_session.h"

#include <string>

#include "driver/login/server_error.h"
#include "driver/wire/answer.h"
#include "driver/wire/frontend.h"
#include "driver/wire/server_words.h"

namespace negodbc::login {
namespace {

// The one value of a query's one row. Throws ConnectionError: what the server reports, and
// AnswerError.
std::string ask(session::Session& session, std::string_view query, wire::Holds holds,
                Deadline deadline) {
  using wire::MessageType;
  const wire::AnswerColumn column[] = {{holds}};
  wire::Answer answer(column);
  wire::Frontend(session.outgoing()).query(query);
  session.flush(deadline);
  wire::RowFields row;
  bool described = false;
  for (;;) {
    const wire::Frame frame = session.receive(deadline);
    switch (frame.type) {
      case MessageType::row_description:
        answer.describe(wire::decode_row_description(frame.body));
        described = true;
        break;
      case MessageType::data_row:
        if (!described) throw wire::AnswerError("a row comes before its description");
        row.parse(frame.body);
        answer.add(row);
        break;
      case MessageType::command_complete:
        break;
      case MessageType::error_response:
        throw ConnectionError("08004", words_of(wire::decode_server_message(frame.body)));
      case MessageType::ready_for_query:
        if (answer.size() != 1) throw wire::AnswerError("it has not one row");
        return answer.first().text(0);
      default:
        throw wire::AnswerError("another message came");
    }
  }
}

bool is_on(const std::string& setting) {
  if (setting != "on" && setting != "off") throw wire::AnswerError("a setting is not on or off");
  return setting == "on";
}

bool in_hot_standby(session::Session& session, Deadline deadline) {
  const std::string_view reported = session.parameter("in_hot_standby");
  if (!reported.empty()) return reported == "on";
  return ask(session, "SELECT pg_catalog.pg_is_in_recovery()", wire::Holds::flag, deadline) == "t";
}

bool read_only(session::Session& session, Deadline deadline) {
  const std::string_view reported = session.parameter("default_transaction_read_only");
  if (!reported.empty()) return reported == "on" || in_hot_standby(session, deadline);
  return is_on(ask(session, "SHOW transaction_read_only", wire::Holds::text, deadline));
}

}  // namespace

bool is_wanted(session::Session& session, TargetSession wanted, Deadline deadline) {
  switch (wanted) {
    case TargetSession::any:
    case TargetSession::prefer_standby:
      return true;
    case TargetSession::read_write:
      return !read_only(session, deadline);
    case TargetSession::read_only:
      return read_only(session, deadline);
    case TargetSession::primary:
      return !in_hot_standby(session, deadline);
    case TargetSession::standby:
      return in_hot_standby(session, deadline);
  }
  return true;
}

std::string_view target_session_name(TargetSession wanted) {
  switch (wanted) {
    case TargetSession::any:
      return "any";
    case TargetSession::read_write:
      return "read-write";
    case TargetSession::read_only:
      return "read-only";
    case TargetSession::primary:
      return "primary";
    case TargetSession::standby:
      return "standby";
    case TargetSession::prefer_standby:
      return "prefer-standby";
  }
  return "any";
}

}  // namespace negodbc::login
