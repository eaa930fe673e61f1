#include "driver/handles/statement/parameter_array.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "driver/base/error.h"
#include "driver/handles/log_events.h"
#include "driver/session/batch.h"
#include "driver/sql/transaction_words.h"

namespace negodbc::odbc {
namespace {

// After these there is no sense in trying the next set.
bool is_interruption(const Error& error) {
  return error.state() == "HYT00" || error.state() == "57014";
}

std::size_t size_of(const Values& values) {
  std::size_t size = 0;
  for (const auto& value : values) size += value ? value->size() : 0;
  return size;
}

}  // namespace

ParameterArray::Done ParameterArray::run(const Send& send) {
  SetOutcomes outcomes(use_.parameters, use_.descriptors.ipd(), use_.server.diagnostics());
  Done done;
  std::optional<SetStatements> statements;
  if (!use_.text.several()) statements.emplace(use_.server, use_.text, use_.parameters, use_.types);
  const bool outputs = use_.outputs.any();
  if (outputs) use_.outputs.require(statements->fields().size());
  if (statements && (outputs || statements->fields().empty()) && !use_.streams.any() &&
      !may_commit()) {
    run_pipeline(outcomes, *statements, done.affected);
  } else {
    run_one_by_one(outcomes, send, done);
  }
  done.failed = outcomes.has_failed();
  return done;
}

// Whether each set is a transaction of its own, which the set itself may end.
bool ParameterArray::may_commit() {
  Connection& connection = use_.server.connection();
  return sql::is_call(use_.text.sql(), use_.server.standard_strings()) &&
         !use_.text.framing(connection).begin && use_.server.transaction_status() == 'I';
}

// False: the rest was not tried.
bool ParameterArray::run_pipeline(SetOutcomes& outcomes, SetStatements& statements,
                                  std::int64_t& affected) {
  struct Encoded {
    std::size_t index;
    Values values;
  };
  const session::Framing framing = use_.text.framing(use_.server.connection());
  // Which of several sets at once has failed is found out by executing them again, one by one: only
  // where what failed is undone.
  session::Conversation& conversation = use_.server.connection().conversation();
  const bool undoes = framing.on_error == session::OnError::roll_back_statement
                          ? conversation.has_savepoints()
                          : !framing.begin && use_.server.transaction_status() == 'I';
  const std::size_t end = outcomes.sets().size();
  std::size_t most = session::Batch::most_sets;
  std::size_t narrow_up_to = 0;  // before this set only one at a time
  bool anew = false;
  session::Batch batch(conversation);
  std::deque<Encoded> encoded;
  std::vector<wire::BindValue> bound;
  std::vector<std::size_t> members;
  const bool outputs = use_.outputs.any();
  log::Log* const log = log_for(use_.server.connection().log(), log::Level::values);
  const auto succeeded = [&](std::size_t index) {
    if (!outputs) return outcomes.succeeded(index);
    outcomes.succeeded(index, use_.outputs.fill(outcomes.sets()[index], statements.fields(),
                                                batch.next_first_row()));
  };
  const auto put = [&](const SetStatements::Form& form) {
    bound.clear();
    for (std::size_t i = 0; i < form.width; ++i) {
      for (const auto& value : encoded[i].values)
        bound.push_back({value ? std::optional<std::string_view>(*value) : std::nullopt});
      members.push_back(encoded[i].index);
    }
    batch.add(form.known->prepared, form.sql, bound, form.width);
    encoded.erase(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(form.width));
  };

  for (std::size_t next = 0; next < end && !outcomes.stops();) {
    const bool wide = undoes && next >= narrow_up_to;
    const auto form_for = [&](std::size_t sets) -> const SetStatements::Form& {
      return wide ? statements.widest(sets, batch.under_way()) : statements.one();
    };
    if (wide) statements.prepare_for(end - next);
    // From the first part on the statement is the one to cancel, and the time runs.
    std::optional<ServerTalk::Turn> turn;
    Deadline deadline = Deadline::never();
    const auto begin_turn = [&] {
      if (turn) return;
      turn.emplace(use_.server);
      deadline = use_.server.deadline();
    };
    members.clear();
    while (next < end && members.size() + encoded.size() < most && !batch.full()) {
      const std::size_t index = next++;
      if (outcomes.is_known(index)) continue;
      try {
        Values values = use_.parameters.encode_set(outcomes.sets()[index]);
        if (log != nullptr) log_values(*log, values);
        if (outputs && !batch.has_room_for(size_of(values))) {
          next = index;  // it begins the next flight
          break;
        }
        encoded.push_back({index, std::move(values)});
      } catch (const Error& e) {  // told at once, and left out
        outcomes.failed(index, e);
        continue;
      }
      if (const auto& own = statements.form_of(encoded.back().values); &own != &statements.one()) {
        while (encoded.size() > 1) put(form_for(encoded.size() - 1));
        put(own);
      } else if (const auto& form = form_for(end - index + encoded.size());
                 form.width <= encoded.size()) {
        put(form);
      }
      if (!batch.has_part()) continue;
      begin_turn();
      batch.send_part(framing, deadline);
    }
    while (!encoded.empty()) put(form_for(encoded.size()));
    if (members.empty()) continue;
    begin_turn();
    const session::Batch::Result result =
        batch.send(framing, deadline,
                   outputs ? session::Batch::Rows::first_of_each : session::Batch::Rows::dropped);
    turn.reset();
    if (!result.error) {
      for (const std::size_t index : members) succeeded(index);
      affected += result.affected;
      most = std::min(most * 2, session::Batch::most_sets);
      continue;
    }
    const std::size_t failed = std::min(result.done, members.size() - 1);
    if (result.undone && !is_interruption(*result.error)) {
      // A pooler's other session, DISCARD ALL in a function; what is called was changed.
      const bool lost = !anew && (result.error->state() == "26000" ||
                                  (outputs && result.error->state() == "0A000"));
      if (lost) {
        anew = true;
        statements.ask_again();
        if (outputs) use_.outputs.require(statements.fields().size());
      } else if (wide && statements.can_widen()) {
        narrow_up_to = members.back() + 1;
      } else if (failed == 0) {
        outcomes.failed(members[0], *result.error);
        most = 1;
      } else {
        most = failed;
      }
      next = members[0];
      continue;
    }
    if (!result.undone) {
      for (std::size_t i = 0; i < failed; ++i) succeeded(members[i]);
      affected += result.affected;
    }
    outcomes.failed(members[failed], *result.error);
    return false;
  }
  return true;
}

// All of its results is read, so that what is told of the set is so.
void ParameterArray::require_done(RowSource& source) {
  (void)use_.server.transaction_status();
  const Error* const error = source.error_ahead();
  if (error == nullptr) return;
  const Error failure = *error;
  try {
    source.close(use_.server.deadline());
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {  // the same
  }
  throw Error(failure);
}

// Statements that return rows, and texts of several statements: each set has results of its own.
bool ParameterArray::run_one_by_one(SetOutcomes& outcomes, const Send& send, Done& done) {
  const bool streams = use_.streams.any();
  for (std::size_t index = 0; index < outcomes.sets().size() && !outcomes.stops(); ++index) {
    try {
      const SQLULEN set = outcomes.sets()[index];
      auto source = send(use_.parameters.encode_set(set));
      OutputNotes notes;
      if (use_.outputs.any() && !streams) {
        notes = use_.outputs.fill_from(set, use_.outputs.take(*source));
      } else if (source->has_rows() || use_.text.several()) {
        require_done(*source);
        done.results.push_back(std::move(source));
        done.sets.push_back(set);
      } else {
        done.affected += std::max<std::int64_t>(source->affected_rows(), 0);
      }
      outcomes.succeeded(index, notes);
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error& e) {
      outcomes.failed(index, e);
      if (is_interruption(e) || use_.server.transaction_status() == 'E') return false;
    }
  }
  return true;
}

}  // namespace negodbc::odbc
