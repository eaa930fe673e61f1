// One server of the list a login may name; they are tried in turn (libpq "Specifying Multiple
// Hosts").
#pragma once

#include <cstdint>
#include <string>

namespace negodbc::net {

struct Host {
  std::string name;  // a host name, an IP address, or a directory of a Unix-domain socket ("/...")
  std::string address;  // hostaddr: when given, nothing is resolved; name still names the SPN and
                        // the certificate
  std::uint16_t port = 5432;
};

// "db.example.org:5432", for texts.
inline std::string host_and_port(const Host& host) {
  const std::string& name = host.name.empty() ? host.address : host.name;
  return name + ":" + std::to_string(host.port);
}

}  // namespace negodbc::net
