#include "driver/sql/markers.h"

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"
#include "driver/sql/translator.h"

namespace negodbc::sql {

Translated translate(std::string_view sql, bool scan_escapes, bool standard_strings) {
  if (sql.find_first_of(scan_escapes ? "?{" : "?") == std::string_view::npos) {
    return {std::string(sql), 0, false};
  }
  return Translator(sql, scan_escapes, standard_strings).run();
}

bool has_several_statements(std::string_view sql, bool standard_strings) {
  if (sql.find(';') == std::string_view::npos) return false;
  Lexer lexer(sql, standard_strings);
  std::size_t parentheses = 0;  // CREATE RULE ... DO (...; ...)
  std::size_t blocks = 0;       // BEGIN ATOMIC ...; END of a function, and CASE ... END within
  bool after_begin = false;
  bool ended = false;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (token.is(';')) {
      ended = ended || (parentheses == 0 && blocks == 0);
    } else if (ended) {
      return true;
    } else if (token.is('(')) {
      ++parentheses;
    } else if (token.is(')') && parentheses > 0) {
      --parentheses;
    } else if (token.kind == TokenKind::word) {
      if ((after_begin && iequals(token.text, "atomic")) ||
          (blocks > 0 && iequals(token.text, "case"))) {
        ++blocks;
      } else if (blocks > 0 && iequals(token.text, "end")) {
        --blocks;
      }
    }
    after_begin = token.kind == TokenKind::word && iequals(token.text, "begin");
  }
  return false;
}

}  // namespace negodbc::sql
