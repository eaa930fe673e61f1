#include "driver/sql/system_operators.h"

#include "driver/base/characters.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

constexpr std::string_view operator_characters = "+-*/<>=~!@#%^&|";

std::string system_operator(std::string_view symbol) {
  return "OPERATOR(pg_catalog." + std::string(symbol) + ")";
}

bool is_sign(std::string_view symbol, const Token& next) {
  return symbol == "-" && next.kind == TokenKind::word && is_digit(next.text.front());
}

}  // namespace

std::string with_system_operators(std::string_view query) {
  std::string out;
  std::string symbol;  // the operator that is being read
  Lexer lexer(query, true);
  for (;;) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::symbol &&
        operator_characters.find(token.text.front()) != operator_characters.npos) {
      symbol += token.text;
      continue;
    }
    if (!symbol.empty())
      out += symbol == "*" || is_sign(symbol, token) ? symbol : system_operator(symbol);
    symbol.clear();
    if (token.kind == TokenKind::end) return out;
    if (is_word(token, "like")) {
      out += system_operator("~~");
    } else {
      out += token.text;
    }
  }
}

}  // namespace negodbc::sql
