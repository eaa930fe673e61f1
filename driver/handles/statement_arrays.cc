// Executing with an array of parameters.
//
// ODBC reference: "Arrays of Parameter Values". Sets travel many in a flight. What fails is told in
// the status array and by a diagnostic with its row; the others go on, unless the transaction was
// lost with it. A flight in which a set failed has done nothing: what stood before the set is sent
// again without it.
//
// Output parameters come as a row a set, into the set's own element of what is bound. A procedure
// that may commit by itself goes one set at a time: what it committed would be done twice.
#include <algorithm>
#include <deque>

#include "driver/base/error.h"
#include "driver/handles/sqlstate.h"
#include "driver/handles/statement_talk.h"
#include "driver/session/batch.h"
#include "driver/sql/insert_rows.h"
#include "driver/sql/transaction_words.h"
#include "driver/types/type_info.h"

namespace negodbc::odbc {

// What is told of the sets while they are executed.
class Statement::ArrayRun {
 public:
  ArrayRun(Statement& statement, SQLULEN sets)
      : statement_(statement),
        status_(statement.ipd_->array_status_ptr),
        processed_at_(statement.ipd_->rows_processed_ptr) {
    for (SQLULEN set = 0; set < sets; ++set)
      if (!statement.ignored(set)) sets_.push_back(set);
    told_.resize(sets_.size());
    if (status_ != nullptr) std::fill_n(status_, sets, static_cast<SQLUSMALLINT>(SQL_PARAM_UNUSED));
    types::store_count(processed_at_, processed_);
  }
  // The sets that are not ignored; an index into them is what the functions take.
  [[nodiscard]] const std::vector<SQLULEN>& sets() const { return sets_; }

  // Executed; `notes` say what became of its output parameters.
  void succeeded(std::size_t index, const OutputNotes& notes = {}) {
    SQLUSMALLINT status = SQL_PARAM_SUCCESS;
    for (const OutputNote& note : notes) {
      statement_.diagnostics().add(note.error, static_cast<SQLLEN>(sets_[index]) + 1, note.number);
      if (!is_warning(note.error.state())) {
        status = SQL_PARAM_ERROR;
      } else if (status == SQL_PARAM_SUCCESS) {
        status = SQL_PARAM_SUCCESS_WITH_INFO;
      }
    }
    if (status == SQL_PARAM_ERROR) ++failures_;
    tell(index, status);
  }
  void failed(std::size_t index, const Error& error) {
    tell(index, SQL_PARAM_ERROR);
    ++failures_;
    statement_.diagnostics().add(error, static_cast<SQLLEN>(sets_[index]) + 1);
  }
  [[nodiscard]] bool told(std::size_t index) const { return told_[index]; }
  [[nodiscard]] bool all_failed() const { return failures_ > 0 && failures_ == tried_; }

  SQLLEN affected = 0;

 private:
  void tell(std::size_t index, SQLUSMALLINT status) {
    ++tried_;
    told_[index] = true;
    if (status_ != nullptr) status_[sets_[index]] = status;
    processed_ = std::max(processed_, sets_[index] + 1);
    types::store_count(processed_at_, processed_);
  }

  Statement& statement_;
  SQLUSMALLINT* status_;
  SQLULEN* processed_at_;
  SQLULEN processed_ = 0;
  std::vector<SQLULEN> sets_;
  std::vector<bool> told_;
  std::size_t tried_ = 0;
  std::size_t failures_ = 0;
};

namespace {

// After these there is no sense in trying the next set.
bool is_interruption(const Error& error) {
  return error.state() == "HYT00" || error.state() == "57014";
}

std::size_t size_of(const std::vector<std::optional<std::string>>& values) {
  std::size_t size = 0;
  for (const auto& value : values) size += value ? value->size() : 0;
  return size;
}

}  // namespace

// The statement of one set, and of several at once where that is the same.
class Statement::SetStatements {
 public:
  struct Form {
    std::size_t width;  // sets
    std::string sql;
    std::shared_ptr<session::CachedStatement> known;
  };

