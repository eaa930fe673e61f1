// The rows of a static cursor: taken from a result as they are asked for, and kept.
#pragma once

#include <map>
#include <set>

#include "driver/handles/statement/cursor_rows.h"
#include "driver/handles/statement/row_source.h"
#include "driver/session/row_store.h"

namespace negodbc::odbc {

class StaticRows final : public CursorRows {
 public:
  // `most`: SQL_ATTR_MAX_ROWS, 0 for all. The source is the caller's, and outlives this.
  StaticRows(RowSource& source, SQLULEN most) : source_(source), most_(most) {}

  // Reads on as far as needed.
  bool go_to(SQLULEN number, Deadline deadline) override;
  // Reads the rest.
  SQLULEN count(Deadline deadline) override;
  void change(SQLULEN number, Values values, const session::Standing& standing) override;
  void remove(SQLULEN number, const session::Standing& standing) override;
  [[nodiscard]] bool removed(SQLULEN number) const override { return removed_.contains(number); }

 private:
  bool read_up_to(SQLULEN number, Deadline deadline);
  RowSource& source_;
  SQLULEN most_;
  session::RowStore store_;
  SQLULEN current_ = 0;  // what row_ is; 0: nothing
  bool complete_ = false;
  std::map<SQLULEN, Values> changed_;
  std::set<SQLULEN> removed_;
};

}  // namespace negodbc::odbc
