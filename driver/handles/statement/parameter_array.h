// Executing with an array of parameters.
//
// ODBC reference: "Arrays of Parameter Values". Sets travel many in a flight. What fails is told in
// the status array and by a diagnostic with its row; the others go on, unless the transaction was
// lost with it. A flight in which a set failed has done nothing: what stood before the set is sent
// again without it.
//
// Output parameters come as a row a set, into the set's own element of what is bound. A procedure
// that may commit by itself goes one set at a time: what it committed would be done twice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "driver/handles/statement/call_outputs.h"
#include "driver/handles/statement/output_streams.h"
#include "driver/handles/statement/set_outcomes.h"
#include "driver/handles/statement/set_statements.h"

namespace negodbc::odbc {

class ParameterArray {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementDescriptors& descriptors;
    const StatementText& text;
    const Parameters& parameters;
    ParameterTypes& types;
    CallOutputs& outputs;
    OutputStreams& streams;
  };
  explicit ParameterArray(const Uses& uses) : use_(uses) {}

  // What came of all sets.
  struct Done {
    bool failed = false;
    std::int64_t affected = 0;
    // Of statements that return rows: what each set gave, and which sets these are.
    std::vector<std::unique_ptr<RowSource>> results = {};
    std::vector<SQLULEN> sets = {};
  };
  // `send` sends one set by itself. Throws ConnectionError, and what concerns no set.
  using Send = std::function<std::unique_ptr<RowSource>(const Values& values)>;
  Done run(const Send& send);

 private:
  [[nodiscard]] bool may_commit();
  void require_done(RowSource& source);
  // False: the rest was not tried.
  bool run_pipeline(SetOutcomes& outcomes, SetStatements& statements, std::int64_t& affected);
  bool run_one_by_one(SetOutcomes& outcomes, const Send& send, Done& done);

  Uses use_;
};

}  // namespace negodbc::odbc
