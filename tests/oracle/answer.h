// What came of executing something: by libpq this is the truth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace negodbc::oracle {

using Row = std::vector<std::optional<std::string>>;

struct Result {
  bool has_rows = false;
  bool complete = false;  // the server said that it came to its end
  std::vector<std::string> columns;
  std::vector<Row> rows;
  long count = -1;  // rows affected, of commands that count them
  std::string tag;  // the command, as the server names it
};

struct Answer {
  std::vector<Result> results;
  std::string error;  // the SQLSTATE behind the results; "": none
  std::string words;  // the server's
};

// What may be compared of a SQLSTATE: its class, by the names that ODBC has for some of the
// server's (driver/handles/sqlstate.cc).
std::string class_of(const std::string& state);

std::string to_text(const Row& row);

}  // namespace negodbc::oracle
