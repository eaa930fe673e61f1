#include "driver/sql/transaction_steps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"
#include "driver/sql/statements.h"

namespace negodbc::sql {
namespace {

constexpr std::size_t longest_name = 63;  // the rest is cut off by the server

std::string savepoint_of(const Token& token) {
  std::string name;
  if (token.kind == TokenKind::quoted_identifier) {
    const std::string_view quoted = token.text.substr(token.text.find('"') + 1);
    for (std::size_t i = 0; i + 1 < quoted.size(); ++i) {
      name += quoted[i];
      if (quoted[i] == '"') ++i;
    }
  } else {
    name = ascii_lower(token.text);
  }
  name.resize(std::min(name.size(), longest_name));
  return name;
}

std::optional<TransactionStep> step_of(std::string_view statement, bool standard_strings) {
  using Kind = TransactionStep::Kind;
  Lexer lexer(statement, standard_strings);
  const Token first = lexer.next_significant();
  Token token = lexer.next_significant();
  const auto pass = [&](std::initializer_list<std::string_view> words) {
    if (is_one_of(token, words)) token = lexer.next_significant();
  };
  if (is_word(first, "savepoint")) return TransactionStep{Kind::savepoint, savepoint_of(token)};
  if (is_word(first, "release")) {
    // "release savepoint" alone would be one of that name, which no server takes.
    pass({"savepoint"});
    return TransactionStep{Kind::release, savepoint_of(token)};
  }
  if (is_word(first, "prepare")) {
    if (!is_word(token, "transaction")) return std::nullopt;
    return TransactionStep{Kind::end, {}};
  }
  if (!is_one_of(first, {"commit", "end", "rollback", "abort"}) || is_word(token, "prepared"))
    return std::nullopt;
  pass({"work", "transaction"});
  if (!is_word(first, "rollback") || !is_word(token, "to")) return TransactionStep{Kind::end, {}};
  token = lexer.next_significant();
  pass({"savepoint"});
  return TransactionStep{Kind::roll_back_to, savepoint_of(token)};
}

}  // namespace

std::vector<TransactionStep> transaction_steps(std::string_view sql, std::size_t parameters,
                                               bool standard_strings) {
  std::vector<TransactionStep> steps;
  for (const StatementPart& part : split_statements(sql, parameters, standard_strings)) {
    if (auto step = step_of(part.text, standard_strings)) steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace negodbc::sql
