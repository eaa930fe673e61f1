// Windows' sockets have to be started in a process. Only for *_windows.cc.
#pragma once

#include <string>

#include "native_socket.h"

namespace negodbc::net {

// Once a process, for as long as it lives. Throws ConnectionError 08001.
void start_winsock();

// The system's words for an error of WSAGetLastError().
std::string socket_error_text(int error);

}  // namespace negodbc::net
