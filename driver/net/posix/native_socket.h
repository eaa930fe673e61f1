// The system's names for sockets and addresses.
#pragma once

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace negodbc::net {

using NativeSocket = int;

}  // namespace negodbc::net
