// The rows of a static cursor: taken from a result as they are asked for, and kept.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "driver/handles/row_source.h"
#include "driver/result/row_store.h"

namespace negodbc::odbc {

class StaticRows {
 public:
  // `most`: SQL_ATTR_MAX_ROWS, 0 for all. The source is the caller's, and outlives this.
  StaticRows(RowSource& source, SQLULEN most) : source_(source), most_(most) {}

  // Whether there is a row `number`, from 1; it is the current one then. Reads on as far as needed.
  bool go_to(SQLULEN number, Deadline deadline);
  // All there are: reads the rest.
  SQLULEN count(Deadline deadline);
  [[nodiscard]] const wire::RowFields& row() const { return row_; }

  // What the cursor itself has done to its rows, which it shows.
  using Values = std::vector<std::optional<std::string>>;
  void change(SQLULEN number, Values values);
  void remove(SQLULEN number) { removed_.insert(number); }
  [[nodiscard]] bool removed(SQLULEN number) const { return removed_.contains(number); }

 private:
  bool read_up_to(SQLULEN number, Deadline deadline);
  RowSource& source_;
  SQLULEN most_;
  result::RowStore store_;
  wire::RowFields row_;
  SQLULEN current_ = 0;  // what row_ is; 0: nothing
  bool complete_ = false;
  std::map<SQLULEN, Values> changed_;
  std::set<SQLULEN> removed_;
};

}  // namespace negodbc::odbc
