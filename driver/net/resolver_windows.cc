#include "driver/base/error.h"
#include "driver/base/windows_text.h"
#include "driver/net/resolver.h"
#include "driver/net/winsock.h"

namespace negodbc::net {

std::string ask_resolver(const std::string& name, bool numeric, AddressList& list) {
  start_winsock();
  const int status = get_addresses(name, numeric, list);
  return status == 0 ? std::string() : system_error_text(static_cast<unsigned long>(status));
}

bool is_local_socket(const std::string& /*name*/) {
  return false;
}

Address local_address(const Host& host) {
  throw ConnectionError("08001", "there are no Unix-domain sockets here: " + host.name);
}

}  // namespace negodbc::net
