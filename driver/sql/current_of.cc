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
      return CurrentOf{begin, lexer.position(), unquoted(token.text)};
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
