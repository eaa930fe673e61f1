#include "driver/login/testing/peer_socket.h"
#include "driver/net/winsock.h"

namespace negodbc::login::testing {

void start_sockets() {
  net::start_winsock();
}

void close_socket(net::NativeSocket socket) {
  closesocket(socket);
}

void limit_reads(net::NativeSocket socket, std::chrono::seconds time) {
  const DWORD patience = static_cast<DWORD>(std::chrono::milliseconds(time).count());
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, reinterpret_cast<const char*>(&patience),
             sizeof patience);
}

bool wait_readable(net::NativeSocket socket, std::chrono::milliseconds time) {
  fd_set wanted;
  FD_ZERO(&wanted);
  FD_SET(socket, &wanted);
  timeval left = {};
  left.tv_sec = static_cast<long>(time.count() / 1000);
  left.tv_usec = static_cast<long>(time.count() % 1000 * 1000);
  return select(0, &wanted, nullptr, nullptr, &left) > 0;
}

int receive(net::NativeSocket socket, char* into, std::size_t size) {
  return recv(socket, into, static_cast<int>(size), 0);
}

int send_some(net::NativeSocket socket, const char* bytes, std::size_t size) {
  return ::send(socket, bytes, static_cast<int>(size), 0);
}

}  // namespace negodbc::login::testing
