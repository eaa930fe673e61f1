#include "driver/session/row_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "driver/base/error.h"

namespace negodbc::session {
namespace {

constexpr std::size_t chunk = std::size_t{64} << 10U;
constexpr std::uint32_t null_size = 0xFFFFFFFF;

[[noreturn]] void fail(const char* what) {
  throw Error("HY000", std::string("cannot ") + what + " a cursor's temporary file: " +
                           std::strerror(errno) + "; make room in the directory that " +
                           temporary_directory_variable + " names");
}

}  // namespace

// Each row is a DataRow message without type and length, as most come.
void RowStore::append(const wire::RowFields& row) {
  if (!row.body.empty()) return put(row.body);
  made_.clear();
  const auto add = [this](std::size_t number, unsigned bytes) {
    while (bytes-- > 0) made_.push_back(static_cast<char>(number >> (8 * bytes) & 0xFFU));
  };
  add(row.values.size(), sizeof(std::uint16_t));
  for (const auto& value : row.values) {
    add(value.is_null() ? null_size : value.size, sizeof null_size);
    if (!value.is_null()) made_.append(value.view());
  }
  put(made_);
}

void RowStore::put(std::string_view message) {
  const bool in_memory = end_ < memory_limit;
  starts_.push_back(end_);
  (in_memory ? memory_ : tail_).append(message);
  end_ += message.size();
  if (in_memory) file_end_ = end_;
  if (tail_.size() >= chunk) write_out();
}

void RowStore::clear() {
  starts_.clear();
  memory_.clear();
  tail_.clear();
  window_.clear();
  end_ = file_end_ = window_start_ = 0;
}

void RowStore::write_out() {
  if (!file_) file_ = open_temporary_file();
  const auto at = static_cast<off_t>(file_end_ - memory_.size());
  if (fseeko(file_.get(), at, SEEK_SET) != 0 || !write_to(file_.get(), tail_)) fail("write to");
  file_end_ += tail_.size();
  tail_.clear();
}

const char* RowStore::load(std::uint64_t start, std::size_t size) {
  if (start < memory_.size()) return memory_.data() + start;
  if (start >= file_end_) return tail_.data() + (start - file_end_);
  const bool inside = start >= window_start_ && start + size <= window_start_ + window_.size();
  if (!inside) {
    const auto left = static_cast<std::size_t>(file_end_ - start);
    window_.resize(std::min(left, std::max(size, chunk)));
    window_start_ = start;
    if (fseeko(file_.get(), static_cast<off_t>(start - memory_.size()), SEEK_SET) != 0 ||
        std::fread(window_.data(), 1, window_.size(), file_.get()) != window_.size()) {
      window_.clear();
      fail("read from");
    }
  }
  return window_.data() + (start - window_start_);
}

void RowStore::read(std::size_t index, wire::RowFields& row) {
  const std::uint64_t start = starts_[index];
  const std::uint64_t end = index + 1 < starts_.size() ? starts_[index + 1] : end_;
  const auto size = static_cast<std::size_t>(end - start);
  row.parse({load(start, size), size});
}

}  // namespace negodbc::session
