// Host names to addresses, within a deadline.
#pragma once

#include <string>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/net/host.h"
#include "native_socket.h"

namespace negodbc::net {

struct Address {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  std::string text;  // "127.0.0.1", "::1", "/run/postgresql/.s.PGSQL.5432"
  [[nodiscard]] bool is_local() const { return storage.ss_family == AF_UNIX; }
};

// The addresses of a host in the resolver's order; never none. A host that begins with '/' is the
// directory of a Unix-domain socket, '@' an abstract one; a numeric address is taken as it is,
// without a thread. Throws ConnectionError 08001 (unknown host), Timeout.
std::vector<Address> resolve(const Host& host, Deadline deadline);

}  // namespace negodbc::net
