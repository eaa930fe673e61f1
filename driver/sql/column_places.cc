#include "driver/sql/column_places.h"

#include <algorithm>

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

  std::vector<ColumnPlace> find(std::size_t count) {
    std::vector<bool> met(count);
    std::vector<ColumnPlace> columns(count, ColumnPlace::equated);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      step(i);
      const std::size_t number = parameter_number(tokens_[i]);
      if (number == 0 || number > count) continue;
      met[number - 1] = true;
      columns[number - 1] = std::min(columns[number - 1], place_of(i));
    }
    for (std::size_t i = 0; i < count; ++i)
      if (!met[i]) columns[i] = ColumnPlace::none;
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
      if (depth_ < set_depth_) sets_ = false;
    } else if (token.is(';')) {
      inserts_ = in_values_ = sets_ = false;
      depth_ = 0;
    } else if (is_word(token, "set")) {
      sets_ = true;
      set_depth_ = depth_;
    } else if (sets_ && depth_ == set_depth_ && ends_assignments(token)) {
      sets_ = false;
    } else if (before(i).is(';')) {
      inserts_ = is_word(token, "insert");
    } else if (depth_ == 0 && !token.is(',')) {
      in_values_ = inserts_ && is_word(token, "values");
    }
  }

  [[nodiscard]] ColumnPlace place_of(std::size_t i) {
    const bool listed = is_listed(i), bound = is_bound(i);  // what follows goes by them
    if (!ends_at(i)) return before_column(i);
    if (starts_item_) return ColumnPlace::assigned;
    if (listed) return ColumnPlace::equated;
    if (bound) return ColumnPlace::ordered;
    const std::size_t operation = operator_before(i);
    if (operation == 0 || !is_name(before(i, operation + 1))) return ColumnPlace::none;
    if (operation == 1 && before(i).is('=') && sets_ && depth_ == set_depth_ && is_target(i))
      return ColumnPlace::assigned;
    return comparison(before(i, operation), before(i));
  }

  // Whether what stands before the "=" before the one at `i` begins an assignment: within its
  // expression a CASE compares.
  [[nodiscard]] bool is_target(std::size_t i) const {
    std::size_t name = 2;
    while (before(i, name + 1).is('.') && is_name(before(i, name + 2))) name += 2;
    const Token first = before(i, name + 1);
    return first.is(',') || is_word(first, "set");
  }

  static bool ends_assignments(const Token& token) {
    return is_one_of(token, {"where", "from", "returning"});
  }

  // With the token at `i` its expression ends: no operator, cast or collation follows.
  [[nodiscard]] bool ends_at(std::size_t i) const {
    const Token& next = tokens_[i + 1];
    return next.kind == TokenKind::end || next.is(';') || next.is(',') || next.is(')') ||
           next.kind == TokenKind::word;
  }

  // "? = column", where no operator stands before.
  [[nodiscard]] ColumnPlace before_column(std::size_t i) const {
    const Token last = before(i);
    if (!last.is('(') && !is_one_of(last, {"where", "and", "or", "on", "having", "not", "when"}))
      return ColumnPlace::none;
    std::size_t at = i + 1;
    const Token first = tokens_[at];
    if (!first.is('=') && !first.is('<') && !first.is('>') && !first.is('!'))
      return ColumnPlace::none;
    Token second = first;
    const Token& next = tokens_[++at];
    if (next.is('=') || (next.is('>') && first.is('<'))) {
      second = next;
      ++at;
    }
    if (second.is('!')) return ColumnPlace::none;
    while (is_name(tokens_[at]) && tokens_[at + 1].is('.')) at += 2;
    return is_name(tokens_[at]) && ends_at(at) ? comparison(first, second) : ColumnPlace::none;
  }

  // Of how many tokens the comparison before the one at `i` is; 0: none stands there.
  [[nodiscard]] std::size_t operator_before(std::size_t i) const {
    const Token last = before(i), second = before(i, 2);
    if (last.is('=') && (second.is('<') || second.is('>') || second.is('!'))) return 2;
    if (last.is('>') && second.is('<')) return 2;
    return last.is('=') || last.is('<') || last.is('>') ? 1 : 0;
  }

  // By its first and last token.
  static ColumnPlace comparison(const Token& first, const Token& last) {
    const bool equality = first.is('=') || first.is('!') || (first.is('<') && last.is('>'));
    return equality ? ColumnPlace::equated : ColumnPlace::ordered;
  }

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

  std::vector<Token> tokens_;
  std::vector<bool> in_list_, after_between_;  // by the parameters' tokens
  std::size_t depth_ = 0, set_depth_ = 0;
  bool inserts_ = false, in_values_ = false, starts_item_ = false, sets_ = false;
};

}  // namespace

std::vector<ColumnPlace> column_places(std::string_view sql, std::size_t count,
                                       bool standard_strings) {
  if (count == 0) return {};
  return Places(sql, standard_strings).find(count);
}

}  // namespace negodbc::sql
