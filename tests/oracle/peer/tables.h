// The tables that sequences read and change: the same for both drivers, one after the other.
#pragma once

#include <string>

#include "tests/oracle/libpq.h"

namespace negodbc::peer {

class Tables {
 public:
  // In a schema of `place`; throws std::runtime_error.
  explicit Tables(int place);

  [[nodiscard]] const std::string& search_path() const { return schema_; }
  // As they were made.
  void reset();
  // All rows of all tables.
  [[nodiscard]] std::string contents();

 private:
  std::string schema_;
  oracle::Libpq libpq_;
  std::string made_;  // where the rows stood
};

}  // namespace negodbc::peer
