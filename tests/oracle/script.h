// A script: what a program does with one connection and two statement handles, and what a second
// session does in between.
//
// A step says what is to be done and not what comes of it. A step that makes no sense where it
// stands (a fetch without rows) is passed over, so any step can be left out of a script and what
// is left is a script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace negodbc::oracle {

struct Parameter {
  bool is_text = false;              // SQL_C_CHAR as SQL_VARCHAR; else SQL_C_SLONG as SQL_INTEGER
  std::optional<std::string> value;  // none: NULL
};
using ParameterSet = std::vector<Parameter>;

enum class Action : std::uint8_t {
  direct,       // SQLExecDirect of the text, with the sets
  prepare,      // SQLPrepare of the text
  execute,      // SQLExecute with the sets
  call,         // SQLExecDirect of {? = call function(?)}; the text is the function's name
  fetch,        // so many rows; -1: to the end
  more,         // SQLMoreResults
  close,        // SQLFreeStmt(SQL_CLOSE)
  commit,       // SQLEndTran
  rollback,     //
  auto_commit,  // SQL_ATTR_AUTOCOMMIT on
  manual,       // and off
  other,        // the text, by a second session, while the first holds no lock
};

// SQL with ? for parameters. {A} and {B} stand for the two schemas of a side.
struct Text {
  std::vector<std::string> statements;  // more than one: sent as one text, with semicolons between
  bool pure = false;  // only reads: what the server has not been asked for need not have happened
  bool unordered = false;  // its rows come in any order
};

struct Step {
  Action action{};
  std::size_t handle = 0;  // 0 or 1
  Text text;
  std::vector<ParameterSet> sets;
  int count = 0;   // rows to fetch
  int rowset = 1;  // rows of a fetch; with more than one the columns are bound
};

struct Options {
  int protocol = 2;   // Protocol=7.4-...: 0, 1, 2
  bool named = true;  // UseServerSidePrepare
};

struct Script {
  Options options;
  std::vector<Step> steps;
};

// {A}, {B} replaced.
std::string in_schemas(std::string text, const std::string& a, const std::string& b);
// The statements as one text.
std::string joined(const Text& text);
// How many ? a statement has (none of them stands in a literal).
std::size_t parameters_of(const std::string& statement);
std::size_t parameters_of(const Text& text);

// As a person reads it, a line a step.
std::string to_text(const Step& step);
std::string to_text(const Script& script);

}  // namespace negodbc::oracle
