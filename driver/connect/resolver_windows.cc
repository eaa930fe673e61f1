#include "driver/base/error.h"
#include "driver/base/windows_text.h"
#include "driver/connect/resolver.h"
#include "driver/connect/winsock.h"

namespace negodbc::connect {

void FreeAddresses::operator()(addrinfo* list) const {
  freeaddrinfo(list);
}

std::string ask_resolver(const std::string& name, bool numeric, AddressList& list) {
  start_winsock();
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = numeric ? AI_NUMERICHOST : 0;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  list.reset(found);
  return status == 0 ? std::string() : system_error_text(static_cast<unsigned long>(status));
}

bool is_local_socket(const std::string& /*name*/) {
  return false;
}

Address local_address(const Host& host) {
  throw ConnectionError("08001", "there are no Unix-domain sockets here: " + host.name);
}

std::thread quiet_thread(std::function<void()> body) {
  return std::thread(std::move(body));
}

}  // namespace negodbc::connect
