// What a program does with many rows through ODBC, timed: the same calls for every driver.
#pragma once

#include <cstdint>
#include <string>

namespace negodbc::bench {

enum class Workload { bound, get_data, array_insert, columns, prepared };

struct Measurement {
  bool failed = false;
  double seconds = 0;      // of the work alone, without login
  double cpu_seconds = 0;  // of the process during the work: user and system
  double peak_mb = 0;      // resident, of the whole process
  std::uint64_t rows = 0;
  std::uint64_t checksum = 0;  // of what was read: the drivers must agree
};

// bound: ten columns (int4 int8 float8 numeric text(9) text(32) timestamp date bool
// int4-with-nulls) bound in arrays of 1024 rows. get_data: the same, each value by SQLGetData as
// SQL_C_CHAR. array_insert: int, text, timestamp, numeric in arrays of 1000 sets, autocommit off.
// columns: SQLColumns of everything, in a database with `rows` tables of five columns (schema
// many_tables, made by the first session that needs it and left there).
// prepared: five columns of `type` by a prepared statement that was read before (prepared.h).
// Runs in a process of its own, so that CPU time and memory are its own. Prints to stderr what
// failed.
Measurement measure(Workload workload, const std::string& connection_string, std::uint64_t rows,
                    const std::string& type);

}  // namespace negodbc::bench
