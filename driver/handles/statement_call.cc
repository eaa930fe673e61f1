// {call ...}: what is sent for it, and its output parameters.
//
// ODBC reference: "Procedure Calls", "Binding Parameters by Name", SQLBindParameter
// (InputOutputType). The server gives output values as a row, in the order of the arguments.
#include <algorithm>

#include "driver/base/error.h"
#include "driver/handles/buffers.h"
#include "driver/handles/directions.h"
#include "driver/handles/sqlstate.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/default_c_type.h"

namespace negodbc::odbc {
namespace {

SQLSMALLINT direction_of(char mode) {
  switch (mode) {
    case 'o':
      return SQL_PARAM_OUTPUT;
    case 'b':
      return SQL_PARAM_INPUT_OUTPUT;
    default:
      return SQL_PARAM_INPUT;
  }
}

// With its values in `bytes`.
wire::RowFields copy_of(const wire::RowFields& row, std::string& bytes) {
  for (const auto& value : row.values)
    if (!value.is_null()) bytes.append(value.view());
  wire::RowFields copy = row;
  std::size_t at = 0;
  for (auto& value : copy.values) {
    if (value.is_null()) continue;
    value.data = bytes.data() + at;
    at += value.size;
  }
  return copy;
}

}  // namespace

// As bound; 0: it is not.
SQLSMALLINT Statement::bound_direction(SQLSMALLINT number) const {
  const Record* buffer = apd_->find(number);
  const Record* parameter = ipd_->find(number);
  const bool bound = buffer != nullptr && buffer->bound() && parameter != nullptr;
  return bound ? parameter->parameter_type : SQLSMALLINT{0};
}

const catalog::Routine* Statement::routine() {
  const sql::Call& call = *translated_->call;
  return connection_->routine(sql::name_parts(call.name), call.arguments.size(), asking());
}

// The text and what is sent with it, by what the arguments are bound as; of those that are not
// bound the routine says what they are. Asks the server about the routine where it must be known:
// once a connection.
void Statement::settle_call() {
  if (!translated_ || !translated_->call) return;
  const sql::Call& call = *translated_->call;
  const SQLSMALLINT before = translated_->returns_value ? 1 : 0;
  const auto number_of = [&](std::size_t argument) -> SQLSMALLINT {
    const auto marker = sql::only_marker(call.arguments[argument]);
    return marker ? static_cast<SQLSMALLINT>(*marker + static_cast<std::size_t>(before))
                  : SQLSMALLINT{0};
  };
  bool all_bound = true;
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    if (const SQLSMALLINT number = number_of(i); number != 0 && bound_direction(number) == 0)
      all_bound = false;
  // Only functions have a result.
  const catalog::Routine* known = translated_->returns_value && all_bound ? nullptr : routine();

  std::vector<bool> outputs(call.arguments.size());
  outputs_.clear();
  if (translated_->returns_value) outputs_.push_back(1);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const SQLSMALLINT number = number_of(i);
    if (number == 0) continue;
    SQLSMALLINT direction = bound_direction(number);
    if (direction == 0)
      direction = known != nullptr && i < known->modes.size() ? direction_of(known->modes[i])
                                                              : SQLSMALLINT{SQL_PARAM_INPUT};
    outputs[i] = is_output_only(direction);
    if (direction != SQL_PARAM_INPUT) outputs_.push_back(number);
  }
  const bool procedure = known != nullptr && known->procedure;
  sql::CallText text =
      sql::call_text(call, outputs, procedure ? sql::Routine::procedure : sql::Routine::function,
                     connection_->standard_strings());
  translated_->text = std::move(text.text);
  sent_.clear();
  for (const std::size_t marker : text.markers) {
    if (marker == 0 || marker + static_cast<std::size_t>(before) > translated_->parameter_count)
      throw Error("42000", "the parameters of a call are written as question marks");
    sent_.push_back(static_cast<SQLSMALLINT>(marker + static_cast<std::size_t>(before)));
  }
}

// SQLDescribeParam of what is not sent.
void Statement::describe_output(SQLSMALLINT number, const session::Prepared& prepared) {
  described_.parameter_type = SQL_PARAM_OUTPUT;
  if (translated_->returns_value && number == 1) {
    if (!prepared.fields.empty())
      fill_type(described_, prepared.fields[0].type_oid, prepared.fields[0].type_modifier);
    return;
  }
  const sql::Call& call = *translated_->call;
  const catalog::Routine* known = routine();
  const auto marker = static_cast<std::size_t>(number - (translated_->returns_value ? 1 : 0));
  for (std::size_t i = 0; known != nullptr && i < call.arguments.size(); ++i)
    if (sql::only_marker(call.arguments[i]) == marker && i < known->types.size())
      fill_type(described_, known->types[i], -1);
}

