// What differs between systems in resolving names; resolve.h is what others use.
#pragma once

#include <memory>
#include <string>

#include "driver/net/resolve.h"

struct addrinfo;

namespace negodbc::net {

struct FreeAddresses {
  void operator()(addrinfo* list) const;
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

// getaddrinfo() for stream sockets of any family, its status returned as it is (resolve.cc).
int get_addresses(const std::string& name, bool numeric, AddressList& list);

// The same, with what the system needs before it; "" and the list, or the system's reason. May hang
// as long as name servers do, unless the name is to be numeric.
std::string ask_resolver(const std::string& name, bool numeric, AddressList& list);

// Whether the name is that of a Unix-domain socket on this system.
bool is_local_socket(const std::string& name);

// The Unix-domain socket of a server in this directory. Throws ConnectionError 08001.
Address local_address(const Host& host);

}  // namespace negodbc::net
