// Numeric addresses.
#pragma once

#include <string>

namespace negodbc::net {

// Numeric, IPv4 or IPv6: such a host gets no SNI.
bool is_ip_address(const std::string& host);

}  // namespace negodbc::net
