// The system's names for sockets and addresses.
#pragma once

#include <winsock2.h>
// After winsock2.h.
#include <ws2tcpip.h>

namespace negodbc::net {

using NativeSocket = SOCKET;

}  // namespace negodbc::net
