// Who answers at a port where no PostgreSQL server listens.
#pragma once

#include <string_view>

namespace negodbc::wire {

// "HTTP", "SSH", "TLS", "MySQL's protocol": what the first bytes that somebody sends look like; "":
// nothing known.
std::string_view foreign_protocol(std::string_view bytes);

}  // namespace negodbc::wire
