#include "driver/session/spool.h"

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "driver/base/error.h"

namespace negodbc::session {
namespace {

// As in the protocol, but with the length of the body alone.
constexpr std::size_t header_size = 5;
// Read back from the file at once.
constexpr std::size_t read_chunk = std::size_t{64} << 10U;

// All of it or nothing.
void put(const wire::Frame& frame, std::string& out) {
  if (out.capacity() - out.size() < header_size + frame.body.size())
    out.reserve(std::max(out.size() + header_size + frame.body.size(), 2 * out.capacity()));
  std::array<char, header_size> header{static_cast<char>(frame.type)};
  const auto size = static_cast<std::uint32_t>(frame.body.size());
  std::memcpy(&header[1], &size, sizeof size);
  out.append(header.data(), header.size());
  out.append(frame.body);
}

std::size_t frame_size(const char* at) {
  std::uint32_t size = 0;
  std::memcpy(&size, at + 1, sizeof size);
  return header_size + size;
}

}  // namespace

void Spool::append(const wire::Frame& frame) {
  put(frame, tail_);
  if (tail_.size() >= memory_limit) spill();
}

void Spool::put_back(const wire::Frame& frame) {
  if (empty()) return append(frame);
  position_ -= header_size + frame.body.size();
}

void Spool::spill() {
  if (!file_) {
    file_ = open_temporary_file();
    read_at_ = 0;
    write_at_ = 0;
  }
  if (fseeko(file_.get(), write_at_, SEEK_SET) != 0 || !write_to(file_.get(), tail_)) {
    throw Error("HY000", std::string("cannot keep the rest of a result in a temporary file: ") +
                             std::strerror(errno) + "; make room in the directory that " +
                             temporary_directory_variable + " names");
  }
  write_at_ += static_cast<off_t>(tail_.size());
  tail_.clear();
}

// Makes head_ hold at least `size` bytes from position_ on, if there are so many in the file.
bool Spool::load(std::size_t size) {
  if (head_.size() - position_ >= size) return true;
  head_.erase(0, position_);
  position_ = 0;
  const std::size_t held = head_.size();
  const auto left = static_cast<std::size_t>(write_at_ - read_at_);
  const std::size_t chunk = std::min(left, std::max(size - held, read_chunk));
  head_.resize(held + chunk);
  if (chunk != 0 && (fseeko(file_.get(), read_at_, SEEK_SET) != 0 ||
                     std::fread(head_.data() + held, 1, chunk, file_.get()) != chunk)) {
    throw Error("HY000", std::string("cannot read back a result from its temporary file: ") +
                             std::strerror(errno));
  }
  read_at_ += static_cast<off_t>(chunk);
  return head_.size() >= size;
}

std::optional<wire::Frame> Spool::take() {
  if (file_ && !load(header_size)) file_.reset();
  if (position_ == head_.size()) {
    head_.clear();
    head_.swap(tail_);  // the file is exhausted: what has not been spilled comes next
    position_ = 0;
    if (head_.empty()) return std::nullopt;
  }
  const std::size_t size = frame_size(head_.data() + position_);
  if (file_) load(size);
  const char* at = head_.data() + position_;
  position_ += size;
  return wire::Frame{static_cast<wire::MessageType>(*at), {at + header_size, size - header_size}};
}

void Spool::clear() {
  head_ = {};
  tail_ = {};
  position_ = 0;
  file_.reset();
}

}  // namespace negodbc::session
