// Data at execution: what SQLParamData asks for and SQLPutData brings.
//
// ODBC reference: "Sending Long Data". Held until all is there and what waits for it is done.
#pragma once

#include <sql.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace negodbc::odbc {

// One value that comes by SQLPutData: a parameter's, or a bound column's.
struct DataAtExecution {
  SQLULEN set;         // of the array of parameters, or the element of the row array, from 0
  SQLSMALLINT number;  // of the parameter or the column, from 1
  std::string bytes;
  bool null = false;
  bool given = false;
};

struct PendingData {
  std::vector<DataAtExecution> values;  // by set, then by number
  std::size_t next = 0;                 // the value that is being put is the one before
  bool columns = false;                 // of the ARD; else parameters, of the APD
  std::function<SQLRETURN()> then;      // what is done when all is there
};

}  // namespace negodbc::odbc
