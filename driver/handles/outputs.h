// Output parameters: what became of them, and those that are read in parts.
//
// ODBC reference: "Retrieving Output Parameters Using SQLGetData" (ODBC 3.8).
#pragma once

#include <sql.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "driver/base/error.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

// A warning (class 01) or an error of one parameter.
struct OutputNote {
  SQLSMALLINT number;
  Error error;
};
using OutputNotes = std::vector<OutputNote>;

// Output parameters that are read in parts (statement_streams.cc).
struct OutputStreams {
  struct Value {
    SQLSMALLINT number;  // of the parameter, from 1
    wire::Field field;
    std::optional<std::size_t> column;  // of the row, from 0; none: NULL
  };
  std::vector<SQLULEN> sets;  // whose rows there are, a result each
  std::size_t set = 0;        // the one under way, an index into sets
  std::vector<Value> values;  // of each set
  std::size_t next = 0;       // the value that is read is the one before
  bool row = false;           // the set under way has one
  bool offered = false;       // SQL_PARAM_DATA_AVAILABLE was said of this set
};

}  // namespace negodbc::odbc
