#include "driver/handles/statement/sender.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "driver/base/error.h"
#include "driver/sql/statements.h"
#include "driver/types/binary_format.h"

namespace negodbc::odbc {
namespace {

// The plan is no longer what was prepared (0A000: other columns; 42804, 42883: columns of other
// types), or is gone (26000: DISCARD ALL).
bool is_stale(const Error& error) {
  constexpr std::string_view states[] = {"0A000", "26000", "42804", "42883"};
  const SqlState state = error.state();
  return std::find(std::begin(states), std::end(states), state.view()) != std::end(states);
}

std::unique_ptr<RowSource> from_stream(std::unique_ptr<session::ResultStream> stream) {
  return std::make_unique<StreamSource>(std::move(stream));
}

}  // namespace

// Rows that are kept or changed are handled as text.
std::vector<wire::Format> Sender::formats(const session::Prepared& prepared,
                                          const RowsWanted& rows) const {
  if (rows.as_text) return {};
  const session::Session& session = use_.server.connection().conversation().session();
  const bool dates =
      types::binary_dates(session.parameter("DateStyle"), session.parameter("integer_datetimes"));
  return types::best_formats(prepared.fields, dates);
}

// What is called runs to its end, and so does what a keyset is read from.
session::Portions Sender::portions(const session::CachedStatement* known,
                                   const RowsWanted& rows) const {
  session::Portions portions;
  const sql::Reading reading = use_.text.reading();
  portions.changes =
      reading == sql::Reading::no || use_.text.call() != nullptr || use_.text.current_of();
  if (portions.changes || rows.to_the_end) return portions;
  const Connection& connection = use_.server.connection();
  const Connection::PortalUse& use = connection.portal_use();
  portions.reads = true;
  if (known != nullptr) portions.habits = known->habits;
  constexpr SQLULEN most = std::numeric_limits<std::int32_t>::max();
  const SQLULEN max_rows = use_.attributes.max_rows;
  if (max_rows != 0 && max_rows <= most) portions.most = static_cast<std::int32_t>(max_rows);
  portions.rows = use.rows;
  // In autocommit mode the end of what comes in portions costs a round trip more.
  const bool at_once = reading == sql::Reading::few ||
                       (connection.autocommit() && known != nullptr && known->habits->at_once);
  portions.limited = !use.never && (use.always || !at_once) &&
                     (use_.text.parameter_count() == 0 || use_.parameters.set_count() == 1);
  return portions;
}

std::unique_ptr<RowSource> Sender::send(const std::string& sql, const Values& values,
                                        const RowsWanted& rows) {
  Connection& connection = use_.server.connection();
  const session::Framing framing = use_.text.framing(connection);
  if (values.empty() && (!use_.text.prepared() || use_.text.several()))
    return send_plain(sql, framing, rows);
  const Types types = use_.parameters.holding_types(values);
  const Types bound = use_.parameters.holding_bound_types(values);
  const std::vector<wire::BindValue> given = bind_values(values);
  const ParameterTypes::Wishes wishes{types, bound, given};
  if (use_.text.several()) return send_several(sql, wishes, framing);
  if (!use_.text.current_of()) return send_by_name(sql, wishes, framing, rows);
  // The text is another one for each row; its parameters' types are not.
  const auto known = connection.cached(use_.text.sql(), types, use_.text.reading_number());
  return use_.types.with_types(*known, sql, wishes, [&](const Types& taken, auto&) {
    return use_.server.run(use_.text.sql(), [&](session::Conversation& server, Deadline deadline) {
      return from_stream(
          server.extended(sql, taken, given, framing, deadline, portions(nullptr, rows)));
    });
  });
}

std::unique_ptr<RowSource> Sender::send_plain(const std::string& sql,
                                              const session::Framing& framing,
                                              const RowsWanted& wanted) {
  const bool kept = use_.text.reading() == sql::Reading::many;
  const auto known =
      kept ? use_.server.connection().cached(sql, {}, use_.text.reading_number()) : nullptr;
  const session::Portions rows = portions(known.get(), wanted);
  return use_.server.run(use_.text.sql(), [&](session::Conversation& server, Deadline deadline) {
    if (!rows.limited && rows.most == 0)
      return from_stream(server.simple(sql, framing, deadline, rows));
    return from_stream(server.extended(sql, {}, {}, framing, deadline, rows));
  });
}

// One flight: each statement is parsed, bound and executed behind the one before. The first is sent
// as any text is; what the later ones take is asked beforehand, since what stands before them would
// be done by then.
std::unique_ptr<RowSource> Sender::send_several(const std::string& sql,
                                                const ParameterTypes::Wishes& wishes,
                                                const session::Framing& framing) {
  struct Sent {
    Types types, bound;
    std::vector<wire::BindValue> values;
  };
  const std::vector<sql::StatementPart> parts =
      sql::split_statements(sql, wishes.declared.size(), use_.server.standard_strings());
  std::vector<Sent> sent(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::size_t number : parts[i].parameters) {
      sent[i].types.push_back(wishes.declared[number - 1]);
      sent[i].bound.push_back(wishes.bound[number - 1]);
      sent[i].values.push_back(wishes.values[number - 1]);
    }
    if (i > 0)
      sent[i].types =
          use_.types.types_of_part(parts[i].text, {sent[i].types, sent[i].bound, sent[i].values});
  }
  const auto known =
      use_.server.connection().cached(parts[0].text, sent[0].types, use_.text.reading_number());
  return use_.types.with_types(
      *known, parts[0].text, {sent[0].types, sent[0].bound, sent[0].values},
      [&](const Types& taken, auto&) {
        std::vector<session::Part> flight;
        for (std::size_t i = 0; i < parts.size(); ++i)
          flight.push_back({parts[i].text, i == 0 ? taken : sent[i].types, sent[i].values});
        return use_.server.run(use_.text.sql(),
                               [&](session::Conversation& server, Deadline deadline) {
                                 return from_stream(server.several(flight, framing, deadline));
                               });
      });
}