  explicit SetStatements(Statement& statement)
      : statement_(statement),
        insert_(statement.translated_->text, statement.connection_->standard_strings()) {
    forms_.push_back({1, statement.translated_->text, statement.ask_server()});
  }
  [[nodiscard]] bool returns_rows() const { return !one().known->prepared.fields.empty(); }
  [[nodiscard]] bool can_widen() const {
    return insert_.good() && insert_.parameters() == types().size();
  }
  [[nodiscard]] const Form& one() const { return forms_.front(); }
  // Makes known to the server what so many sets are executed with.
  void prepare_for(std::size_t sets) {
    if (!can_widen()) return;
    for (const std::size_t width : widths) {
      if (width > sets || !is_possible(width)) continue;
      form(width);
      if (sets <= session::Batch::most_sets) sets %= width;
    }
  }
  // The widest form for so many sets; `known`: of those that the server need not be asked for.
  const Form& widest(std::size_t sets, bool known) {
    if (!can_widen()) return one();
    for (const std::size_t width : widths) {
      if (width > sets || !is_possible(width)) continue;
      if (!known) return form(width);
      if (const Form* const found = find(width)) return *found;
    }
    return one();
  }
  // The form of a set that has these values: of its own where they are larger than what they were
  // declared as. That one is parsed with the flight.
  const Form& form_of(const Values& values) {
    const Types& declared = one().known->prepared.declared_types;
    const auto held = [&](std::size_t i) {
      return values[i] ? types::holding_oid(declared[i], *values[i]) : declared[i];
    };
    Types types;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const std::uint32_t type = held(i);
      if (type == declared[i] && types.empty()) continue;
      if (types.empty()) types = declared;
      types[i] = type;
    }
    if (types.empty()) return one();
    for (const Form& form : larger_)
      if (form.known->prepared.declared_types == types) return form;
    Form form{1, one().sql, std::make_shared<session::CachedStatement>()};
    form.known->prepared.declared_types = std::move(types);
    return larger_.emplace_back(std::move(form));
  }
  // The server has lost the names.
  void ask_again() {
    for (Form& form : forms_) statement_.connection_->conversation().forget(form.known->prepared);
    forms_.resize(1);
    forms_.front().known = statement_.ask_server();
  }

 private:
  static constexpr std::size_t widths[] = {256, 32, 4};

  [[nodiscard]] const std::vector<std::uint32_t>& types() const {
    return one().known->prepared.parameter_types;
  }
  [[nodiscard]] bool is_possible(std::size_t width) const {
    constexpr std::size_t most_parameters = 0xFFFF;
    return width * types().size() <= most_parameters;
  }
  [[nodiscard]] const Form* find(std::size_t width) const {
    for (const Form& form : forms_)
      if (form.width == width) return &form;
    return nullptr;
  }
  const Form& form(std::size_t width) {
    if (const Form* const found = find(width)) return *found;
    std::vector<std::uint32_t> all;
    for (std::size_t i = 0; i < width; ++i) all.insert(all.end(), types().begin(), types().end());
    Form form{width, insert_.repeated(width), nullptr};
    form.known = statement_.connection_->cached(form.sql, all);
    statement_.ask_server(*form.known, form.sql, all);
    return forms_.emplace_back(std::move(form));
  }

  Statement& statement_;
  sql::InsertRow insert_;
  std::deque<Form> forms_;  // the form of one set is the first
  std::deque<Form> larger_;
};

SQLRETURN Statement::run_array() {
  ArrayRun run(*this, set_count());
  std::vector<std::unique_ptr<RowSource>> results;
  std::vector<SQLULEN> with_result;
  std::optional<SetStatements> statements;
  if (!several_) statements.emplace(*this);
  const bool outputs = !outputs_.empty();
  const bool streams = has_streams();
  if (outputs) require_outputs(statements->one().known->prepared.fields.size());
  if (statements && (outputs || !statements->returns_rows()) && !streams && !may_commit()) {
    run_pipeline(run, *statements);
  } else {
    run_one_by_one(run, results, with_result);
  }
  pending_.reset();
  if (run.all_failed()) return SQL_ERROR;
  if (!results.empty()) {
    auto chain = std::make_unique<ChainSource>(std::move(results));
    return streams ? open_streams(std::move(chain), std::move(with_result))
                   : open(std::move(chain));
  }
  executed_ = true;
  affected_ = outputs ? -1 : run.affected;
  diagnostics().row_count = affected_;
  describe({});
  return SQL_SUCCESS;
}

// Whether each set is a transaction of its own, which the set itself may end.
bool Statement::may_commit() {
  return sql::is_call(translated_->text, connection_->standard_strings()) &&
         !connection_->framing(surround_).begin &&
         connection_->conversation().transaction_status(execution_deadline()) == 'I';
}

