// Numeric addresses.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::net {

// Numeric, IPv4 or IPv6: such a host gets no SNI.
bool is_ip_address(const std::string& host);

// The address that 4 or 16 bytes are, in the network's order; "" of another number.
std::string ip_address_text(std::string_view bytes);

}  // namespace negodbc::net
