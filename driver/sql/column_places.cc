#include "driver/sql/column_places.h"

#include "driver/base/characters.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

class Places {
 public:
  Places(std::string_view sql, bool standard_strings) {
    Lexer lexer(sql, standard_strings);
    do {
      tokens_.push_back(lexer.next_significant());
    } while (tokens_.back().kind != TokenKind::end);
    in_list_.resize(tokens_.size());
    after_between_.resize(tokens_.size());
  }

  std::vector<bool> find(std::size_t count) {
    std::vector<bool> met(count), columns(count, true);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      step(i);
      const std::size_t number = parameter_number(tokens_[i]);
      if (number == 0 || number > count) continue;
      met[number - 1] = true;
      if (!is_whole(i) || !(is_item() || is_listed(i) || is_bound(i) || is_compared(i)))
        columns[number - 1] = false;
    }
    for (std::size_t i = 0; i < count; ++i) columns[i] = columns[i] && met[i];
    return columns;
  }

 private:
  // The token that stands so far before the one at `i`; what begins the text is behind a ';'.
  [[nodiscard]] Token before(std::size_t i, std::size_t distance = 1) const {
    return distance <= i ? tokens_[i - distance] : Token{TokenKind::symbol, ";"};
  }

  // Where in a statement the token at `i` stands.
  void step(std::size_t i) {
    const Token& token = tokens_[i];
    starts_item_ = in_values_ && depth_ == 1 && (before(i).is('(') || before(i).is(','));
    if (token.is('(')) {
      ++depth_;
    } else if (token.is(')')) {
      if (depth_ > 0) --depth_;
    } else if (token.is(';')) {
      inserts_ = in_values_ = false;
      depth_ = 0;
    } else if (before(i).is(';')) {
      inserts_ = is_word(token, "insert");
    } else if (depth_ == 0 && !token.is(',')) {
      in_values_ = inserts_ && is_word(token, "values");
    }
  }

  // It is all of its expression: no operator, cast or collation follows.
  [[nodiscard]] bool is_whole(std::size_t i) const {
    const Token& next = tokens_[i + 1];
    return next.kind == TokenKind::end || next.is(';') || next.is(',') || next.is(')') ||
           next.kind == TokenKind::word;
  }

  [[nodiscard]] bool is_item() const { return starts_item_; }

  [[nodiscard]] static bool is_name(const Token& token) {
    if (token.kind == TokenKind::quoted_identifier) return true;
    return token.kind == TokenKind::word && !is_digit(token.text[0]) && token.text[0] != '$';
  }

  bool is_listed(std::size_t i) {
    const bool first = before(i).is('(') && is_word(before(i, 2), "in") && is_name(before(i, 3));
    const bool later = before(i).is(',') && i >= 2 && in_list_[i - 2];
    return in_list_[i] = first || later;
  }

  bool is_bound(std::size_t i) {
    const bool low = is_word(before(i), "between") && is_name(before(i, 2));
    after_between_[i] = low;
    return low || (is_word(before(i), "and") && i >= 2 && after_between_[i - 2]);
  }

  [[nodiscard]] bool is_compared(std::size_t i) const {
    const Token last = before(i), second = before(i, 2);
    const bool two = (last.is('=') && (second.is('<') || second.is('>') || second.is('!'))) ||
                     (last.is('>') && second.is('<'));
    const bool one = last.is('=') || last.is('<') || last.is('>');
    return two ? is_name(before(i, 3)) : one && is_name(second);
  }

  std::vector<Token> tokens_;
  std::vector<bool> in_list_, after_between_;  // by the parameters' tokens
  std::size_t depth_ = 0;
  bool inserts_ = false, in_values_ = false, starts_item_ = false;
};

}  // namespace

std::vector<bool> column_places(std::string_view sql, std::size_t count, bool standard_strings) {
  if (count == 0) return {};
  return Places(sql, standard_strings).find(count);
}

}  // namespace negodbc::sql
