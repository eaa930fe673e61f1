#include "driver/catalog/routine.h"

#include <algorithm>
#include <sstream>

#include "driver/catalog/sql_text.h"

namespace negodbc::catalog {
namespace {

constexpr int first_with_procedures = 110000;

constexpr wire::AnswerColumn routine_rows[] = {{Holds::letter},  // kind
                                               {Holds::small},   // arguments that have defaults
                                               or_null(Holds::text),   // modes
                                               {Holds::text},          // types
                                               or_null(Holds::text)};  // names
constexpr char between_names = '\x01';

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names(1);
  for (const char c : list) {
    if (c == between_names)
      names.emplace_back();
    else
      names.back() += c;
  }
  return names;
}

Routine to_routine(const wire::Answer::Row& row) {
  Routine routine;
  routine.procedure = row.letter(0) == 'p';
  std::istringstream types(row.text(3));
  for (std::string type; types >> type;)
    routine.types.push_back(wire::number_of<std::uint32_t>(type));
  if (!row.is_null(2)) routine.modes = row.text(2);
  // Without proargmodes all are IN; columns of RETURNS TABLE are no arguments.
  if (routine.modes.empty()) routine.modes.assign(routine.types.size(), 'i');
  if (routine.modes.size() != routine.types.size())
    throw wire::AnswerError("a routine's arguments have not a mode and a type each");
  if (!row.is_null(4)) routine.names = names_in(row.text(4));
  routine.modes.erase(std::find(routine.modes.begin(), routine.modes.end(), 't'),
                      routine.modes.end());
  routine.types.resize(routine.modes.size());
  routine.names.resize(routine.modes.size());
  return routine;
}

// How well the routine takes so many arguments; 0: not at all.
int fitness(const Routine& routine, std::size_t defaults, std::size_t arguments) {
  if (routine.modes.size() == arguments) return 3;
  const auto outputs =
      static_cast<std::size_t>(std::count(routine.modes.begin(), routine.modes.end(), 'o'));
  const std::size_t inputs = routine.modes.size() - outputs;
  if (inputs == arguments) return 2;
  const bool variadic = routine.modes.find('v') != std::string::npos;
  const bool enough = arguments + std::max<std::size_t>(defaults, variadic ? 1 : 0) >= inputs;
  return enough && (arguments < inputs || variadic) ? 1 : 0;
}

}  // namespace

std::optional<Routine> find_routine(const std::vector<std::string>& name, std::size_t arguments,
                                    int server_version, const Query& query) {
  const bool has_schema = name.size() > 1;
  std::string sql = "SELECT ";
  sql += server_version >= first_with_procedures ? "p.prokind" : "'f'";
  sql +=
      ", p.pronargdefaults, pg_catalog.array_to_string(p.proargmodes, ''), "
      "pg_catalog.array_to_string(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]), ' "
      "'), "
      "pg_catalog.array_to_string(p.proargnames, E'\\x01') "
      "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
      "WHERE p.proname = " +
      quote_literal(name.back());
  if (!has_schema) {
    sql += " AND pg_catalog.pg_function_is_visible(p.oid)";
  } else if (name[name.size() - 2] == "pg_temp") {  // an alias of the session's own
    sql += " AND n.oid = pg_catalog.pg_my_temp_schema()";
  } else {
    sql += " AND n.nspname = " + quote_literal(name[name.size() - 2]);
  }
  sql += " ORDER BY p.oid";
  std::optional<Routine> best;
  int most = 0;
  for (const auto& row : query(sql, routine_rows)) {
    Routine routine = to_routine(row);
    const auto defaults = static_cast<std::size_t>(std::max(row.number<int>(1), 0));
    const int fit = fitness(routine, defaults, arguments);
    if (fit <= most) continue;
    most = fit;
    best = std::move(routine);
  }
  return best;
}

}  // namespace negodbc::catalog
