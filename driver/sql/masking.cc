#include "driver/sql/masking.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

constexpr std::string_view password_words[] = {"password", "passwd", "passphrase", "pwd"};

bool is_number(const Token& token) {
  return token.kind == TokenKind::word && is_digit(token.text.front());
}

bool holds_password_word(std::string_view text) {
  const std::string lower = ascii_lower(text);
  return std::any_of(std::begin(password_words), std::end(password_words),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

std::string without_constants(std::string_view sql, bool standard_strings) {
  std::string masked;
  Lexer lexer(sql, standard_strings);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.kind == TokenKind::string || is_number(token)) {
      masked += '?';
    } else if (token.kind == TokenKind::comment) {
      masked += ' ';
    } else {
      masked += token.text;
    }
  }
  return masked;
}

std::string without_passwords(std::string_view sql, bool standard_strings) {
  std::string masked;
  Lexer lexer(sql, standard_strings);
  bool behind_word = false;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const bool aside = token.kind == TokenKind::space || token.kind == TokenKind::comment;
    const bool hidden =
        token.kind == TokenKind::string && (behind_word || holds_password_word(token.text));
    if (hidden) {
      masked += "'***'";
    } else {
      masked += token.text;
    }
    // PASSWORD 'x', OPTIONS (password 'x'), password = 'x'; a string goes on on its next line
    if (token.kind == TokenKind::string)
      behind_word = hidden;
    else if (!aside && !token.is('='))
      behind_word = is_one_of(token, password_words) ||
                    (token.kind == TokenKind::quoted_identifier && holds_password_word(token.text));
  }
  return masked;
}

}  // namespace negodbc::sql
