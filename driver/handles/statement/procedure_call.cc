#include "driver/handles/statement/procedure_call.h"

#include "driver/base/error.h"
#include "driver/handles/descriptor/directions.h"
#include "driver/handles/descriptor/server_type.h"

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

}  // namespace

const catalog::Routine* ProcedureCall::routine() {
  const sql::Call& call = *text_.call();
  return server_.connection().routine(sql::name_parts(call.name), call.arguments.size(),
                                      server_.asking());
}

// The parameter that the argument is, from 1; 0: it is something else.
SQLSMALLINT ProcedureCall::parameter_of(std::size_t argument) const {
  const auto marker = sql::only_marker(text_.call()->arguments[argument]);
  const std::size_t before = text_.returns_value() ? 1 : 0;
  return marker ? static_cast<SQLSMALLINT>(*marker + before) : SQLSMALLINT{0};
}

void ProcedureCall::choose_text() {
  if (!text_.known() || text_.call() == nullptr) return;
  const sql::Call& call = *text_.call();
  bool all_bound = true;
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    if (const SQLSMALLINT number = parameter_of(i);
        number != 0 && parameters_.direction(number) == 0)
      all_bound = false;
  // Only functions have a result.
  const catalog::Routine* known = text_.returns_value() && all_bound ? nullptr : routine();

  std::vector<bool> is_output(call.arguments.size());
  std::vector<SQLSMALLINT> outputs;
  if (text_.returns_value()) outputs.push_back(1);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const SQLSMALLINT number = parameter_of(i);
    if (number == 0) continue;
    SQLSMALLINT direction = parameters_.direction(number);
    if (direction == 0)
      direction = known != nullptr && i < known->modes.size() ? direction_of(known->modes[i])
                                                              : SQLSMALLINT{SQL_PARAM_INPUT};
    is_output[i] = is_output_only(direction);
    if (direction != SQL_PARAM_INPUT) outputs.push_back(number);
  }
  const bool procedure = known != nullptr && known->procedure;
  sql::CallText chosen =
      sql::call_text(call, is_output, procedure ? sql::Routine::procedure : sql::Routine::function,
                     server_.standard_strings());
  std::vector<SQLSMALLINT> sent;
  const std::size_t before = text_.returns_value() ? 1 : 0;
  for (const std::size_t marker : chosen.markers) {
    if (marker == 0 || marker + before > static_cast<std::size_t>(text_.parameter_count()))
      throw Error("42000", "the parameters of a call are written as question marks");
    sent.push_back(static_cast<SQLSMALLINT>(marker + before));
  }
  text_.set_call(std::move(chosen.text), std::move(sent), std::move(outputs));
}

void ProcedureCall::describe_output(SQLSMALLINT number, const session::Prepared& prepared,
                                    Record& described) {
  const types::TypeOptions& options = server_.connection().type_options();
  described.parameter_type = SQL_PARAM_OUTPUT;
  if (text_.returns_value() && number == 1) {
    if (!prepared.fields.empty())
      describe_server_type(described, prepared.fields[0].type_oid, prepared.fields[0].type_modifier,
                           options);
    return;
  }
  const catalog::Routine* known = routine();
  for (std::size_t i = 0; known != nullptr && i < text_.call()->arguments.size(); ++i)
    if (parameter_of(i) == number && i < known->types.size())
      describe_server_type(described, known->types[i], -1, options);
}

}  // namespace negodbc::odbc
