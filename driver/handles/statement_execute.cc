// Preparing and executing; results one after the other.
#include <algorithm>
#include <limits>

#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"
#include "driver/handles/statement_types.h"
#include "driver/session/ask.h"
#include "driver/types/binary_format.h"

namespace negodbc::odbc {
namespace {

struct Command {
  std::string_view tag;   // as the server names it
  SQLINTEGER code;        // SQL_DIAG_*
  std::string_view name;  // SQL_DIAG_DYNAMIC_FUNCTION
  bool counts;            // affecting no row is SQL_NO_DATA
};

// ODBC reference: SQLGetDiagField, "Values of the Dynamic Function Fields".
constexpr Command commands[] = {
    {"SELECT", SQL_DIAG_SELECT_CURSOR, "SELECT CURSOR", false},
    {"INSERT", SQL_DIAG_INSERT, "INSERT", true},
    {"UPDATE", SQL_DIAG_UPDATE_WHERE, "UPDATE WHERE", true},
    {"DELETE", SQL_DIAG_DELETE_WHERE, "DELETE WHERE", true},
    {"MERGE", SQL_DIAG_UNKNOWN_STATEMENT, "", true},
    {"CREATE TABLE", SQL_DIAG_CREATE_TABLE, "CREATE TABLE", false},
    {"CREATE VIEW", SQL_DIAG_CREATE_VIEW, "CREATE VIEW", false},
    {"CREATE INDEX", SQL_DIAG_CREATE_INDEX, "CREATE INDEX", false},
    {"CREATE SCHEMA", SQL_DIAG_CREATE_SCHEMA, "CREATE SCHEMA", false},
    {"CREATE DOMAIN", SQL_DIAG_CREATE_DOMAIN, "CREATE DOMAIN", false},
    {"ALTER TABLE", SQL_DIAG_ALTER_TABLE, "ALTER TABLE", false},
    {"ALTER DOMAIN", SQL_DIAG_ALTER_DOMAIN, "ALTER DOMAIN", false},
    {"DROP TABLE", SQL_DIAG_DROP_TABLE, "DROP TABLE", false},
    {"DROP VIEW", SQL_DIAG_DROP_VIEW, "DROP VIEW", false},
    {"DROP INDEX", SQL_DIAG_DROP_INDEX, "DROP INDEX", false},
    {"DROP SCHEMA", SQL_DIAG_DROP_SCHEMA, "DROP SCHEMA", false},
    {"DROP DOMAIN", SQL_DIAG_DROP_DOMAIN, "DROP DOMAIN", false},
    {"GRANT", SQL_DIAG_GRANT, "GRANT", false},
    {"REVOKE", SQL_DIAG_REVOKE, "REVOKE", false},
    {"CALL", SQL_DIAG_CALL, "CALL", false},
};

// "UPDATE 0" and "CREATE TABLE" are both tags: the name ends before the first count.
const Command* find_command(std::string_view tag) {
  const auto* found = std::find_if(std::begin(commands), std::end(commands), [&](const Command& c) {
    return tag.substr(0, c.tag.size()) == c.tag &&
           (tag.size() == c.tag.size() || tag[c.tag.size()] == ' ');
  });
  return found == std::end(commands) ? nullptr : found;
}

// After this command what is known of prepared statements may be untrue, or the statements gone.
bool changes_descriptions(std::string_view tag) {
  constexpr std::string_view first_words[] = {"ALTER", "DROP", "DISCARD", "DEALLOCATE"};
  return std::any_of(std::begin(first_words), std::end(first_words),
                     [&](std::string_view word) { return tag.starts_with(word); });
}

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

void Statement::prepare(std::string sql) {
  require_no_cursor();
  close();
  prepared_ = ird_valid_ = ird_complete_ = false;
  sql_ = std::move(sql);
  translate();
  prepared_ = true;
  ipd_filled_ = asked_ = false;
}

void Statement::translate() {
  translated_.reset();
  plain_text_.clear();
  sql::Translated translated =
      sql::translate(sql_, scan_escapes(), connection_->standard_strings());
  if (translated.parameter_count >
      static_cast<std::size_t>(std::numeric_limits<SQLSMALLINT>::max() - 1))
    throw Error("42000", "a statement can have 32766 parameters at most");
  parameter_count_ = static_cast<SQLSMALLINT>(translated.parameter_count);
  Connection::refuse_encoding_set(
      sql::encoding_set(translated.text, connection_->standard_strings()));
  translated_ = std::move(translated);
  several_ = sql::has_several_statements(translated_->text, connection_->standard_strings());
  outputs_.clear();
  sent_.clear();
  for (SQLSMALLINT number = translated_->returns_value ? 2 : 1; number <= parameter_count_;
       ++number)
    sent_.push_back(number);
  current_of_ = sql::find_current_of(translated_->text, connection_->standard_strings());
  surround_ = sql::surround(translated_->text, connection_->standard_strings());
  reading_ = sql::reading(translated_->text, connection_->standard_strings());
}

SQLRETURN Statement::exec_direct(std::string sql) {
  require_no_cursor();
  close();
  prepared_ = ird_valid_ = ird_complete_ = false;
  sql_ = std::move(sql);
  translate();
  return start_execution();
}

SQLRETURN Statement::execute() {
  require_no_cursor();
  if (!prepared_) throw Error("HY010", "nothing was prepared on this statement");
  close();
  return start_execution();
}

SQLRETURN Statement::start_execution() {
  require_parameters();
  connection_->require_utf8(translated_->text);
  settle_call();
  collect_data_at_execution();
  const SQLRETURN result =
      with_data([this] { return with_large_objects([this] { return run(); }); });
  tell_of_encoding();
  return result;
}

// What the statement has made of the session's encoding, by a function that it calls.
void Statement::tell_of_encoding() {
  if (connection_->foreign_encoding().empty()) return;
  if (cursor_open_) {
    close();
    connection_->require_utf8({});
  }
  diagnostics().warn("01000", connection_->encoding_words());
}

SQLRETURN Statement::run() {
  if (parameter_count_ > 0 && set_count() > 1) return run_array();
  SQLUSMALLINT* const status = parameter_count_ > 0 ? ipd_->array_status_ptr : nullptr;
  if (parameter_count_ > 0) types::store_count(ipd_->rows_processed_ptr, 1);
  if (status != nullptr) *status = SQL_PARAM_ERROR;
  plan_keyset();
  auto source = send(encode_set(0));
  SQLRETURN result = SQL_SUCCESS;
  if (has_streams()) {
    result = open_streams(std::move(source), {0});
  } else {
    result = open(std::move(source));
    take_outputs();
  }
  if (status != nullptr) *status = SQL_PARAM_SUCCESS;
  return result;
}

std::shared_ptr<session::CachedStatement> Statement::cached() const {
  return connection_->cached(translated_->text, wanted_types());
}

std::vector<wire::BindValue> Statement::bind_values(const Values& values) {
  std::vector<wire::BindValue> bound(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) bound[i].value = *values[i];
  return bound;
}

// A cursor of this driver's is none to the server: its current row is named by its key.
std::string Statement::text_to_send() const {
  if (keyset_plan_) return keyset_plan_->open_text();
  if (!current_of_) return translated_->text;
  for (Statement* other : connection_->statements()) {
    if (!other->is_open_cursor(current_of_->cursor)) continue;
    std::string text = translated_->text;
    return text.replace(current_of_->begin, current_of_->end - current_of_->begin,
                        other->current_row_condition());
  }
  return translated_->text;
}

// Rows that are kept or changed are handled as text.
std::vector<wire::Format> Statement::formats(const session::Prepared& prepared) const {
  if (cursor_type() != SQL_CURSOR_FORWARD_ONLY || concurrency() != SQL_CONCUR_READ_ONLY) return {};
  const session::Session& session = connection_->conversation().session();
  const bool dates =
      types::binary_dates(session.parameter("DateStyle"), session.parameter("integer_datetimes"));
  return types::best_formats(prepared.fields, dates);
}

// What is called runs to its end, and so does what a keyset is read from.
session::Portions Statement::portions(const session::CachedStatement* known) const {
  session::Portions portions;
  if (reading_ == sql::Reading::no || translated_->call || current_of_ || keyset_plan_)
    return portions;
  const Connection::PortalUse& use = connection_->portal_use();
  portions.reads = true;
  if (known != nullptr) portions.habits = known->habits;
  constexpr SQLULEN most = std::numeric_limits<std::int32_t>::max();
  if (max_rows_ != 0 && max_rows_ <= most) portions.most = static_cast<std::int32_t>(max_rows_);
  portions.rows = use.rows;
  // In autocommit mode the end of what comes in portions costs a round trip more.
  const bool at_once = reading_ == sql::Reading::few ||
                       (connection_->autocommit() && known != nullptr && known->habits->at_once);
  portions.limited =
      !use.never && (use.always || !at_once) && (parameter_count_ == 0 || set_count() == 1);
  return portions;
}

std::unique_ptr<RowSource> Statement::send_plain(const std::string& text,
                                                 const session::Framing& framing) {
  const bool kept = reading_ == sql::Reading::many;
  const auto known = kept ? connection_->cached(text, {}) : nullptr;
  const session::Portions rows = portions(known.get());
  return talk([&](session::Conversation& server, Deadline deadline) {
    if (!rows.limited && rows.most == 0)
      return from_stream(server.simple(text, framing, deadline, rows));
    return from_stream(server.extended(text, {}, {}, framing, deadline, rows));
  });
}

std::unique_ptr<RowSource> Statement::send(const Values& values) {
  const session::Framing framing = connection_->framing(surround_);
  const std::string text = text_to_send();
  if (values.empty() && (!prepared_ || several_)) return send_plain(text, framing);
  const Types types = holding_types(values);
  if (several_) return send_several(text, types, values, framing);
  if (!current_of_) return send_text(text, types, values, framing);
  // The text is another one for each row; its parameters' types are not.
  const auto known = connection_->cached(translated_->text, types);
  return with_types(*known, text, types, [&](const Types& taken) {
    return talk([&](session::Conversation& server, Deadline deadline) {
      return from_stream(server.extended(text, taken, bind_values(values), framing, deadline));
    });
  });
}

std::unique_ptr<RowSource> Statement::send_text(const std::string& text, const Types& types,
                                                const Values& values,
                                                const session::Framing& framing) {
  const auto known = connection_->cached(text, types);
  return with_types(*known, text, types, [&](const Types& taken) {
    return send_known(*known, text, taken, values, framing);
  });
}

std::unique_ptr<RowSource> Statement::send_known(session::CachedStatement& known,
                                                 const std::string& text, const Types& types,
                                                 const Values& values,
                                                 const session::Framing& framing) {
  return talk([&](session::Conversation& server, Deadline deadline) {
    const std::vector<wire::BindValue> bound = bind_values(values);
    const session::Portions rows = portions(&known);
    if (!connection_->names_statements())
      return from_stream(server.extended(text, types, bound, framing, deadline, rows));
    if (!known.prepared.name.empty()) {
      const bool alone = server.transaction_status(deadline) == 'I';
      try {
        return from_stream(server.execute(known.prepared, bound, formats(known.prepared), framing,
                                          deadline, rows));
      } catch (const session::Refused& e) {
        if (!is_stale(e)) throw Error(e);
        // What stood in the transaction before must not be lost with it.
        const char status = server.transaction_status(deadline);
        if (!alone && status != 'T') throw Error(e);
        if (status == 'E') server.run("ROLLBACK", deadline);
        server.forget(known.prepared);
        connection_->large_objects() = {};
      }
    }
    // A text that is executed once is never named at the server; the second execution prepares it.
    if (known.executions++ == 0)
      return from_stream(server.extended(text, types, bound, framing, deadline, rows));
    return from_stream(
        server.prepare_and_execute(text, types, bound, framing, known.prepared, deadline, rows));
  });
}

SQLRETURN Statement::open(std::unique_ptr<RowSource> source) {
  keyset_ = nullptr;
  rows_.reset();
  source_ = std::move(source);
  pending_.reset();
  show_result();
  const Command* command = find_command(source_->command_tag());
  const bool odbc3 = connection_->environment().odbc_version() != SQL_OV_ODBC2;
  const bool nothing = command != nullptr && command->counts && !cursor_open_ && affected_ == 0;
  return nothing && odbc3 ? SQL_NO_DATA : SQL_SUCCESS;
}

void Statement::show_result() {
  executed_ = true;
  cursor_open_ = source_->has_rows();
  affected_ = static_cast<SQLLEN>(source_->affected_rows());
  position_ = Place::before;
  row_number_ = rowset_fetched_ = rowset_start_ = 0;
  part_column_ = 0;
  std::vector<wire::Field> fields;
  if (cursor_open_) fields = source_->fields();
  if (keyset_plan_) fields.resize(visible_columns(fields));
  describe(fields);
  if (cursor_open_) open_rows();
  if (keyset_ != nullptr) affected_ = static_cast<SQLLEN>(keyset_->count(execution_deadline()));
  if (changes_descriptions(source_->command_tag())) connection_->clear_statement_cache();
  const Command* command = find_command(cursor_open_ ? "SELECT" : source_->command_tag());
  diagnostics().row_count = affected_;
  diagnostics().cursor_row_count = cursor_open_ ? affected_ : 0;
  diagnostics().dynamic_function = command != nullptr ? command->name : std::string_view();
  diagnostics().dynamic_function_code =
      command != nullptr ? command->code : SQL_DIAG_UNKNOWN_STATEMENT;
}

SQLRETURN Statement::more_results() {
  if (needs_data())
    throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
  if (streams_) return more_streams();
  if (!source_) {
    reset_execution();
    return SQL_NO_DATA;
  }
  keyset_ = nullptr;
  rows_.reset();
  keyset_plan_.reset();
  bool more = false;
  try {
    const StatementTalk talk(*this);
    more = source_->next_result(execution_deadline());
  } catch (const Error&) {
    reset_execution();  // nothing follows an error
    executed_ = true;
    throw;
  }
  if (!more) {
    reset_execution();
    return SQL_NO_DATA;
  }
  show_result();
  return SQL_SUCCESS;
}

SQLLEN Statement::row_count() {
  if (!executed_) throw Error("HY010", "no statement was executed");
  if (rows_) {
    const StatementTalk talk(*this);
    affected_ = static_cast<SQLLEN>(rows_->count(execution_deadline()));
  } else if (cursor_open_ && source_) {
    affected_ = static_cast<SQLLEN>(source_->affected_rows());
  }
  diagnostics().row_count = affected_;
  return affected_;
}

void Statement::open_local(catalog::LocalRows rows) {
  close();
  prepared_ = ird_complete_ = false;
  translated_.reset();
  sql_.clear();
  open(std::make_unique<LocalSource>(std::move(rows)));
}

catalog::Query Statement::asking(const session::Framing& framing) {
  return [this, framing](const std::string& sql, wire::AnswerColumns columns) {
    connection_->require_utf8({});
    return talk([&](session::Conversation& server, Deadline deadline) {
      return session::ask(server, sql, columns, framing, deadline);
    });
  };
}

}  // namespace negodbc::odbc
