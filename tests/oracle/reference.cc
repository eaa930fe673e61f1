#include "tests/oracle/reference.h"

#include <algorithm>

namespace negodbc::oracle {
namespace {

// Statements that manage transactions and savepoints themselves, by their first word.
bool manages_transactions(const std::vector<std::string>& statements) {
  constexpr const char* words[] = {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"};
  return std::any_of(statements.begin(), statements.end(), [&](const std::string& statement) {
    return std::any_of(std::begin(words), std::end(words),
                       [&](const char* word) { return statement.starts_with(word); });
  });
}

// A COMMIT that is answered with ROLLBACK has failed, and with it the text.
void refuse_rolled_back(const std::vector<std::string>& statements, Answer& answer) {
  for (std::size_t i = 0; i < statements.size() && i < answer.results.size(); ++i) {
    if (!statements[i].starts_with("COMMIT") || answer.results[i].tag != "ROLLBACK") continue;
    answer = {};
    answer.error = "25S03";
    return;
  }
}

std::string one_text(const std::vector<std::string>& statements) {
  return joined(Text{statements});
}

}  // namespace

void Reference::begin(const Options& options, const std::string& search_path) {
  options_ = options;
  autocommit_ = true;
  if (!idle()) server_.must("ROLLBACK");
  server_.must("RESET ALL; SET search_path = " + search_path);
}

// A text of several statements without parameters is one simple query: one transaction, unless one
// is open or the text manages transactions itself. With parameters each statement is parsed and
// bound by itself, and they are one transaction all the same. A prepared statement is always what
// its text means now: plans of before never show.
Answer Reference::send(const std::vector<std::string>& statements, const ParameterSet& values) {
  if (statements.size() > 1)
    return values.empty() ? server_.simple(one_text(statements)) : send_in_turn(statements, values);
  return server_.extended(statements.front(), values.data(), values.size());
}

Answer Reference::send_in_turn(const std::vector<std::string>& statements,
                               const ParameterSet& values) {
  const bool alone = idle();
  if (alone) server_.must("BEGIN");
  Answer all;
  std::size_t next = 0;
  for (const std::string& statement : statements) {
    const std::size_t count = parameters_of(statement);
    Answer answer = server_.extended(statement, values.data() + next, count);
    next += count;
    std::move(answer.results.begin(), answer.results.end(), std::back_inserter(all.results));
    all.error = answer.error;
    all.words = answer.words;
    if (!all.error.empty()) break;
  }
  if (!alone) return all;
  const Answer end = server_.simple(all.error.empty() ? "COMMIT" : "ROLLBACK");
  if (all.error.empty()) {
    all.error = end.error;
    all.words = end.words;
  }
  return all;
}

Answer Reference::run(const std::vector<std::string>& statements, const ParameterSet& values) {
  // Manual commit: the first statement of a transaction begins it, whatever it is.
  const bool begins = !autocommit_ && idle();
  if (begins) server_.must("BEGIN");

  // Protocol=7.4-2: an error undoes its statement only, by a savepoint before it (for the first
  // statement of a transaction by a ROLLBACK: there is nothing else to lose); 7.4-1: the whole
  // transaction; 7.4-0: the transaction stays failed. This is so in every transaction, also in one
  // that the application has begun by SQL in autocommit mode. With 7.4-2 a text that manages
  // transactions itself is left alone.
  const bool open = server_.status() == 'T';
  const bool undone = open && options_.protocol == 2 && !manages_transactions(statements);
  const bool savepoint = undone && !begins;
  const bool whole = (undone && begins) || (open && options_.protocol == 1);
  if (savepoint) server_.must("SAVEPOINT the_statement");

  Answer answer = send(statements, values);
  refuse_rolled_back(statements, answer);

  if (server_.status() == 'E') {
    if (savepoint)
      server_.must("ROLLBACK TO SAVEPOINT the_statement; RELEASE SAVEPOINT the_statement");
    if (whole) server_.must("ROLLBACK");
  } else if (savepoint) {
    server_.must("RELEASE SAVEPOINT the_statement");
  }
  return answer;
}

// An array of parameters is its sets in turn, each a statement of its own: what one fails by leaves
// the others alone, unless it leaves the transaction failed; then the rest is not tried.
std::vector<Answer> Reference::run_sets(const std::vector<std::string>& statements,
                                        const std::vector<ParameterSet>& sets) {
  std::vector<Answer> answers;
  for (const ParameterSet& set : sets) {
    answers.push_back(run(statements, set));
    if (!answers.back().error.empty() && server_.status() == 'E') break;
  }
  return answers;
}

// The server refuses a plan whose columns have changed (0A000). The driver asks anew where that
// loses nothing; in a transaction that has begun before, 7.4-0 and 7.4-1 lose it by any error, so
// there it is told.
bool Reference::may_refuse_stale_plans() const {
  return options_.named && options_.protocol != 2 && server_.status() == 'T';
}

void Reference::refuse_stale_plan() {
  if (options_.protocol == 1) {
    server_.must("ROLLBACK");
  } else {
    server_.simple("SELECT refused FROM a_stale_plan");  // the transaction stays failed
  }
}

// COMMIT of a failed transaction rolls back, which is an error (25S03).
std::string Reference::end_transaction(bool commit) {
  if (idle()) return {};
  const Answer answer = server_.simple(commit ? "COMMIT" : "ROLLBACK");
  if (!answer.error.empty()) return answer.error;
  return commit && answer.results.back().tag != "COMMIT" ? "25S03" : std::string();
}

// To autocommit mode what is open is committed; where that fails, the mode stays.
std::string Reference::set_autocommit(bool on) {
  if (on && !autocommit_) {
    std::string error = end_transaction(true);
    if (!error.empty()) return error;
  }
  autocommit_ = on;
  return {};
}

}  // namespace negodbc::oracle
