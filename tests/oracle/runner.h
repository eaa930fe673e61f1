// Runs scripts on both sides and compares after each step.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "tests/oracle/comparison.h"
#include "tests/oracle/libpq.h"
#include "tests/oracle/odbc.h"
#include "tests/oracle/reference.h"
#include "tests/oracle/script.h"
#include "tests/oracle/world.h"

namespace negodbc::oracle {

class Runner {
 public:
  explicit Runner(int place);

  // `fresh`: on a connection that has seen nothing before; else on one that was reset, if there is
  // one. A difference names its step.
  Difference run(const Script& script, bool fresh);

 private:
  void prepare(const Options& options, bool fresh);
  Difference play(const Script& script);
  Difference take(const Step& step);
  Difference run_text(const Step& step, const Text& text, bool prepared);
  Difference call(const Step& step);
  void change(const Step& step);
  Difference end(bool commit);
  Difference same_outcome(const Said& said, const std::string& error);

  World world_;
  Libpq libpq_, driver_neighbour_, libpq_neighbour_;
  Reference reference_;
  std::map<std::pair<int, bool>, std::unique_ptr<Odbc>> connections_;
  Odbc* driver_ = nullptr;
  std::array<std::unique_ptr<Execution>, 2> executions_;
  std::array<Text, 2> prepared_;
  std::set<std::string> changed_;  // tables, by the script before
};

}  // namespace negodbc::oracle
