#include <algorithm>
#include <cstring>

#include "driver/wire/backend.h"
#include "driver/wire/cursor.h"
#include "driver/wire/foreign_protocol.h"

namespace negodbc::wire {
namespace {

constexpr std::size_t header_size = 5;
// While logging in little comes; a session's buffer takes what a socket gives at a time.
constexpr std::size_t login_buffer = std::size_t{8} << 10U;
constexpr std::size_t session_buffer = std::size_t{128} << 10U;
// Less room than this is not worth a system call.
constexpr std::size_t smallest_room = std::size_t{4} << 10U;

}  // namespace

std::optional<Frame> FrameReader::next() {
  const std::size_t available = end_ - begin_;
  if (available < header_size) return std::nullopt;
  const char* const frame = buffer_.get() + begin_;
  const std::uint32_t length = load_u32(frame + 1);
  if (length < 4 || length > limit_) {
    const std::string_view foreign = foreign_protocol({frame, available});
    throw ProtocolError(
        "the server sent something that is not PostgreSQL's protocol: a message of type " +
        std::to_string(static_cast<unsigned char>(*frame)) + " and length " +
        std::to_string(length) + (foreign.empty() ? "" : ", which looks like ") +
        std::string(foreign));
  }
  if (available - 1 < length) return std::nullopt;
  begin_ += 1 + std::size_t{length};
  return Frame{static_cast<MessageType>(*frame), {frame + header_size, length - 4}};
}

std::optional<std::string_view> FrameReader::next_row() {
  const std::size_t available = end_ - begin_;
  if (available < header_size) return std::nullopt;
  const char* const frame = buffer_.get() + begin_;
  if (static_cast<MessageType>(*frame) != MessageType::data_row) return std::nullopt;
  const std::uint32_t length = load_u32(frame + 1);
  if (length < 4 || length > limit_ || available - 1 < length) return std::nullopt;
  begin_ += 1 + std::size_t{length};
  return std::string_view(frame + header_size, length - 4);
}

std::span<char> FrameReader::room() {
  const std::size_t usual = limit_ > login_limit ? session_buffer : login_buffer;
  const std::size_t pending = end_ - begin_;
  // What the frame under way still lacks, as far as is known; next() has refused what is over the
  // limit.
  std::size_t lacking = smallest_room;
  if (pending >= header_size) {
    const std::size_t whole = 1 + std::size_t{load_u32(buffer_.get() + begin_ + 1)};
    if (whole > pending) lacking = whole - pending;
  }
  // Only bytes that came may make the buffer larger, by as many again at most.
  const std::size_t enough = std::min(lacking, smallest_room);
  const std::size_t fitting =
      std::max(pending + std::min(lacking, std::max(pending, usual)), usual);
  if (capacity_ < usual || capacity_ - pending < enough || capacity_ > 2 * fitting) {
    auto other = std::make_unique_for_overwrite<char[]>(fitting);
    if (pending != 0) std::memcpy(other.get(), buffer_.get() + begin_, pending);
    buffer_ = std::move(other);
    capacity_ = fitting;
    begin_ = 0;
    end_ = pending;
  } else if (pending == 0) {
    begin_ = end_ = 0;
  } else if (capacity_ - end_ < std::min(lacking, capacity_ - pending)) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, pending);
    begin_ = 0;
    end_ = pending;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void FrameReader::received(std::size_t size) {
  end_ += size;
}

// The type of each whole frame, until `ends` says that it is enough.
template <class F>
void FrameReader::look_ahead(F&& ends) const {
  for (std::size_t at = begin_; end_ - at >= header_size;) {
    const std::size_t size = 1 + std::size_t{load_u32(buffer_.get() + at + 1)};
    if (size < header_size || size > end_ - at) return;  // next() says what is wrong with it
    if (ends(static_cast<MessageType>(buffer_[at]))) return;
    at += size;
  }
}

std::optional<FrameReader::End> FrameReader::received_end() const {
  std::size_t rows = 0;
  std::optional<End> end;
  look_ahead([&](MessageType type) {
    if (type == MessageType::command_complete) end = End{rows, false};
    if (type == MessageType::error_response) end = End{rows, true};
    if (type == MessageType::data_row) ++rows;
    return end.has_value();
  });
  return end;
}

bool FrameReader::received_suspension() const {
  bool suspended = false;
  look_ahead([&](MessageType type) {
    suspended = type == MessageType::portal_suspended;
    return suspended;
  });
  return suspended;
}

std::optional<char> FrameReader::take_byte() {
  if (begin_ == end_) return std::nullopt;
  return buffer_[begin_++];
}

}  // namespace negodbc::wire
