#include "driver/sql/current_of.h"

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"') return std::string(name);
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    out += name[i];
    if (name[i] == '"') ++i;
  }
  return out;
}

// Nothing but what ends a statement.
bool is_end(Lexer lexer) {
  Token token = lexer.next_significant();
  while (token.is(';')) token = lexer.next_significant();
  return token.kind == TokenKind::end;
}

// Whether an UPDATE's text has a FROM of its own, or may have one.
bool reads_others(std::string_view update, bool standard_strings) {
  Lexer lexer(update, standard_strings);
  int depth = 0;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (token.is('(')) ++depth;
    if (token.is(')')) --depth;
    if (token.is(';') || (depth == 0 && is_word(token, "from"))) return true;
  }
  return false;
}

CurrentOf::Change change_of(std::string_view sql, std::size_t begin, const Lexer& behind,
                            bool standard_strings) {
  const Token first = Lexer(sql, standard_strings).next_significant();
  if (!is_end(behind)) return CurrentOf::Change::other;
  if (is_word(first, "delete")) return CurrentOf::Change::remove;
  if (!is_word(first, "update") || reads_others(sql.substr(0, begin), standard_strings))
    return CurrentOf::Change::other;
  return CurrentOf::Change::update;
}

}  // namespace

std::optional<CurrentOf> find_current_of(std::string_view sql, bool standard_strings) {
  constexpr std::string_view words[] = {"where", "current", "of"};
  Lexer lexer(sql, standard_strings);
  std::size_t matched = 0;
  std::size_t begin = 0;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    const bool word = token.kind == TokenKind::word;
    if (matched == 3 && (word || token.kind == TokenKind::quoted_identifier))
      return CurrentOf{begin, lexer.position(), unquoted(token.text),
                       change_of(sql, begin, lexer, standard_strings)};
    if (matched < 3 && word && iequals(token.text, words[matched])) {
      if (matched == 1) begin = static_cast<std::size_t>(token.text.data() - sql.data());
      ++matched;
    } else {
      matched = word && iequals(token.text, words[0]) ? 1 : 0;
    }
  }
  return std::nullopt;
}

}  // namespace negodbc::sql
