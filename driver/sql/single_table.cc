#include "driver/sql/single_table.h"

#include <algorithm>
#include <initializer_list>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

bool is_any(const Token& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return is_word(token, word); });
}
// U&"" is left out: what stands between its quotes is not the name.
bool is_name(const Token& token) {
  if (token.kind == TokenKind::quoted_identifier) return token.text.front() == '"';
  return token.kind == TokenKind::word && token.text.front() != '$' &&
         (token.text.front() < '0' || token.text.front() > '9');
}

// As the catalogue has it.
std::string name_of(std::string_view text) {
  std::string out;
  if (text.front() != '"') {
    for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == '"') ++i;
  }
  return out;
}

}  // namespace

class SingleTable::Parser {
 public:
  Parser(std::string_view sql, bool standard_strings) : sql_(sql), lexer_(sql, standard_strings) {}

  bool parse() {
    next();
    if (!is_word(token_, "select")) return false;
    next();
    if (is_word(token_, "all")) next();
    if (is_word(token_, "distinct")) return false;
    return list() && table() && rest();
  }
  SingleTable take() { return std::move(found_); }

 private:
  void next() {
    before_ = token_;
    token_ = lexer_.next_significant();
  }
  [[nodiscard]] std::size_t start() const {
    return token_.kind == TokenKind::end
               ? sql_.size()
               : static_cast<std::size_t>(token_.text.data() - sql_.data());
  }
  // Counts parentheses and brackets. False: one too many was closed.
  bool count_depth() {
    if (token_.is('(') || token_.is('[')) ++depth_;
    if (token_.is(')') || token_.is(']')) --depth_;
    return depth_ >= 0;
  }

  bool list();
  bool table();
  bool rest();

  std::string_view sql_;
  Lexer lexer_;
  Token token_{TokenKind::end, {}}, before_{TokenKind::end, {}};
  int depth_ = 0;
  std::vector<std::size_t> stars_;  // where a '*' alone stands
  std::size_t list_begin_ = 0, list_end_ = 0;
  SingleTable found_;
};

bool SingleTable::Parser::list() {
  list_begin_ = start();
  bool first = true;
  for (;; next(), first = false) {
    if (token_.kind == TokenKind::end || token_.kind == TokenKind::marker || token_.is(';'))
      return false;
    if (depth_ == 0) {
      // "a IS DISTINCT FROM b" is an expression.
      if (is_word(token_, "from") && !is_word(before_, "distinct")) break;
      if (is_word(token_, "into")) return false;
      if (token_.is('*') && (first || before_.is(','))) stars_.push_back(start());
    }
    const bool parameter = token_.kind == TokenKind::word && token_.text.front() == '$';
    if (parameter || is_word(token_, "over")) return false;
    if (token_.is('(') && !first) {
      if (is_name(before_)) found_.functions_.push_back(name_of(before_.text));
      if (before_.kind == TokenKind::quoted_identifier && !is_name(before_)) return false;
    }
    if (!count_depth()) return false;
  }
  list_end_ = start();
  return !first;
}

bool SingleTable::Parser::table() {
  next();
  if (is_word(token_, "only")) {
    found_.only_ = "ONLY ";
    next();
  }
  for (;; next()) {
    if (!is_name(token_)) return false;
    found_.table_ += token_.text;
    found_.qualifier_ = token_.text;
    next();
    if (!token_.is('.')) break;
    found_.table_ += '.';
  }
  if (token_.is('*')) next();
  const bool as = is_word(token_, "as");
  if (as) next();
  const bool clause = is_any(token_, {"where", "order", "limit", "offset", "fetch", "for"});
  const bool other = is_any(
      token_, {"group", "having", "window", "union", "intersect", "except", "join", "inner", "left",
               "right", "full", "cross", "natural", "tablesample", "into", "on", "using"});
  if (is_name(token_) && !other && (as || !clause)) {
    found_.alias_ = " AS " + std::string(token_.text);
    found_.qualifier_ = token_.text;
    next();
  } else if (as) {
    return false;
  }
  return true;
}

bool SingleTable::Parser::rest() {
  const bool ends = token_.kind == TokenKind::end || token_.is(';');
  if (!ends && !is_any(token_, {"where", "order", "limit", "offset", "fetch", "for"})) return false;
  for (; token_.kind != TokenKind::end; next()) {
    if (token_.is(';')) {
      next();
      if (token_.kind != TokenKind::end) return false;
      break;
    }
    if (depth_ == 0 &&
        is_any(token_, {"group", "having", "window", "union", "intersect", "except", "into"}))
      return false;
    if (!count_depth()) return false;
  }
  found_.head_ = sql_.substr(0, list_begin_);
  found_.list_ = sql_.substr(list_begin_, list_end_ - list_begin_);
  found_.tail_ = sql_.substr(list_end_);
  std::size_t copied = list_begin_;
  for (const std::size_t star : stars_) {
    found_.qualified_list_.append(sql_.substr(copied, star - copied))
        .append(found_.qualifier_)
        .append(".*");
    copied = star + 1;
  }
  found_.qualified_list_.append(sql_.substr(copied, list_end_ - copied));
  return depth_ == 0;
}

std::optional<SingleTable> SingleTable::find(std::string_view sql, bool standard_strings) {
  Parser parser(sql, standard_strings);
  if (!parser.parse()) return std::nullopt;
  return parser.take();
}

// The list may end with a comment that reaches to the end of its line.
std::string SingleTable::with(std::string_view columns) const {
  return head_ + list_ + "\n, " + std::string(columns) + ' ' + tail_;
}

std::string SingleTable::again(std::string_view columns, std::string_view table) const {
  return "SELECT " + qualified_list_ + "\n, " + std::string(columns) + " FROM " + only_ +
         std::string(table) + alias_;
}

}  // namespace negodbc::sql
