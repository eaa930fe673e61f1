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

// Each value is its length and its bytes.
void RowStore::append(const wire::RowFields& row) {
  std::size_t whole = row.values.size() * sizeof(std::uint32_t);
  for (const auto& value : row.values) whole += value.is_null() ? 0 : value.size;
  const bool in_memory = end_ < memory_limit;
  std::string& out = in_memory ? memory_ : tail_;
  const std::size_t before = out.size();
  starts_.push_back(end_);
  out.resize(before + whole);
  char* at = out.data() + before;
  for (const auto& value : row.values) {
    const std::uint32_t size = value.is_null() ? null_size : value.size;
    std::memcpy(at, &size, sizeof size);
    at += sizeof size;
    if (value.is_null() || value.size == 0) continue;
    std::memcpy(at, value.data, value.size);
    at += value.size;
  }
  end_ += whole;
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
  const char* at = load(start, static_cast<std::size_t>(end - start));
  const char* const stop = at + (end - start);
  row.values.clear();
  while (at != stop) {
    std::uint32_t size = 0;
    std::memcpy(&size, at, sizeof size);
    at += sizeof size;
    if (size == null_size) {
      row.values.push_back({nullptr, 0});
    } else {
      row.values.push_back({at, size});
      at += size;
    }
  }
}

}  // namespace negodbc::session
