// Rows kept for going back to: any of them by its number.
//
// Up to `memory_limit` bytes of values are held in memory, what comes after them in a temporary
// file; eight bytes a row tell where it lies. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/temporary_file.h"
#include "driver/wire/backend.h"

namespace negodbc::session {

class RowStore {
 public:
  static constexpr std::size_t memory_limit = std::size_t{4} << 20U;

  // Throws Error HY000 when the temporary file cannot be made or written.
  void append(const wire::RowFields& row);
  // Without any rows; the memory is kept for the next ones.
  void clear();
  [[nodiscard]] std::size_t size() const { return starts_.size(); }
  // Row `index` from 0. The views are valid until the next call.
  void read(std::size_t index, wire::RowFields& row);

 private:
  void put(std::string_view message);
  void write_out();
  const char* load(std::uint64_t start, std::size_t size);

  std::vector<std::uint64_t> starts_;  // in the stream of all rows
  std::uint64_t end_ = 0;
  std::string memory_;  // the stream's beginning
  TemporaryFile file_;
  std::uint64_t file_end_ = 0;  // of the stream: what lies in memory_ and in the file
  std::string tail_;            // not yet written
  std::string made_;            // a message, of values that come from elsewhere
  std::string window_;          // read back
  std::uint64_t window_start_ = 0;
};

}  // namespace negodbc::session
