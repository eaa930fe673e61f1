// What a SocketTransport does alike on every system.
#include <algorithm>
#include <cstring>

#include "driver/net/socket_transport.h"

namespace negodbc::net {

// In slices where somebody may end the wait.
void SocketTransport::wait(Direction direction, Deadline deadline) {
  constexpr std::chrono::milliseconds slice{200};
  const bool out = direction == Direction::out;
  if (!out && (has_ahead() || ended_)) return;
  do {
    if (stop_ != nullptr && stop_->reached()) break;
    const Deadline until = stop_ != nullptr ? deadline.sooner(Deadline::after(slice)) : deadline;
    if (!is_ready(!out || !ended_, out, until)) continue;
    if (!out || ended_) return;
    take_ahead();
    if (!deadline.expired()) return;
  } while (!deadline.expired());
  throw Timeout("the server did not answer in time");
}

// What has come, but not without end: the deadline is looked at in between.
void SocketTransport::take_ahead() {
  constexpr std::size_t piece = std::size_t{64} << 10U;
  constexpr int most_pieces = 16;
  std::optional<std::size_t> size = piece;
  for (int i = 0; i < most_pieces && size == piece; ++i) {
    const std::size_t before = ahead_.size();
    if (before - ahead_read_ >= most_ahead) {
      throw ConnectionError("08S01",
                            "the server has sent a gigabyte of answers and does not take the rest "
                            "of the request: send its statements one by one");
    }
    ahead_.resize(before + piece);
    size.reset();
    try {
      size = receive({ahead_.data() + before, piece});
    } catch (...) {
      ahead_.resize(before);
      throw;
    }
    ahead_.resize(before + size.value_or(0));
    if (size == 0) ended_ = true;
  }
}

std::optional<std::size_t> SocketTransport::try_read(std::span<char> into) {
  if (!has_ahead()) return ended_ ? std::optional<std::size_t>(0) : receive(into);
  const std::size_t size = std::min(into.size(), ahead_.size() - ahead_read_);
  std::memcpy(into.data(), ahead_.data() + ahead_read_, size);
  ahead_read_ += size;
  if (!has_ahead()) {
    ahead_ = {};
    ahead_read_ = 0;
  }
  return size;
}

std::size_t SocketTransport::read(std::span<char> into, Deadline deadline) {
  const bool there = expecting_ && await_expected(deadline);
  // After all there was has been read, asking at once is a call in vain.
  if (drained_ && !there) wait(Direction::in, deadline);
  for (;;) {
    if (const auto size = try_read(into)) {
      drained_ = *size < into.size();
      return *size;
    }
    wait(Direction::in, deadline);
  }
}

void SocketTransport::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (const auto size = try_write(bytes)) {
      bytes.remove_prefix(*size);
    } else {
      wait(Direction::out, deadline);
    }
  }
}

}  // namespace negodbc::net