std::optional<Error> Statement::take_output(SQLULEN set, SQLSMALLINT number,
                                            const wire::Field& field,
                                            const wire::RowFields::Value& value) {
  const Record& binding = *apd_->find(number);
  const Record* described = ipd_->find(number);
  const SQLSMALLINT default_type = types::default_c_type(
      described != nullptr ? described->concise_type : SQLSMALLINT{SQL_VARCHAR});
  try {
    types::Target target =
        target_of(binding, element_of(*apd_, binding, set, default_type), binding.concise_type);
    if (target.c_type == SQL_C_DEFAULT && described != nullptr) target.c_type = default_type;
    if (value.is_null()) {
      types::convert_null(target);
      return std::nullopt;
    }
    types::PartState whole;
    whole.whole_characters = true;
    const std::string name = "output parameter " + std::to_string(number);
    switch (types::convert(source_of(field, value), target, whole)) {
      case types::Outcome::truncated:
        return Error("01004", name + " was cut to its buffer");
      case types::Outcome::fraction_truncated:
        return Error("01S07", "the fraction of " + name + " was cut");
      case types::Outcome::ok:
      case types::Outcome::no_data:
        return std::nullopt;
    }
  } catch (const Error& e) {
    return e;
  }
  return std::nullopt;
}

// A function's OUT arguments are its result: one value can be both.
void Statement::require_outputs(std::size_t columns) const {
  if (columns == 0) throw Error("HY000", "what was called has no output parameters");
  const std::size_t needed = outputs_.size() - (translated_->returns_value ? 1 : 0);
  if (columns < std::max<std::size_t>(needed, 1))
    throw Error("07002", "what was called gives " + std::to_string(columns) + " values, but " +
                             std::to_string(outputs_.size()) + " output parameters are bound");
}

std::optional<std::size_t> Statement::output_column(std::size_t index, std::size_t columns) const {
  const bool result_too = translated_->returns_value && columns + 1 == outputs_.size();
  if (!result_too) return index;
  if (index > 0) return index - 1;
  // Of several values the result is a record, which no value is.
  return columns == 1 ? std::optional<std::size_t>(0) : std::nullopt;
}

// Of those that are not streamed.
OutputNotes Statement::take_outputs(SQLULEN set, const std::vector<wire::Field>& fields,
                                    const wire::RowFields* row) {
  static constexpr wire::RowFields::Value null{nullptr, 0};
  const std::size_t columns = fields.size();
  OutputNotes notes;
  if (row != nullptr && row->values.size() != columns) {
    notes.push_back(
        {outputs_[0], Error("HY000", "what was called gives other values than before")});
    return notes;
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (is_stream(bound_direction(outputs_[i]))) continue;
    const auto column = output_column(i, columns);
    auto error = take_output(set, outputs_[i], fields[column.value_or(0)],
                             row != nullptr && column ? row->values[*column] : null);
    if (error) notes.push_back({outputs_[i], std::move(*error)});
  }
  return notes;
}

OutputNotes Statement::take_outputs(SQLULEN set, RowSource& source) {
  require_outputs(source.fields().size());
  const StatementTalk talk(*this);
  const Deadline deadline = execution_deadline();
  const std::vector<wire::Field> fields = source.fields();
  wire::RowFields row;
  std::string bytes;
  const bool has_row = source.next_row(deadline);
  if (has_row) row = copy_of(source.row(), bytes);
  // They are told when the call stands.
  source.close(deadline);
  return take_outputs(set, fields, has_row ? &row : nullptr);
}

void Statement::take_outputs() {
  if (outputs_.empty()) return;
  rows_.reset();
  cursor_open_ = false;
  const OutputNotes notes = take_outputs(0, *source_);
  describe({});
  report(notes);
}

void Statement::report(const OutputNotes& notes) {
  for (const OutputNote& note : notes) {
    if (!is_warning(note.error.state())) throw note.error;
    diagnostics().add(note.error);
  }
}

}  // namespace negodbc::odbc
