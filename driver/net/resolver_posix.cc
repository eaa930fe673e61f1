#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "driver/base/error.h"
#include "driver/net/resolver.h"

namespace negodbc::net {
std::string ask_resolver(const std::string& name, bool numeric, AddressList& list) {
  const int status = get_addresses(name, numeric, list);
  if (status == 0) return {};
  return status == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(status);
}

bool is_local_socket(const std::string& name) {
  return name.starts_with('/') || name.starts_with('@');
}

Address local_address(const Host& host) {
  Address address;
  address.text = host.name + "/.s.PGSQL." + std::to_string(host.port);
  auto& local = reinterpret_cast<sockaddr_un&>(address.storage);
  local.sun_family = AF_UNIX;
  if (address.text.size() >= sizeof local.sun_path) {
    throw ConnectionError("08001",
                          "the path of the Unix-domain socket is too long: " + address.text);
  }
  std::memcpy(local.sun_path, address.text.data(), address.text.size());
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.text.size());
  if (local.sun_path[0] == '@') {
    local.sun_path[0] = '\0';  // an abstract name is exactly as long as the size says
  } else {
    ++address.size;
  }
  return address;
}

}  // namespace negodbc::net