// False: the rest was not tried.
bool Statement::run_pipeline(ArrayRun& run, SetStatements& statements) {
  struct Encoded {
    std::size_t index;
    Values values;
  };
  const session::Framing framing = connection_->framing(surround_);
  // Which of several sets at once has failed is found out by executing them again, one by one: only
  // where what failed is undone.
  session::Conversation& conversation = connection_->conversation();
  const bool undoes =
      framing.on_error == session::OnError::roll_back_statement
          ? conversation.has_savepoints()
          : !framing.begin && conversation.transaction_status(execution_deadline()) == 'I';
  const std::size_t end = run.sets().size();
  std::size_t most = session::Batch::most_sets;
  std::size_t narrow_up_to = 0;  // before this set only one at a time
  bool anew = false;
  session::Batch batch(conversation);
  std::deque<Encoded> encoded;
  std::vector<wire::BindValue> bound;
  std::vector<std::size_t> members;
  const bool outputs = !outputs_.empty();
  const auto succeeded = [&](std::size_t index) {
    if (!outputs) return run.succeeded(index);
    run.succeeded(index, take_outputs(run.sets()[index], statements.one().known->prepared.fields,
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

  for (std::size_t next = 0; next < end;) {
    const bool wide = undoes && next >= narrow_up_to;
    const auto form_for = [&](std::size_t sets) -> const SetStatements::Form& {
      return wide ? statements.widest(sets, batch.under_way()) : statements.one();
    };
    if (wide) statements.prepare_for(end - next);
    // From the first part on the statement is the one to cancel, and the time runs.
    std::optional<StatementTalk> talk;
    Deadline deadline = Deadline::never();
    const auto begin_talk = [&] {
      if (talk) return;
      talk.emplace(*this);
      deadline = execution_deadline();
    };
    members.clear();
    while (next < end && members.size() + encoded.size() < most && !batch.full()) {
      const std::size_t index = next++;
      if (run.told(index)) continue;
      try {
        Values values = encode_set(run.sets()[index]);
        if (outputs && !batch.has_room_for(size_of(values))) {
          next = index;  // it begins the next flight
          break;
        }
        encoded.push_back({index, std::move(values)});
      } catch (const Error& e) {  // told at once, and left out
        run.failed(index, e);
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
      begin_talk();
      batch.send_part(framing, deadline);
    }
    while (!encoded.empty()) put(form_for(encoded.size()));
    if (members.empty()) continue;
    begin_talk();
    const session::Batch::Result result =
        batch.send(framing, deadline,
                   outputs ? session::Batch::Rows::first_of_each : session::Batch::Rows::dropped);
    talk.reset();
    if (!result.error) {
      for (const std::size_t index : members) succeeded(index);
      run.affected += result.affected;
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
        if (outputs) require_outputs(statements.one().known->prepared.fields.size());
      } else if (wide && statements.can_widen()) {
        narrow_up_to = members.back() + 1;
      } else if (failed == 0) {
        run.failed(members[0], *result.error);
        most = 1;
      } else {
        most = failed;
      }
      next = members[0];
      continue;
    }
    if (!result.undone) {
      for (std::size_t i = 0; i < failed; ++i) succeeded(members[i]);
      run.affected += result.affected;
    }
    run.failed(members[failed], *result.error);
    return false;
  }
  return true;
}

// All of its results is read, so that what is told of the set is so.
void Statement::require_done(RowSource& source) {
  connection_->conversation().transaction_status(execution_deadline());
  const Error* const error = source.error_ahead();
  if (error == nullptr) return;
  const Error told = *error;
  try {
    source.close(execution_deadline());
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {  // the same
  }
  throw Error(told);
}

// Statements that return rows, and texts of several statements: each set has results of its own.
bool Statement::run_one_by_one(ArrayRun& run, std::vector<std::unique_ptr<RowSource>>& results,
                               std::vector<SQLULEN>& with_result) {
  const bool streams = has_streams();
  for (std::size_t index = 0; index < run.sets().size(); ++index) {
    try {
      const SQLULEN set = run.sets()[index];
      auto source = send(encode_set(set));
      OutputNotes notes;
      if (!outputs_.empty() && !streams) {
        notes = take_outputs(set, *source);
      } else if (source->has_rows() || several_) {
        require_done(*source);
        results.push_back(std::move(source));
        with_result.push_back(set);
      } else {
        run.affected += std::max<SQLLEN>(source->affected_rows(), 0);
      }
      run.succeeded(index, notes);
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error& e) {
      run.failed(index, e);
      if (is_interruption(e) ||
          connection_->conversation().transaction_status(execution_deadline()) == 'E')
        return false;
    }
  }
  return true;
}

}  // namespace negodbc::odbc
