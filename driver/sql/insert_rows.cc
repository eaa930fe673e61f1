#include "driver/sql/insert_rows.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

bool is_constant(const Token& token) {
  if (token.kind == TokenKind::string) return true;
  if (token.kind != TokenKind::word) return false;
  return is_digit(token.text[0]) || iequals(token.text, "null") || iequals(token.text, "default") ||
         iequals(token.text, "true") || iequals(token.text, "false");
}

}  // namespace

InsertRow::InsertRow(std::string_view sql, bool standard_strings) : sql_(sql) {
  if (!parse(standard_strings)) row_ = {};
}

bool InsertRow::parse(bool standard_strings) {
  Lexer lexer(sql_, standard_strings);
  const auto next_is = [&](std::string_view word) {
    return is_word(lexer.next_significant(), word);
  };
  if (!next_is("insert") || !next_is("into")) return false;
  for (;;) {  // the table, its alias, the columns
    const Token token = lexer.next_significant();
    const bool word = token.kind == TokenKind::word;
    if (is_word(token, "values")) break;
    if (is_one_of(token, {"select", "with"})) return false;
    const bool name = word || token.kind == TokenKind::quoted_identifier || token.is('.') ||
                      token.is('(') || token.is(')') || token.is(',');
    if (!name) return false;
  }
  Token token = lexer.next_significant();
  if (!token.is('(')) return false;
  const auto start = static_cast<std::size_t>(token.text.data() - sql_.data());
  for (token = lexer.next_significant(); !token.is(')'); token = lexer.next_significant()) {
    const std::size_t number = parameter_number(token);
    parameters_ = std::max(parameters_, number);
    if (number == 0 && !is_constant(token) && !token.is(',') && !token.is('-') && !token.is('.'))
      return false;
  }
  head_ = sql_.substr(0, start);
  row_ = sql_.substr(start, lexer.position() - start);
  token = lexer.next_significant();
  if (token.is(';')) token = lexer.next_significant();
  return token.kind == TokenKind::end && parameters_ > 0;
}

std::string InsertRow::repeated(std::size_t rows) const {
  std::string out(head_);
  for (std::size_t row = 0; row < rows; ++row) {
    if (row > 0) out += ',';
    Lexer lexer(row_, true);
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
      const std::size_t number = parameter_number(token);
      if (number == 0) {
        out += token.text;
      } else {
        out += '$' + std::to_string(number + row * parameters_);
      }
    }
  }
  return out;
}

}  // namespace negodbc::sql
