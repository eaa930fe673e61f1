// What the sink says to statements: it is no database. It answers SELECT 1, and what drivers ask of
// themselves after a login (SET, SHOW of what was reported, psqlodbc's question for the type `lo`,
// BEGIN and its ends, DEALLOCATE); to all else it says 0A000.
#ifndef NEGODBC_BENCH_SINK_STATEMENTS_H
#define NEGODBC_BENCH_SINK_STATEMENTS_H

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/sink/answers.h"
#include "bench/sink/counters.h"
#include "bench/sink/requests.h"

namespace negodbc::bench {

// What the session's settings are, as the server reports them.
using Settings = std::vector<std::pair<std::string, std::string>>;

// What one statement is answered with. Columns that are empty: no rows are described.
struct StatementAnswer {
  std::span<const AnswerColumnType> columns;
  bool row = false;     // there is one
  std::string value;    // its one value, as text
  std::string tag;      // "": the statement is empty
  char becomes = '\0';  // the transaction's state after it, where it changes it
  bool known = true;    // otherwise it is refused
};

// `text`: one statement, without semicolon.
StatementAnswer answer_to(std::string_view text, const Settings& settings);
// At semicolons that are not within quotes; no statement of blanks alone.
std::vector<std::string_view> split_statements(std::string_view text);

// A session after its login: what its messages are answered with. Both protocols.
class SessionDialog {
 public:
  // Both outlive it.
  SessionDialog(const Settings& settings, Counters& counters);

  // Appends the answer. True when the answer is to be sent now, as PostgreSQL does: at
  // ReadyForQuery and Flush. Throws Refusal, wire::ProtocolError.
  bool answer(const Request& request, std::string& out);

  static constexpr std::size_t most_names = 64;  // of prepared statements, and of portals

 private:
  struct Portal {
    StatementAnswer answer;
    bool binary = false;
    bool fetched = false;
  };

  void simple_query(std::string_view text, Answers& out);
  void parse(std::string_view body, Answers& out);
  void bind(std::string_view body, Answers& out);
  void describe(std::string_view body, Answers& out);
  void execute(std::string_view body, Answers& out);
  void close(std::string_view body, Answers& out);
  void extended(const Request& request, Answers& out);
  bool refuse(Answers& out, std::string_view sqlstate, std::string_view text);
  void fail(Answers& out, std::string_view sqlstate, std::string_view text);
  bool runs(const StatementAnswer& answer, Answers& out);
  void done(const StatementAnswer& answer);

  const Settings& settings_;
  Counters& counters_;
  std::map<std::string, StatementAnswer, std::less<>> prepared_;
  std::map<std::string, Portal, std::less<>> portals_;
  char state_ = 'I';
  bool skipping_ = false;  // after an error, up to Sync
};

}  // namespace negodbc::bench

#endif
