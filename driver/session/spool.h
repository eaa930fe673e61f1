// Replies kept until they are asked for, in the order they came, as raw bytes.
//
// Up to `memory_limit` bytes are held in memory, the rest in a temporary file, so that a result of
// any size costs bounded memory. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>

#include "driver/base/temporary_file.h"
#include "driver/wire/backend.h"

namespace negodbc::session {

class Spool {
 public:
  static constexpr std::size_t memory_limit = std::size_t{4} << 20U;

  // Throws Error HY000 when the temporary file cannot be made or written (disk full): the frame is
  // kept in memory then, and nothing is lost. Throws std::bad_alloc: the frame is not kept.
  void append(const wire::Frame& frame);
  // The frame that take() gave last is the oldest again. `frame`: it, or of an empty spool any.
  void put_back(const wire::Frame& frame);
  // The oldest frame, removed; valid until the next call. Nothing when empty.
  std::optional<wire::Frame> take();
  [[nodiscard]] bool empty() const {
    return position_ == head_.size() && (!file_ || read_at_ == write_at_) && tail_.empty();
  }
  void clear();

 private:
  void spill();
  bool load(std::size_t size);

  // The order of age: head_ from position_ on, then the file, then tail_.
  std::string head_;
  std::size_t position_ = 0;
  TemporaryFile file_;
  off_t read_at_ = 0;
  off_t write_at_ = 0;
  std::string tail_;
};

}  // namespace negodbc::session
