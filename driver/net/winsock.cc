#include "driver/net/winsock.h"

#include "driver/base/error.h"
#include "driver/base/windows_text.h"

namespace negodbc::net {

void start_winsock() {
  // Never ended: sockets may be in use until the process ends.
  static const int status = [] {
    WSADATA data = {};
    return WSAStartup(MAKEWORD(2, 2), &data);
  }();
  if (status != 0) {
    throw ConnectionError("08001", "Windows Sockets can't be used: " + socket_error_text(status));
  }
}

std::string socket_error_text(int error) {
  return system_error_text(static_cast<unsigned long>(error));
}

}  // namespace negodbc::net
