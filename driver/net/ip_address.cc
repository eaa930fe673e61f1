#include "driver/net/ip_address.h"

#include "native_socket.h"

namespace negodbc::net {

bool is_ip_address(const std::string& host) {
  in6_addr address = {};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace negodbc::net
