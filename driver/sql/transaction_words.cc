#include "driver/sql/transaction_words.h"

#include <algorithm>
#include <iterator>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {

Surround surround(std::string_view sql, bool standard_strings) {
  constexpr std::string_view managing[] = {"begin", "start",     "commit",  "end",     "rollback",
                                           "abort", "savepoint", "release", "prepare", "discard"};
  Surround result = Surround::savepoint;
  Lexer lexer(sql, standard_strings);
  bool first = true;
  const bool one = sql.find(';') == std::string_view::npos;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (first && token.kind == TokenKind::word) {
      const auto is = [&](std::string_view word) { return iequals(token.text, word); };
      if (std::any_of(std::begin(managing), std::end(managing), is)) return Surround::nothing;
      if (is("copy")) result = Surround::savepoint_before;
    }
    if (one) break;
    first = token.is(';');
  }
  return result;
}

bool is_call(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  const Token first = lexer.next_significant();
  return first.kind == TokenKind::word && iequals(first.text, "call");
}

}  // namespace negodbc::sql
