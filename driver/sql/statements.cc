#include "driver/sql/statements.h"

#include <algorithm>
#include <optional>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

// Sees a text's tokens in turn and knows which semicolon ends a statement.
class Ends {
 public:
  bool ends(const Token& token) {
    if (token.kind == TokenKind::space || token.kind == TokenKind::comment) return false;
    const bool word = token.kind == TokenKind::word;
    const bool begun = after_begin_;
    after_begin_ = word && iequals(token.text, "begin");
    if (token.is(';')) return parentheses_ == 0 && blocks_ == 0;
    if (token.is('(')) {
      ++parentheses_;
    } else if (token.is(')') && parentheses_ > 0) {
      --parentheses_;
    } else if (word) {
      count_block(token.text, begun);
    }
    return false;
  }

 private:
  void count_block(std::string_view word, bool after_begin) {
    if ((after_begin && iequals(word, "atomic")) || (blocks_ > 0 && iequals(word, "case"))) {
      ++blocks_;
    } else if (blocks_ > 0 && iequals(word, "end")) {
      --blocks_;
    }
  }

  std::size_t parentheses_ = 0;  // CREATE RULE ... DO (...; ...)
  std::size_t blocks_ = 0;       // BEGIN ATOMIC ...; END of a function, and CASE ... END within
  bool after_begin_ = false;
};

// The statements' texts, without what ends them.
std::vector<std::string_view> pieces(std::string_view sql, bool standard_strings,
                                     std::size_t most) {
  std::vector<std::string_view> found;
  Lexer lexer(sql, standard_strings);
  Ends ends;
  std::size_t start = 0;
  bool empty = true;
  for (;;) {
    const std::size_t at = lexer.position();
    const Token token = lexer.next();
    const bool last = token.kind == TokenKind::end;
    if (last || ends.ends(token)) {
      if (!empty) found.push_back(sql.substr(start, at - start));
      if (last || found.size() == most) return found;
      start = lexer.position();
      empty = true;
    } else if (token.kind != TokenKind::space && token.kind != TokenKind::comment) {
      empty = false;
    }
  }
}

// The numbers of the parameters in `text`, each once, in order.
std::vector<std::size_t> parameters_in(std::string_view text, std::size_t most,
                                       bool standard_strings) {
  std::vector<std::size_t> numbers;
  Lexer lexer(text, standard_strings);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const std::size_t number = parameter_number(token);
    if (number != 0 && number <= most) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

StatementPart part_of(std::string_view text, std::size_t parameters, bool standard_strings) {
  StatementPart part;
  part.parameters = parameters_in(text, parameters, standard_strings);
  part.text.reserve(text.size());
  Lexer lexer(text, standard_strings);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const std::size_t number = parameter_number(token);
    const auto found = std::lower_bound(part.parameters.begin(), part.parameters.end(), number);
    if (number == 0 || found == part.parameters.end() || *found != number) {
      part.text += token.text;
    } else {
      part.text += '$' + std::to_string(found - part.parameters.begin() + 1);
    }
  }
  return part;
}

}  // namespace

bool has_several_statements(std::string_view sql, bool standard_strings) {
  if (sql.find(';') == std::string_view::npos) return false;
  return pieces(sql, standard_strings, 2).size() > 1;
}

std::vector<std::string_view> statement_texts(std::string_view sql, bool standard_strings) {
  return pieces(sql, standard_strings, sql.size());
}

std::vector<StatementPart> split_statements(std::string_view sql, std::size_t parameters,
                                            bool standard_strings) {
  std::vector<StatementPart> parts;
  for (const std::string_view text : statement_texts(sql, standard_strings))
    parts.push_back(part_of(text, parameters, standard_strings));
  if (parts.empty()) parts.push_back(part_of(sql, parameters, standard_strings));
  return parts;
}

}  // namespace negodbc::sql
