// PostgreSQL's lexical structure, as far as it matters where a '?', '{' or ';' stands.
//
// PostgreSQL documentation, section 4.1 "Lexical Structure". The lexer never fails: what is not
// closed reaches to the end of the text. It takes time linear in the text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace negodbc::sql {

enum class TokenKind : std::uint8_t {
  end,
  space,
  comment,            // -- to the end of the line, or nested /* */
  string,             // '', E'', U&'', with their continuations; and $tag$ $tag$
  quoted_identifier,  // "" and U&""
  word,               // keywords, names, numbers, $1
  marker,             // ?
  doubled_marker,     // ??
  symbol,             // any other single character
};

struct Token {
  TokenKind kind;
  std::string_view text;
  [[nodiscard]] bool is(char symbol) const {
    return kind == TokenKind::symbol && text.front() == symbol;
  }
};

// The number of a word that is "$12", 0 of any other token.
std::size_t parameter_number(const Token& token);

// A character that would join a word before or after it.
bool is_word_character(char c);
// Whether the token is this word, in any case; what is quoted is none.
[[nodiscard]] bool is_word(const Token& token, std::string_view word);
// Whether it is one of these words.
template <class Words = std::initializer_list<std::string_view>>
[[nodiscard]] bool is_one_of(const Token& token, const Words& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return is_word(token, word); });
}

class Lexer {
 public:
  // `standard_strings`: the server's standard_conforming_strings; off: backslashes escape in ''
  // too.
  Lexer(std::string_view sql, bool standard_strings)
      : sql_(sql), standard_strings_(standard_strings) {}

  Token next();
  // The next token that is neither space nor comment.
  Token next_significant();
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool at_end() const { return at_ >= sql_.size(); }
  void skip_string(bool backslashes);
  void skip_quoted(char quote, bool backslashes);
  bool skip_dollar_quote();
  void skip_line();
  void skip_block_comment();
  bool skip_to_continuation();

  std::string_view sql_;
  std::size_t at_ = 0;
  bool standard_strings_;
};

}  // namespace negodbc::sql
