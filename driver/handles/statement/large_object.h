// A large object as the value of a column: read in parts that take what the application's buffer
// and a little read-ahead need, whatever its length.
//
// PostgreSQL documentation, chapter 35 "Large Objects": lo_open, lo_lseek64, lo_get.
#pragma once

#include <cstdint>
#include <string>

#include "driver/catalog/local_rows.h"
#include "driver/types/convert.h"

namespace negodbc::odbc {

class LargeObject {
 public:
  explicit LargeObject(std::string oid) : oid_(std::move(oid)) {}

  // Delivers the next part, as SQLGetData does of a bytea: SQL_C_BINARY as it is, SQL_C_CHAR and
  // SQL_C_WCHAR as hexadecimal digits; no_data after the last. `most`: the length in bytes to which
  // the object is cut, 0: not at all. Throws Error: 07006 for other types, HY090 for a negative
  // length, HY000 when there is no such object, others as the server reports.
  types::Outcome read(const types::Target& target, SQLULEN most, const catalog::Query& query);

 private:
  void open(std::uint64_t bytes, SQLULEN most, const catalog::Query& query);
  std::string_view digits(std::uint64_t bytes, const catalog::Query& query);

  std::string oid_;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;  // bytes delivered
  std::string ahead_;     // hexadecimal digits, two a byte
  std::uint64_t ahead_at_ = 0;
  bool opened_ = false;
  bool finished_ = false;
};

}  // namespace negodbc::odbc
