#include "driver/handles/statement/execution.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "driver/base/error.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/commands.h"
#include "driver/handles/statement/statement.h"
#include "driver/session/copy.h"
#include "driver/sql/call.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {
namespace {

// A number of rows as SQLRowCount has it: not known (-1) where SQLLEN is too narrow for it (32
// bit).
template <typename Count>
SQLLEN told_count(Count rows) {
  return std::in_range<SQLLEN>(rows) ? static_cast<SQLLEN>(rows) : -1;
}

}  // namespace

SQLRETURN Execution::start() {
  if (use_.text.copies_out()) throw session::copy_out_refused();
  use_.parameters.require_bound();
  use_.server.connection().require_utf8(use_.text.sql());
  use_.call.choose_text();
  find_null_dates();
  use_.parameters.expect_data();
  const SQLRETURN result =
      use_.data.when_given([this] { return use_.objects.with_objects([this] { return run(); }); });
  tell_of_encoding();
  return result;
}

// NullDates: only the server knows which parameters are dates.
void Execution::find_null_dates() {
  if (!use_.server.connection().type_options().null_dates) return;
  use_.parameters.send_null_dates({});
  if (use_.text.sent().empty() || use_.text.several()) return;
  try {
    const auto known =
        use_.types.describe(use_.parameters.declared_types(), use_.parameters.bound_types());
    use_.parameters.send_null_dates(known->prepared.parameter_types);
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    // What is wrong with the statement is told of itself.
  }
}

// What the statement has made of the session's encoding, by a function that it calls.
void Execution::tell_of_encoding() {
  Connection& connection = use_.server.connection();
  if (connection.foreign_encoding().empty()) return;
  if (use_.cursor.is_open()) {
    close();
    connection.require_utf8({});
  }
  use_.server.diagnostics().warn("01000", connection.encoding_words());
}

SQLRETURN Execution::run() {
  try {
    return run_text();
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error& e) {
    // Not a function, no procedure, no such one: what was done before it said so is undone.
    const SqlState state = e.state();
    if ((state != "42809" && state != "42883") || !use_.call.is_another()) throw;
  }
  return run_text();
}

SQLRETURN Execution::run_text() {
  log::Log* const log = log_for(use_.server.connection().log(), log::Level::statements);
  return log == nullptr ? run_sets() : run_logged(*log);
}

SQLRETURN Execution::run_logged(log::Log& log) {
  const std::string number = use_.server.statement_number();
  const std::string sets = std::to_string(use_.parameters.set_count());
  const std::string sent = std::to_string(use_.text.sent().size());
  log_sql(log, "statement", use_.text.sql(), use_.server.standard_strings(),
          {{"number", number}, {"parameters", sent}, {"sets", sets}});
  const auto begin = std::chrono::steady_clock::now();
  const auto ended = [&](std::string_view event, const std::string& rows) {
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin);
    log.write(event,
              {{"number", number}, {"us", std::to_string(time.count())}, {"affected", rows}});
  };
  try {
    const SQLRETURN result = run_sets();
    ended("executed", std::to_string(affected_));
    return result;
  } catch (...) {
    ended("failed", "-1");
    throw;
  }
}

SQLRETURN Execution::run_sets() {
  const bool has_parameters = use_.text.parameter_count() > 0;
  if (has_parameters && use_.parameters.set_count() > 1) return run_array();
  const Descriptor& ipd = use_.descriptors.ipd();
  SQLUSMALLINT* const status = has_parameters ? ipd.array_status_ptr : nullptr;
  if (has_parameters) types::store_count(ipd.rows_processed_ptr, 1);
  if (status != nullptr) *status = SQL_PARAM_ERROR;
  use_.cursor.plan();
  auto source = send(use_.parameters.encode_set(0));
  SQLRETURN result = SQL_SUCCESS;
  if (use_.streams.any()) {
    result = open_streams(std::move(source), {0});
  } else {
    result = open(std::move(source));
    take_outputs();
  }
  if (status != nullptr) *status = SQL_PARAM_SUCCESS;
  return result;
}

SQLRETURN Execution::run_array() {
  ParameterArray::Done done = use_.array.run([this](const Values& values) { return send(values); });
  use_.data.forget();
  if (done.failed) return SQL_ERROR;
  if (!done.results.empty()) {
    auto chain = std::make_unique<ChainSource>(std::move(done.results));
    return use_.streams.any() ? open_streams(std::move(chain), std::move(done.sets))
                              : open(std::move(chain));
  }
  executed_ = true;
  affected_ = use_.outputs.any() ? -1 : told_count(done.affected);
  use_.server.diagnostics().row_count = affected_;
  use_.columns.describe({});
  return SQL_SUCCESS;
}

