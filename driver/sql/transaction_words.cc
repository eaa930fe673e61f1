#include "driver/sql/transaction_words.h"

#include <algorithm>
#include <initializer_list>

#include "driver/sql/lexer.h"
#include "driver/sql/statements.h"

namespace negodbc::sql {

namespace {

// Reads a statement's words.
class Words {
 public:
  Words(std::string_view sql, bool standard_strings) : lexer_(sql, standard_strings) {
    token_ = lexer_.next_significant();
  }
  [[nodiscard]] bool is(std::string_view word) const { return is_word(token_, word); }
  [[nodiscard]] bool is_one_of(std::initializer_list<std::string_view> words) const {
    return sql::is_one_of(token_, words);
  }
  bool take(std::string_view word) {
    const bool taken = is(word);
    if (taken) next();
    return taken;
  }
  void next() { token_ = lexer_.next_significant(); }
  // Whether one of the words stands anywhere in the rest of the statement.
  bool come(std::initializer_list<std::string_view> words) {
    for (; token_.kind != TokenKind::end; next())
      if (is_one_of(words)) return true;
    return false;
  }

 private:
  Lexer lexer_;
  Token token_{};
};

bool asks_for_commit(std::string_view sql, bool standard_strings) {
  Words words(sql, standard_strings);
  if (words.take("prepare")) return words.is("transaction");
  if (words.take("commit")) return !words.is("prepared");
  return words.is("end");
}

// COPY name [(columns)] TO STDOUT, COPY (query) TO STDOUT; STDIN means the same there.
bool copies_to_client(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  if (!is_word(lexer.next_significant(), "copy")) return false;
  std::size_t parentheses = 0;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (token.is('(')) ++parentheses;
    if (token.is(')') && parentheses > 0) --parentheses;
    if (parentheses == 0 && is_word(token, "to"))
      return is_one_of(lexer.next_significant(), {"stdout", "stdin"});
  }
  return false;
}

// PostgreSQL's PreventInTransactionBlock(). Some depend on what is named: CLUSTER and REINDEX of
// one table can be rolled back, those of a partitioned one cannot be in a transaction; what is
// redone by them is the same either way.
bool runs_alone(std::string_view sql, bool standard_strings) {
  Words words(sql, standard_strings);
  if (words.is_one_of({"vacuum", "cluster", "reindex"})) return true;
  if (words.take("discard")) return words.is("all");
  if (words.is_one_of({"commit", "rollback"})) {
    words.next();
    return words.is("prepared");
  }
  if (words.take("create")) {
    words.take("unique");
    if (words.take("index")) return words.is("concurrently");
    return words.is_one_of({"database", "tablespace", "subscription"});
  }
  if (words.take("drop")) {
    if (words.take("index")) return words.is("concurrently");
    return words.is_one_of({"database", "tablespace", "subscription"});
  }
  if (!words.take("alter")) return false;
  if (words.is("system")) return true;
  if (words.take("database")) return words.come({"tablespace"});
  if (words.take("subscription")) return words.come({"refresh", "publication"});
  return words.take("table") && words.come({"detach"}) && words.come({"concurrently"});
}

// SET [LOCAL | SESSION] TRANSACTION ..., SET [...] transaction_read_only and its kin: they are of
// the transaction as a whole, and a savepoint's release takes them back.
bool sets_transaction(std::string_view sql, bool standard_strings) {
  Words words(sql, standard_strings);
  if (!words.take("set")) return false;
  if (!words.take("local")) words.take("session");
  return words.is_one_of(
      {"transaction", "transaction_read_only", "transaction_isolation", "transaction_deferrable"});
}

}  // namespace

Surround surround(std::string_view sql, bool standard_strings) {
  constexpr std::string_view managing[] = {"begin", "start",     "commit",  "end",     "rollback",
                                           "abort", "savepoint", "release", "prepare", "discard"};
  if (runs_alone(sql, standard_strings) && !has_several_statements(sql, standard_strings))
    return Surround::alone;
  if (sets_transaction(sql, standard_strings)) return Surround::nothing;
  Surround result = Surround::savepoint;
  Lexer lexer(sql, standard_strings);
  bool first = true;
  const bool one = sql.find(';') == std::string_view::npos;
  for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
       token = lexer.next_significant()) {
    if (first) {
      if (is_one_of(token, managing)) return Surround::nothing;
      if (is_word(token, "copy")) result = Surround::savepoint_before;
    }
    if (one) break;
    first = token.is(';');
  }
  return result;
}

std::vector<std::size_t> commits_asked(std::string_view sql, bool standard_strings) {
  std::vector<std::size_t> asked;
  const std::vector<std::string_view> statements = statement_texts(sql, standard_strings);
  for (std::size_t i = 0; i < statements.size(); ++i)
    if (asks_for_commit(statements[i], standard_strings)) asked.push_back(i);
  return asked;
}

bool copies_out(std::string_view sql, bool standard_strings) {
  const std::vector<std::string_view> statements = statement_texts(sql, standard_strings);
  return std::any_of(statements.begin(), statements.end(), [&](std::string_view statement) {
    return copies_to_client(statement, standard_strings);
  });
}

bool is_call(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  return is_word(lexer.next_significant(), "call");
}

}  // namespace negodbc::sql
