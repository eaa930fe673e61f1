// What the driver promises, done by libpq.
//
// Here, and nowhere else, stand the rules by which statements through ODBC differ from the same
// statements through libpq: who begins a transaction, what an error undoes, what an array of
// parameters is. reference.cc explains each.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/answer.h"
#include "tests/oracle/libpq.h"
#include "tests/oracle/script.h"

namespace negodbc::oracle {

class Reference {
 public:
  explicit Reference(Libpq& server) : server_(server) {}
  // Before a script: no transaction, this search path.
  void begin(const Options& options, const std::string& search_path);

  Answer run(const std::vector<std::string>& statements, const ParameterSet& values);
  // Of an array's sets in turn: fewer than sets when the transaction was lost.
  std::vector<Answer> run_sets(const std::vector<std::string>& statements,
                               const std::vector<ParameterSet>& sets);
  // Whether a stale plan may be told of now (reference.cc); with `options` of begin().
  [[nodiscard]] bool may_refuse_stale_plans() const;
  void refuse_stale_plan();
  // The SQLSTATE; "": it was done.
  std::string end_transaction(bool commit);
  std::string set_autocommit(bool on);

  [[nodiscard]] bool idle() const { return server_.status() == 'I'; }
  [[nodiscard]] bool failed() const { return server_.status() == 'E'; }
  [[nodiscard]] bool autocommit() const { return autocommit_; }

 private:
  Answer send(const std::vector<std::string>& statements, const ParameterSet& values);
  Answer send_in_turn(const std::vector<std::string>& statements, const ParameterSet& values);

  Libpq& server_;
  Options options_;
  bool autocommit_ = true;
};

}  // namespace negodbc::oracle
