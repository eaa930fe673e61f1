#include "driver/net/ip_address.h"

#include <algorithm>
#include <array>

#include "native_socket.h"

namespace negodbc::net {

bool is_ip_address(const std::string& host) {
  in6_addr address = {};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::string ip_address_text(std::string_view bytes) {
  const bool wide = bytes.size() == sizeof(in6_addr);
  if (!wide && bytes.size() != sizeof(in_addr)) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  in6_addr address = {};
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&address));
  inet_ntop(wide ? AF_INET6 : AF_INET, &address, text.data(), text.size());
  return text.data();
}

}  // namespace negodbc::net
