// Replies kept until they are asked for, in the order they came, as raw bytes.
//
// Up to `memory_limit` bytes are held in memory, the rest in an unlinked temporary file (TMPDIR, else /tmp),
// so a result of any size costs bounded memory. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "driver/wire/backend.h"

namespace negodbc::result {

class Spool {
 public:
  static constexpr std::size_t memory_limit = std::size_t{4} << 20U;

  // Throws Error HY000 when the temporary file cannot be made or written (disk full); HY001 without memory.
  void append(const wire::Frame& frame);
  // The oldest frame, removed; valid until the next call. Nothing when empty.
  std::optional<wire::Frame> take();
  [[nodiscard]] bool empty() const;
  void clear();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  bool refill();

  std::string head_;           // being taken from
  std::size_t position_ = 0;
  std::string tail_;           // being appended to, when no file is in use
  std::unique_ptr<std::FILE, Close> file_;
  long read_at_ = 0;
  long write_at_ = 0;
};

}  // namespace negodbc::result