std::unique_ptr<RowSource> Sender::send_by_name(const std::string& sql,
                                                const ParameterTypes::Wishes& wishes,
                                                const session::Framing& framing,
                                                const RowsWanted& rows) {
  const auto known =
      use_.server.connection().cached(sql, wishes.declared, use_.text.reading_number());
  return use_.types.with_types(*known, sql, wishes,
                               [&](const Types& taken, session::CachedStatement& of) {
                                 return send_known(of, sql, taken, wishes.values, framing, rows);
                               });
}

std::unique_ptr<RowSource> Sender::send_known(session::CachedStatement& known,
                                              const std::string& sql, const Types& types,
                                              const std::vector<wire::BindValue>& bound,
                                              const session::Framing& framing,
                                              const RowsWanted& wanted) {
  Connection& connection = use_.server.connection();
  return use_.server.run(use_.text.sql(), [&](session::Conversation& server, Deadline deadline) {
    const session::Portions rows = portions(&known, wanted);
    if (!connection.names_statements())
      return from_stream(server.extended(sql, types, bound, framing, deadline, rows));
    if (!known.prepared.name.empty()) {
      const bool alone = server.transaction_status(deadline) == 'I';
      try {
        return from_stream(server.execute(known.prepared, bound, formats(known.prepared, wanted),
                                          framing, deadline, rows));
      } catch (const session::Refused& e) {
        if (e.value()) throw;
        if (!is_stale(e)) throw Error(e);
        // What stood in the transaction before must not be lost with it.
        const char status = server.transaction_status(deadline);
        if (!alone && status != 'T') throw Error(e);
        if (status == 'E') server.run("ROLLBACK", deadline);
        server.forget(known.prepared);
        connection.large_objects() = {};
      }
    }
    if (known.executions++ == 0)
      return from_stream(server.extended(sql, types, bound, framing, deadline, rows));
    return from_stream(
        server.prepare_and_execute(sql, types, bound, framing, known.prepared, deadline, rows));
  });
}

}  // namespace negodbc::odbc
