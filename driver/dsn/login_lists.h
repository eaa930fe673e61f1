// The values that are lists: servers and their ports, accepted ways of login.
#pragma once

#include <string_view>
#include <vector>

#include "driver/login/login_settings.h"

namespace negodbc::dsn {

// libpq "Specifying Multiple Hosts": names, addresses and ports each with commas, as many of one as
// of the other, except that one port serves all. An empty port is 5432, an empty name localhost.
// `names_given`: the names are the user's, not the table's default. Throws Error 08001.
std::vector<net::Host> parse_hosts(std::string_view names, bool names_given,
                                   std::string_view addresses, std::string_view ports);

// libpq's require_auth to AuthMethod bits; 0: no restriction. Throws Error 08001.
unsigned parse_require_auth(std::string_view list);

}  // namespace negodbc::dsn
