// A prepared statement that is read again: five columns of one type, bound as its own C type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/rows/session.h"
#include "bench/rows/workload.h"

namespace negodbc::bench {

class PreparedRead {
 public:
  // Makes the table, prepares the statement and reads it twice, so that whatever is remembered of
  // it is. Throws std::runtime_error for a type that it does not know, naming those it does.
  PreparedRead(const Session& session, const std::string& type, std::uint64_t rows);
  // Reads it once more.
  void read(Measurement& result);

 private:
  static constexpr std::size_t columns = 5;
  static constexpr std::size_t block = 1024;
  const Session& session_;
  std::vector<char> values_[columns];
  std::vector<SQLLEN> lengths_[columns];
  std::size_t size_ = 0;  // of one value
  SQLULEN fetched_ = 0;
};

}  // namespace negodbc::bench
