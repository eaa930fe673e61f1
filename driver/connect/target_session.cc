#include "driver/connect/target_session.h"

#include "driver/wire/frontend.h"

namespace negodbc::connect {
namespace {

// The one value of a query's one row; "" when there is none.
std::string ask(Session& session, std::string_view query, Deadline deadline) {
  wire::Frontend(session.outgoing()).query(query);
  session.flush(deadline);
  std::string value;
  wire::RowFields row;
  for (;;) {
    const wire::Frame frame = session.receive(deadline);
    if (frame.type == wire::MessageType::ready_for_query) return value;
    if (frame.type != wire::MessageType::data_row) continue;
    row.parse(frame.body);
    if (!row.values.empty() && !row.values[0].is_null()) value = row.values[0].view();
  }
}

bool in_hot_standby(Session& session, Deadline deadline) {
  const std::string_view reported = session.parameter("in_hot_standby");
  if (!reported.empty()) return reported == "on";
  return ask(session, "SELECT pg_catalog.pg_is_in_recovery()", deadline) == "t";
}

bool read_only(Session& session, Deadline deadline) {
  const std::string_view reported = session.parameter("default_transaction_read_only");
  if (!reported.empty()) return reported == "on" || in_hot_standby(session, deadline);
  return ask(session, "SHOW transaction_read_only", deadline) == "on";
}

}  // namespace

bool is_wanted(Session& session, TargetSession wanted, Deadline deadline) {
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

std::string_view name_of(TargetSession wanted) {
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

}  // namespace negodbc::connect