// The driver's own cursor that WHERE CURRENT OF names; null: it is the server's, or there is none.
Statement* Execution::positioned_cursor() const {
  const auto& current_of = use_.text.current_of();
  if (!current_of) return nullptr;
  const std::vector<Statement*>& all = use_.server.connection().statements();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Statement* other) {
    return other->is_open_cursor(current_of->cursor);
  });
  return found == all.end() ? nullptr : *found;
}

std::unique_ptr<RowSource> Execution::send(const Values& values) {
  if (log::Log* const log = log_for(use_.server.connection().log(), log::Level::values))
    log_values(*log, values);
  Statement* const cursor = positioned_cursor();
  positioned_ = cursor != nullptr;
  if (positioned_) return send_positioned(cursor->positioned(), values);
  const KeysetPlan* const plan = use_.cursor.keyset_plan();
  return use_.sender.send(plan != nullptr ? plan->open_text() : use_.text.sql(), values,
                          use_.cursor.rows_wanted());
}

// A cursor of this driver's is none to the server: its current row is named by its key. The row's
// new version comes with the answer, so that the cursor knows it as its own.
std::unique_ptr<RowSource> Execution::send_positioned(RowChanges& row, const Values& values) {
  using Change = sql::CurrentOf::Change;
  const sql::CurrentOf& place = *use_.text.current_of();
  std::string text = use_.text.sql();
  const std::string condition = row.current_row_condition();
  const std::string columns = place.change == Change::update ? row.current_row_columns() : "";
  if (!columns.empty()) text.insert(place.end, " RETURNING " + columns);
  text.replace(place.begin, place.end - place.begin, condition);
  auto source = use_.sender.send(text, values, use_.cursor.rows_wanted());
  if (columns.empty() || !source->has_rows()) {
    const bool removed = place.change == Change::remove && source->affected_rows() == 1;
    if (removed) row.current_row_removed();
    return source;
  }
  const ServerTalk::Turn turn(use_.server);
  const Deadline deadline = use_.server.deadline();
  std::optional<Values> now;
  while (source->next_row(deadline)) now = copy_of(source->row());
  const std::int64_t affected = source->affected_rows();
  while (source->next_result(deadline)) {
  }
  if (affected == 1 && now) row.current_row_changed(std::move(*now));
  return std::make_unique<CommandSource>("UPDATE " + std::to_string(affected), affected);
}

SQLRETURN Execution::open(std::unique_ptr<RowSource> source) {
  use_.cursor.drop_rows();
  source_ = std::move(source);
  use_.data.forget();
  show_result();
  const Command* command = find_command(source_->command_tag());
  const bool odbc3 = use_.server.connection().environment().odbc_version() != SQL_OV_ODBC2;
  if (positioned_ && !use_.text.several() && !use_.cursor.is_open() && affected_ != 1) {
    use_.server.diagnostics().warn("01001",
                                   "the cursor's row was changed or deleted by somebody else: " +
                                       std::to_string(affected_) + " rows were changed");
    return SQL_SUCCESS;
  }
  const bool nothing =
      command != nullptr && command->counts && !use_.cursor.is_open() && affected_ == 0;
  return nothing && odbc3 ? SQL_NO_DATA : SQL_SUCCESS;
}

SQLRETURN Execution::open_streams(std::unique_ptr<RowSource> source, std::vector<SQLULEN> sets) {
  open(std::move(source));
  use_.cursor.give_up_rows();
  return use_.streams.open(*source_, std::move(sets));
}

void Execution::take_outputs() {
  if (!use_.outputs.any()) return;
  use_.cursor.give_up_rows();
  catalog::LocalRows taken = use_.outputs.take(*source_);
  const OutputNotes notes = use_.outputs.fill_from(0, taken);
  source_ = refcursors(taken);
  call_row_ = source_ == nullptr;
  if (call_row_) source_ = std::make_unique<LocalSource>(std::move(taken));
  show_result();
  use_.outputs.report(notes);
}

// The rows of the cursors that a call has opened, in the order of its outputs; null where these are
// not asked for, or it has opened none.
std::unique_ptr<RowSource> Execution::refcursors(const catalog::LocalRows& taken) {
  Connection& connection = use_.server.connection();
  if (!connection.fetches_refcursors() || taken.rows.empty()) return nullptr;
  std::string text;
  for (std::size_t i = 0; i < taken.fields.size(); ++i) {
    const catalog::Cell& name = taken.rows.front()[i];
    if (taken.fields[i].type_oid == types::oid_refcursor && name)
      text.append("FETCH ALL IN ").append(sql::quoted_name(*name)).append(";");
  }
  if (text.empty()) return nullptr;
  const session::Framing framing = connection.framing(sql::Surround::savepoint);
  return use_.server.run({}, [&](session::Conversation& server, Deadline deadline) {
    if (server.transaction_status(deadline) == 'I') {
      use_.server.diagnostics().warn(
          "01000",
          "FetchRefcursors: the cursors that the call has opened ended with "
          "it, as it was not made within a transaction");
      return std::unique_ptr<StreamSource>();
    }
    return std::make_unique<StreamSource>(server.simple(text, framing, deadline));
  });
}

