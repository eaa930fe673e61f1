// What a scripted peer needs of sockets and each system does in its own way.
#pragma once

#include <chrono>

#include "native_socket.h"

namespace negodbc::login::testing {

void start_sockets();  // before the first
void close_socket(net::NativeSocket socket);
// Reads end, as if there were nothing more, after this time.
void limit_reads(net::NativeSocket socket, std::chrono::seconds time);
// False when nothing has come in this time.
bool wait_readable(net::NativeSocket socket, std::chrono::milliseconds time);
// Fewer than `size` at the end, or when the time is over; 0 and less: nothing.
int receive(net::NativeSocket socket, char* into, std::size_t size);
int send_some(net::NativeSocket socket, const char* bytes, std::size_t size);

}  // namespace negodbc::login::testing
