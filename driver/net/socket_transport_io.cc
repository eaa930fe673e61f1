// What a SocketTransport does alike on every system.
#include "driver/net/socket_transport.h"

namespace negodbc::net {

// In slices where somebody may end the wait.
void SocketTransport::wait(Direction direction, Deadline deadline) const {
  constexpr std::chrono::milliseconds slice{200};
  do {
    if (stop_ != nullptr && stop_->reached()) break;
    const Deadline until = stop_ != nullptr ? deadline.sooner(Deadline::after(slice)) : deadline;
    if (is_ready(direction, until)) return;
  } while (!deadline.expired());
  throw Timeout("the server did not answer in time");
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