// The columns of the source's result, and its cursor. When that fails the statement has failed.
void Execution::open_cursor() {
  const auto or_reset = [this](auto&& work) {
    try {
      work();
    } catch (const Error& e) {
      reset();
      use_.server.distrust(e);
      throw;
    }
  };
  use_.cursor.begin_result(*source_);
  std::vector<wire::Field> fields;
  if (use_.cursor.is_open()) fields = source_->fields();
  or_reset([&] { use_.cursor.hide_keyset(fields); });
  use_.columns.describe(std::move(fields));
  if (use_.cursor.is_open()) or_reset([&] { use_.cursor.open_rows(); });
}

void Execution::show_result() {
  executed_ = true;
  affected_ = told_count(source_->affected_rows());
  open_cursor();
  const bool has_rows = use_.cursor.is_open();
  // A command that has no rows to count has changed none.
  if (!has_rows && affected_ == -1 && !source_->command_tag().empty()) affected_ = 0;
  if (use_.cursor.keyset() != nullptr) affected_ = told_count(use_.cursor.count());
  Connection& connection = use_.server.connection();
  const std::string_view tag = source_->command_tag();
  if (changes_descriptions(tag)) connection.clear_statement_cache();
  if (tag == "SET" || tag == "RESET") connection.forget_money_scale();
  if (tag.starts_with("INSERT") && use_.text.known()) connection.note_insert(use_.text.sql());
  const Command* command = find_command(has_rows ? "SELECT" : source_->command_tag());
  Diagnostics& diagnostics = use_.server.diagnostics();
  diagnostics.row_count = affected_;
  diagnostics.cursor_row_count = has_rows ? affected_ : 0;
  diagnostics.dynamic_function = command != nullptr ? command->name : std::string_view();
  diagnostics.dynamic_function_code =
      command != nullptr ? command->code : SQL_DIAG_UNKNOWN_STATEMENT;
}

void Execution::open_local(catalog::LocalRows rows) {
  open(std::make_unique<LocalSource>(std::move(rows)));
}

SQLRETURN Execution::more_results() {
  if (use_.streams.is_open()) {
    if (const auto result = use_.streams.next_set()) return *result;
    close();
    return SQL_NO_DATA;
  }
  if (!source_) {
    reset();
    return SQL_NO_DATA;
  }
  use_.cursor.drop_rows_and_plan();
  bool more = false;
  use_.server.begin_result();
  try {
    const ServerTalk::Turn turn(use_.server);
    more = source_->next_result(use_.server.deadline());
  } catch (const Error&) {
    reset();  // nothing follows an error
    executed_ = true;
    throw;
  }
  if (!more) {
    reset();
    return SQL_NO_DATA;
  }
  past_first_ = true;
  show_result();
  return SQL_SUCCESS;
}

SQLLEN Execution::row_count() {
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (use_.cursor.keeps_rows()) {
    const ServerTalk::Turn turn(use_.server);
    affected_ = told_count(use_.cursor.count());
  } else if (use_.cursor.is_open() && source_) {
    const ServerTalk::Turn turn(use_.server);
    affected_ = told_count(source_->count_rows(use_.server.deadline()));
  }
  use_.server.diagnostics().row_count = affected_;
  return affected_;
}

void Execution::require_rows() const {
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (!use_.cursor.is_open()) throw Error("24000", "the statement returned no rows");
  if (source_) source_->require_whole();
}

// Closed it is in any case. What the rest of its answer holds is told by whoever closes: an error
// there is one of the statement.
void Execution::close() {
  Connection& connection = use_.server.connection();
  if (source_ && connection.connected()) {
    use_.cursor.drop_rows();
    const std::unique_ptr<RowSource> source = std::move(source_);
    try {
      const ServerTalk::Turn turn(use_.server);
      source->close(connection.closing(use_.server.deadline()));
    } catch (const Error& e) {
      const std::string text = "the statement that was closed had failed: [" +
                               std::string(e.state().view()) + "] " + e.what();
      use_.server.diagnostics().warn("01000", text);
      if (use_.server.statement_freed()) connection.diagnostics().warn("01000", text);
    }
  }
  reset();
}

void Execution::reset() {
  use_.cursor.close();
  use_.streams.close();
  use_.data.forget();
  use_.columns.forget(use_.text.prepared() && !past_first_);
  source_.reset();
  use_.server.begin_result();
  executed_ = call_row_ = past_first_ = positioned_ = false;
  affected_ = -1;
}

}  // namespace negodbc::odbc
