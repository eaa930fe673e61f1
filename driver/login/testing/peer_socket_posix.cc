#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include "driver/login/testing/peer_socket.h"

namespace negodbc::login::testing {

void start_sockets() {}

void close_socket(net::NativeSocket socket) {
  close(socket);
}

void limit_reads(net::NativeSocket socket, std::chrono::seconds time) {
  const timeval patience = {time.count(), 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

bool wait_readable(net::NativeSocket socket, std::chrono::milliseconds time) {
  pollfd entry = {socket, POLLIN, 0};
  return poll(&entry, 1, static_cast<int>(time.count())) > 0;
}

int receive(net::NativeSocket socket, char* into, std::size_t size) {
  return static_cast<int>(recv(socket, into, size, 0));
}

int send_some(net::NativeSocket socket, const char* bytes, std::size_t size) {
  return static_cast<int>(::send(socket, bytes, size, MSG_NOSIGNAL));
}

}  // namespace negodbc::login::testing
