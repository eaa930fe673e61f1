#include "bench/sink/sink_connection.h"

#include <sys/socket.h>

#include <cerrno>

namespace negodbc::bench {

void SinkConnection::read(std::string& buffer) {
  const ssize_t count = recv(fd(), buffer.data(), buffer.size(), 0);
  if (count > 0) return conversation_.receive({buffer.data(), static_cast<std::size_t>(count)});
  if (count == 0 || (errno != EAGAIN && errno != EINTR)) gone();
}

void SinkConnection::gone() {
  conversation_.closed();
  broken_ = true;
}

void SinkConnection::write(std::string_view bytes) {
  if (broken_) return;
  if (rest_.empty()) {
    const ssize_t count = send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      broken_ = true;
      return;
    }
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  rest_ += bytes;
  if (rest_.size() > most_unwritten) broken_ = true;
}

void SinkConnection::write_rest() {
  const std::string rest = std::exchange(rest_, {});
  write(rest);
}

}  // namespace negodbc::bench
