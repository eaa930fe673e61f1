// The program's own log (set_log of the ABI): lines of what the plugin does, without secrets.
#ifndef NEGODBC_NEGOTIATE_LOG_H_
#define NEGODBC_NEGOTIATE_LOG_H_

#include <cstdint>
#include <string>

#include "negodbc/auth_plugin.h"

namespace negodbc::auth {

enum class LogLevel : std::uint32_t {
  kError = NEGODBC_AUTH_LOG_ERROR,
  kInfo = NEGODBC_AUTH_LOG_INFO,
  kDebug = NEGODBC_AUTH_LOG_DEBUG
};

// Whether a line of this level is wanted, for who would have to make one up.
bool logs(LogLevel level) noexcept;
// Hands the line to the program's function, on this thread: no lock may be held. Does not throw.
void log(LogLevel level, const char* line) noexcept;
inline void log(LogLevel level, const std::string& line) noexcept {
  log(level, line.c_str());
}

// `write` NULL: no log from now on. When it returns, the function that was there before is not
// called any more, but in a child of a fork, whose parent's threads do not end. Throws
// std::bad_alloc.
void set_log(const negodbc_auth_log& log);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_LOG_H_
