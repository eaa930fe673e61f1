// What came of calls.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace negodbc::peer {

// Of one call: name -> value. The first is "outcome": SUCCESS, INFO 01004, ERROR 07009, NO_DATA,
// NEED_DATA. `about` says what the call was about, and is the same on both drivers.
struct Observation {
  std::string about;
  std::vector<std::pair<std::string, std::string>> fields;

  [[nodiscard]] const std::string& outcome() const { return fields.front().second; }
  // SQL_SUCCESS, SQL_SUCCESS_WITH_INFO.
  [[nodiscard]] bool succeeded() const {
    return outcome() == "SUCCESS" || outcome().starts_with("INFO");
  }
};

struct Played {
  std::vector<Observation> seen;  // of each call, as far as it came; of the end too
  std::string end;                // "": whole; "crash", "hang"
};

}  // namespace negodbc::peer
