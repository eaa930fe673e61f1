#include "driver/sql/definition_words.h"

#include "driver/sql/lexer.h"

namespace negodbc::sql {
bool redefines(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  bool first = true;
  bool creates = false;
  bool closes = false;  // CLOSE ALL takes portals, too
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (first && is_one_of(token, {"alter", "drop", "truncate", "reindex", "cluster", "refresh"}))
      return true;
    // CREATE [OR REPLACE] [UNIQUE] INDEX, TRIGGER, CONSTRAINT TRIGGER, RULE
    if (creates && is_one_of(token, {"unique", "index", "trigger", "constraint", "rule"}))
      return true;
    if (closes && is_word(token, "all")) return true;
    closes = first && is_word(token, "close");
    creates =
        (first && is_word(token, "create")) || (creates && is_one_of(token, {"or", "replace"}));
    first = token.is(';');
  }
  return false;
}

}  // namespace negodbc::sql
