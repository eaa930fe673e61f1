#include "tests/oracle/statements.h"

namespace negodbc::oracle {
namespace {

// All have the columns k and v; what is wrong with which values stands in world.cc.
constexpr const char* tables[] = {"du", "du", "di", "iu", "at_once", "at_end", "at_commit"};

}  // namespace

// 13, 14, 15 are what the triggers do not like, 99 what a check forbids.
std::string Statements::number() {
  if (dice_.one_in(5)) return std::to_string(dice_.between(13, 15));
  if (dice_.one_in(20)) return "99";
  return std::to_string(dice_.between(1, 6));
}

std::string Statements::value(bool parameter) {
  if (parameter) return "?";
  if (dice_.one_in(20)) return "NULL";
  if (dice_.one_in(20)) return "'x'";
  return number();
}

std::string Statements::insert(bool parameters) {
  std::string text;
  if (dice_.one_in(5)) {
    text = "INSERT INTO child VALUES (" + value(parameters) + ", " + value(parameters) + ")";
    if (dice_.one_in(2)) text += " RETURNING k, p";
    return text;
  }
  text = std::string("INSERT INTO ") + dice_.of(tables) + " VALUES (" + value(parameters) + ", " +
         value(parameters) + ")";
  if (dice_.one_in(3)) text += ", (" + value(parameters) + ", " + value(false) + ")";
  if (dice_.one_in(3)) text += " RETURNING k, v";
  return text;
}

std::string Statements::update(bool parameters) {
  std::string text = std::string("UPDATE ") + dice_.of(tables) + " SET ";
  text += dice_.one_in(2) ? "k = " + value(parameters) : "v = " + value(parameters);
  if (!dice_.one_in(3)) text += " WHERE k = " + value(parameters);
  if (dice_.one_in(3)) text += " RETURNING k, v";
  return text;
}

std::string Statements::removal(bool parameters) {
  std::string text = std::string("DELETE FROM ") + dice_.of(tables);
  if (!dice_.one_in(4)) text += " WHERE k = " + value(parameters);
  if (dice_.one_in(3)) text += " RETURNING k, v";
  return text;
}

std::string Statements::selection(bool parameters) {
  switch (dice_.below(7)) {
    case 0:
      return "SELECT g, repeat('x', g % 120) AS x FROM generate_series(1, " +
             std::to_string(dice_.one_in(6) ? dice_.between(2000, 4000) : dice_.between(1, 40)) +
             ") g";
    case 1:
      return "SELECT 60 / (" + (parameters ? std::string("?") : number()) +
             " - g) AS q FROM generate_series(1, " + std::to_string(dice_.between(3, 12)) + ") g";
    case 2:
      return "SELECT note(" + (parameters ? std::string("?") : number()) + ") AS n";
    case 3:
      return "SELECT add_du(g) AS n FROM generate_series(1, " +
             std::to_string(dice_.between(1, 3)) + ") g";
    default: {
      std::string text = std::string("SELECT k, v FROM ") + dice_.of(tables);
      if (!dice_.one_in(3)) text += " WHERE k >= " + (parameters ? std::string("?") : number());
      return text + " ORDER BY k, v";
    }
  }
}

Text Statements::any(bool parameters) {
  Text text;
  switch (dice_.below(6)) {
    case 0:
    case 1:
      text.statements = {insert(parameters)};
      break;
    case 2:
      text.statements = {update(parameters)};
      text.unordered = true;
      break;
    case 3:
      text.statements = {removal(parameters)};
      text.unordered = true;
      break;
    case 4:
      text.statements = {dice_.one_in(12) ? std::string("SELECT nothing FROM nowhere")
                                          : selection(parameters)};
      break;
    default:
      text = with_rows();
      break;
  }
  return text;
}

Text Statements::one(bool with_parameters) {
  Text text = any(with_parameters);
  const std::string& sql = text.statements.front();
  text.pure = sql.starts_with("SELECT") && sql.find("note") == std::string::npos &&
              sql.find("add_du") == std::string::npos;
  return text;
}

Text Statements::with_rows() {
  Text text;
  if (dice_.one_in(3)) {
    text.statements = {"INSERT INTO " + std::string(dice_.of(tables)) + " SELECT g, " + number() +
                       " FROM generate_series(" + std::to_string(dice_.between(1, 3)) + ", " +
                       std::to_string(dice_.between(3, 6)) + ") g RETURNING k, v"};
  } else {
    text.statements = {selection(false)};
    const std::string& sql = text.statements.front();
    text.pure = sql.find("note") == std::string::npos && sql.find("add_du") == std::string::npos;
  }
  return text;
}

Text Statements::several(bool with_parameters) {
  Text text;
  for (int left = dice_.between(2, 4); left > 0; --left) {
    const Text next =
        !with_parameters && dice_.one_in(15) ? of_transactions() : any(with_parameters);
    text.statements.push_back(next.statements.front());
    text.unordered = text.unordered || next.unordered;
  }
  return text;
}

Text Statements::for_array() {
  Text text;
  switch (dice_.below(6)) {
    case 0:
    case 1:
      text.statements = {std::string("INSERT INTO ") + dice_.of(tables) + " VALUES (?, ?)"};
      break;
    case 2:
      text.statements = {std::string("INSERT INTO ") + dice_.of(tables) +
                         " VALUES (?, ?) RETURNING k, v"};
      break;
    case 3:
      text.statements = {"INSERT INTO child VALUES (?, ?)"};
      break;
    case 4:
      text.statements = {std::string("UPDATE ") + dice_.of(tables) + " SET v = ? WHERE k = ?"};
      break;
    default:
      text.statements = {std::string("DELETE FROM ") + dice_.of(tables) + " WHERE k = ?"};
      break;
  }
  return text;
}

Text Statements::of_transactions() {
  static constexpr const char* texts[] = {"BEGIN",
                                          "COMMIT",
                                          "ROLLBACK",
                                          "SAVEPOINT mine",
                                          "SAVEPOINT mine",
                                          "ROLLBACK TO SAVEPOINT mine",
                                          "RELEASE mine",
                                          "SET CONSTRAINTS ALL IMMEDIATE",
                                          "SET CONSTRAINTS ALL DEFERRED"};
  return {{dice_.of(texts)}};
}

Text Statements::of_changing_tables() {
  static constexpr const char* texts[] = {
      "SELECT id, v FROM pa ORDER BY id, v", "SELECT * FROM pa ORDER BY 1, 2",
      "SELECT * FROM dd ORDER BY 1, 2", "SELECT a FROM dd ORDER BY a",
      "SELECT id, v FROM pa WHERE id >= ? ORDER BY id"};
  Text text{{dice_.of(texts)}};
  text.pure = true;
  if (dice_.one_in(4)) {
    text.statements = {dice_.one_in(2) ? "INSERT INTO pa VALUES (?, 'new') RETURNING *"
                                       : "UPDATE pa SET v = 'set' WHERE id = ?"};
    text.pure = false;
  }
  return text;
}

Text Statements::own_change() {
  static constexpr const char* texts[] = {
      "SET search_path = {B}, {A}", "SET search_path = {A}, {B}", "DEALLOCATE ALL",
      "ALTER TABLE dd ADD COLUMN c int DEFAULT 5", "SET LOCAL search_path = {B}, {A}"};
  return {{dice_.of(texts)}};
}

Text Statements::change() {
  switch (dice_.below(6)) {
    case 0:
      return {{"ALTER TABLE {A}.pa RENAME TO px", "ALTER TABLE {A}.pb RENAME TO pa",
               "ALTER TABLE {A}.px RENAME TO pb"}};
    case 1:
      return {{"ALTER TABLE {A}.dd ADD COLUMN c" + std::to_string(dice_.between(1, 2)) +
               " int DEFAULT 7"}};
    case 2:
      return {{"DROP TABLE {A}.dd", "CREATE TABLE {A}.dd (b text, a int)",
               "INSERT INTO {A}.dd VALUES ('anew', 3)"}};
    case 3:
      return {{"ALTER TABLE {A}.dd ALTER COLUMN a TYPE text"}};
    case 4:
      return {{"ALTER TABLE {A}.pa ADD COLUMN more int DEFAULT 1"}};
    default:
      return {{"DROP TABLE {A}.pa", "CREATE TABLE {A}.pa (id int, v text)",
               "INSERT INTO {A}.pa VALUES (1, 'made anew')"}};
  }
}

Text Statements::function() {
  return {{dice_.one_in(2) ? "add_du" : "note"}};
}

ParameterSet Statements::values(const Text& text) {
  ParameterSet set;
  for (std::size_t left = parameters_of(text); left > 0; --left) {
    Parameter parameter;
    parameter.is_text = dice_.one_in(6);
    if (!dice_.one_in(15)) parameter.value = number();
    set.push_back(std::move(parameter));
  }
  return set;
}

}  // namespace negodbc::oracle
