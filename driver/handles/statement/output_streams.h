// Output parameters that are read in parts: SQLParamData walks them, SQLGetData reads them.
//
// ODBC reference: "Retrieving Output Parameters Using SQLGetData" (ODBC 3.8), SQLBindParameter
// (SQL_PARAM_OUTPUT_STREAM, SQL_PARAM_INPUT_OUTPUT_STREAM). Execution answers
// SQL_PARAM_DATA_AVAILABLE; where there are warnings these come first, and SQLMoreResults answers
// so. With an array of parameters each set is offered in turn, by SQLMoreResults; its bound outputs
// are filled then.
//
// States: closed; on a set, which is offered or not (again); after the last value of the last set
// nothing is offered, until it is closed.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "driver/handles/statement/call_outputs.h"
#include "driver/handles/statement/result_columns.h"
#include "driver/handles/statement/value_parts.h"

namespace negodbc::odbc {

class OutputStreams {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementDescriptors& descriptors;
    const StatementAttributes& attributes;
    const StatementText& text;
    const Parameters& parameters;
    CallOutputs& outputs;
    ResultColumns& columns;
  };
  explicit OutputStreams(const Uses& uses) : use_(uses) {}

  // Whether any are bound so.
  [[nodiscard]] bool any() const;
  [[nodiscard]] bool is_open() const { return open_.has_value(); }
  // They are there to be read: SQLParamData, SQLGetData and what ends it.
  [[nodiscard]] bool offered() const { return open_ && open_->offered; }
  // Throws Error HY010 when they are.
  void require_none_offered() const;

  // `source`, which outlives it until close(), is on a result with the outputs of the first of
  // these sets, and has one more for each of the others. SQL_PARAM_DATA_AVAILABLE, or SQL_SUCCESS
  // when there are warnings to be told before.
  SQLRETURN open(RowSource& source, std::vector<SQLULEN> sets);
  // SQLMoreResults: what was not read of this set is dropped. Nothing: there is no further set.
  std::optional<SQLRETURN> next_set();
  // SQLParamData.
  SQLRETURN next_value(SQLPOINTER* token);
  [[nodiscard]] SQLPOINTER first_token() const { return token_of(0); }
  // SQLGetData. Throws Error HY010, 07009, HY090, and what conversions throw.
  SQLRETURN read(SQLUSMALLINT number, const DataBuffer& buffer);
  void close() { open_.reset(); }

 private:
  struct Value {
    SQLSMALLINT number;  // of the parameter, from 1
    wire::Field field;
    std::optional<std::size_t> column;  // of the row, from 0; none: NULL
  };
  struct Open {
    RowSource* source = nullptr;
    std::vector<SQLULEN> sets;  // whose rows there are, a result each
    std::size_t set = 0;        // the one under way, an index into sets
    std::vector<Value> values;  // of each set
    std::size_t next = 0;       // the value that is read is the one before
    types::PartState part;      // of that
    bool row = false;           // the set under way has one
    bool offered = false;       // SQL_PARAM_DATA_AVAILABLE was said of this set
  };
  SQLRETURN begin_set();
  SQLRETURN offer();
  [[nodiscard]] SQLPOINTER token_of(std::size_t index) const;

  Uses use_;
  std::optional<Open> open_;
};

}  // namespace negodbc::odbc
