#include "driver/handles/statement/procedure_call.h"

#include <algorithm>
#include <numeric>

#include "driver/base/error.h"
#include "driver/base/utf.h"
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

// SQL_DESC_NAME was set: it is no matter where the argument stands.
bool is_named(const Record* parameter) {
  return parameter != nullptr && parameter->unnamed == SQL_NAMED && !parameter->name.empty();
}

// Of argument `index` of the call, from 0: which of the routine's it is. Throws Error 42000 where
// the routine has none of its name.
std::size_t place_of(std::size_t index, const Record* parameter, const catalog::Routine* routine) {
  if (!is_named(parameter)) return index;
  const std::vector<std::string> names =
      routine != nullptr ? routine->names : std::vector<std::string>();
  auto found = std::find(names.begin(), names.end(), parameter->name);
  if (found == names.end())
    found = std::find_if(names.begin(), names.end(),
                         [&](const std::string& name) { return iequals(name, parameter->name); });
  if (found == names.end())
    throw Error("42000", "what is called has no argument named " + parameter->name);
  return static_cast<std::size_t>(found - names.begin());
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

bool ProcedureCall::binds_outputs() const {
  for (SQLSMALLINT number = 1; number <= text_.parameter_count(); ++number)
    if (const SQLSMALLINT direction = parameters_.direction(number);
        direction != 0 && direction != SQL_PARAM_INPUT)
      return true;
  return false;
}

void ProcedureCall::choose_text() {
  if (!text_.known() || text_.call() == nullptr) return;
  const bool plain = !text_.plain_call().empty();
  if (plain && !binds_outputs()) {
    std::vector<SQLSMALLINT> all(static_cast<std::size_t>(text_.parameter_count()));
    std::iota(all.begin(), all.end(), SQLSMALLINT{1});
    return text_.set_call(text_.plain_call(), std::move(all), {});
  }
  const std::size_t arguments = text_.call()->arguments.size();
  bool all_bound = true;
  bool named = false;
  for (std::size_t i = 0; i < arguments; ++i) {
    const SQLSMALLINT number = parameter_of(i);
    if (number == 0) continue;
    all_bound = all_bound && parameters_.direction(number) != 0;
    named = named || is_named(parameters_.described(number));
  }
  // Only functions have a result.
  const catalog::Routine* known =
      text_.returns_value() && all_bound && !named ? nullptr : routine();

  std::vector<bool> is_output(arguments);
  std::vector<std::string> names(arguments);
  std::vector<std::pair<std::size_t, SQLSMALLINT>> given;  // by the routine's arguments
  for (std::size_t i = 0; i < arguments; ++i) {
    const SQLSMALLINT number = parameter_of(i);
    if (number == 0) continue;
    const Record* described = parameters_.described(number);
    const std::size_t place = place_of(i, described, known);
    if (is_named(described)) names[i] = known->names[place];
    SQLSMALLINT direction = parameters_.direction(number);
    if (direction == 0)
      direction = known != nullptr && place < known->modes.size()
                      ? direction_of(known->modes[place])
                      : SQLSMALLINT{SQL_PARAM_INPUT};
    is_output[i] = is_output_only(direction);
    if (direction != SQL_PARAM_INPUT) given.emplace_back(place, number);
  }
  std::sort(given.begin(), given.end());
  std::vector<SQLSMALLINT> outputs;
  if (text_.returns_value()) outputs.push_back(1);
  for (const auto& [place, number] : given) outputs.push_back(number);
  text_.name_arguments(std::move(names));
  const bool procedure = plain || (known != nullptr && known->procedure);
  sql::CallText chosen = sql::call_text(
      *text_.call(), is_output, procedure ? sql::Routine::procedure : sql::Routine::function,
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

bool ProcedureCall::is_another() {
  const sql::Call* const call = text_.known() ? text_.call() : nullptr;
  if (call == nullptr ||
      !server_.connection().forget_routine(sql::name_parts(call->name), call->arguments.size()) ||
      server_.transaction_status() == 'E')
    return false;
  const std::string refused = text_.sql();
  choose_text();
  return text_.sql() != refused;
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
    if (parameter_of(i) == number) {
      const std::size_t place = place_of(i, parameters_.described(number), known);
      if (place < known->types.size())
        describe_server_type(described, known->types[place], -1, options);
    }
}

}  // namespace negodbc::odbc
