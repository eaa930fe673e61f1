// Threads of the driver's own in somebody else's process.
#pragma once

#include <functional>
#include <thread>

namespace negodbc {

// A thread on which no signal handler of the application runs. Throws std::system_error.
std::thread quiet_thread(std::function<void()> body);

}  // namespace negodbc
