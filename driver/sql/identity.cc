#include "driver/sql/identity.h"

#include <cstddef>

#include "driver/sql/lexer.h"
#include "driver/sql/system_operators.h"

namespace negodbc::sql {
namespace {

constexpr std::string_view word = "@@identity";

// Calls found(position) for each place that asks.
template <class F>
void each_identity(std::string_view sql, bool standard_strings, F&& found) {
  Lexer lexer(sql, standard_strings);
  std::size_t at_signs = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (at_signs == 2 && is_word(token, "identity")) found(lexer.position() - word.size());
    at_signs = token.is('@') ? at_signs + 1 : 0;
  }
}

std::string literal(std::string_view text) {
  std::string quoted = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// Of the first column that a sequence of its own numbers.
std::string identity_of(const std::string& table) {
  if (table.empty()) return "NULL";
  const std::string name = literal(table);
  return with_system_operators(
      "(SELECT pg_catalog.currval(s.name::pg_catalog.regclass) FROM (SELECT a.attnum, "
      "pg_catalog.pg_get_serial_sequence(" +
      name +
      ", a.attname) AS name FROM pg_catalog.pg_attribute a WHERE a.attnum > 0 AND NOT "
      "a.attisdropped AND a.attrelid = " +
      name + "::pg_catalog.regclass) s WHERE s.name IS NOT NULL ORDER BY s.attnum LIMIT 1)");
}

}  // namespace

bool asks_for_identity(std::string_view sql, bool standard_strings) {
  if (sql.find("@@") == std::string_view::npos) return false;
  bool asks = false;
  each_identity(sql, standard_strings, [&](std::size_t) { asks = true; });
  return asks;
}

std::string with_identity(std::string_view sql, std::string_view insert, bool standard_strings) {
  std::string result;
  std::size_t done = 0;
  const std::string identity = identity_of(inserted_table(insert, standard_strings));
  each_identity(sql, standard_strings, [&](std::size_t at) {
    result.append(sql.substr(done, at - done)).append(identity);
    done = at + word.size();
  });
  return result.append(sql.substr(done));
}

std::string inserted_table(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  if (!is_word(lexer.next_significant(), "insert")) return {};
  if (!is_word(lexer.next_significant(), "into")) return {};
  std::string table;
  bool part = true;  // of a name is next, not a dot
  for (;;) {
    const Token token = lexer.next_significant();
    const bool named = token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
    if (part != named || (!part && !token.is('.'))) break;
    table += token.text;
    part = !part;
  }
  return table;
}

}  // namespace negodbc::sql
