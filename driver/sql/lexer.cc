#include "driver/sql/lexer.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "driver/base/characters.h"
#include "driver/base/utf.h"

namespace negodbc::sql {
namespace {

bool is_newline(char c) {
  return c == '\n' || c == '\r';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::size_t parameter_number(const Token& token) {
  const std::string_view word = token.text;
  if (token.kind != TokenKind::word || word.size() < 2 || word[0] != '$') return 0;
  std::size_t number = 0;
  const char* const end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data() + 1, end, number);
  return error == std::errc() && at == end ? number : 0;
}

bool is_word_character(char c) {
  return starts_word(c) || is_digit(c) || c == '$';
}

Token Lexer::next_significant() {
  Token token = next();
  while (token.kind == TokenKind::space || token.kind == TokenKind::comment) token = next();
  return token;
}

Token Lexer::next() {
  const std::size_t start = at_;
  const auto token = [&](TokenKind kind) { return Token{kind, sql_.substr(start, at_ - start)}; };
  if (at_end()) return token(TokenKind::end);
  const char c = peek();
  if (is_blank(c)) {
    while (!at_end() && is_blank(peek())) ++at_;
    return token(TokenKind::space);
  }
  if (c == '-' && peek(1) == '-') {
    skip_line();
    return token(TokenKind::comment);
  }
  if (c == '/' && peek(1) == '*') {
    skip_block_comment();
    return token(TokenKind::comment);
  }
  if (c == '\'') {
    skip_string(!standard_strings_);
    return token(TokenKind::string);
  }
  if (c == '"') {
    skip_quoted('"', false);
    return token(TokenKind::quoted_identifier);
  }
  if (c == '$' && skip_dollar_quote()) return token(TokenKind::string);
  if ((c == 'e' || c == 'E') && peek(1) == '\'') {
    ++at_;
    skip_string(true);
    return token(TokenKind::string);
  }
  if ((c == 'u' || c == 'U') && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
    at_ += 2;
    const bool identifier = peek() == '"';
    identifier ? skip_quoted('"', false) : skip_string(false);
    return token(identifier ? TokenKind::quoted_identifier : TokenKind::string);
  }
  if (starts_word(c) || is_digit(c) || (c == '$' && is_digit(peek(1)))) {
    while (!at_end() && is_word_character(peek())) ++at_;
    return token(TokenKind::word);
  }
  ++at_;
  if (c != '?') return token(TokenKind::symbol);
  if (peek() != '?') return token(TokenKind::marker);
  ++at_;
  return token(TokenKind::doubled_marker);
}

// A string and what continues it: another quoted part after white space with a line break, of the
// same kind.
void Lexer::skip_string(bool backslashes) {
  do {
    skip_quoted('\'', backslashes);
  } while (backslashes && skip_to_continuation());
}

void Lexer::skip_quoted(char quote, bool backslashes) {
  for (++at_; !at_end(); ++at_) {
    if (backslashes && peek() == '\\') {
      ++at_;
    } else if (peek() == quote) {
      if (peek(1) != quote) break;
      ++at_;
    }
  }
  at_ = std::min(at_ + 1, sql_.size());
}

bool Lexer::skip_to_continuation() {
  const std::size_t start = at_;
  bool line_break = false;
  while (!at_end()) {
    if (is_blank(peek())) {
      line_break = line_break || is_newline(peek());
      ++at_;
    } else if (peek() == '-' && peek(1) == '-') {
      skip_line();
    } else {
      break;
    }
  }
  if (line_break && peek() == '\'') return true;
  at_ = start;
  return false;
}

// $$...$$ or $tag$...$tag$; false: the dollar is something else.
bool Lexer::skip_dollar_quote() {
  std::size_t end = at_ + 1;
  if (end < sql_.size() && is_digit(sql_[end])) return false;
  while (end < sql_.size() && sql_[end] != '$' && is_word_character(sql_[end])) ++end;
  if (end >= sql_.size() || sql_[end] != '$') return false;
  const std::string_view delimiter = sql_.substr(at_, end + 1 - at_);
  const std::size_t close = sql_.find(delimiter, end + 1);
  at_ = close == std::string_view::npos ? sql_.size() : close + delimiter.size();
  return true;
}

void Lexer::skip_line() {
  while (!at_end() && !is_newline(peek())) ++at_;
}

void Lexer::skip_block_comment() {
  std::size_t depth = 0;
  while (!at_end()) {
    if (peek() == '/' && peek(1) == '*') {
      ++depth;
      at_ += 2;
    } else if (peek() == '*' && peek(1) == '/') {
      --depth;
      at_ += 2;
      if (depth == 0) return;
    } else {
      ++at_;
    }
  }
}

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::word && iequals(token.text, word);
}

}  // namespace negodbc::sql
