// Files that keep whoever opens them waiting, to be seen before a library opens them.
#ifndef NEGODBC_SSPI_GSSAPI_WAITING_FILE_H_
#define NEGODBC_SSPI_GSSAPI_WAITING_FILE_H_

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "sspi_gssapi/environment.h"

namespace negodbc::sspi_gssapi {

// The path of a cache's or keytab's name, "FILE:/path", "WRFILE:/path" or "/path"; "": something
// else.
inline std::string_view path_of(std::string_view name) {
  for (const std::string_view prefix : {"FILE:", "WRFILE:"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name.find(':') == std::string_view::npos ? name : std::string_view();
}

inline constexpr char kWaitingFile[] = "it is a pipe or a device";

// Opening a pipe waits for its other end, and a device may never come to an end. False of the null
// device, which is as good as an empty file, and of what is not there.
inline bool is_waiting_file(const char* path) {
  struct stat found {};
  if (::stat(path, &found) != 0 || S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)) return false;
  struct stat null {};
  return !S_ISCHR(found.st_mode) || ::stat("/dev/null", &null) != 0 ||
         found.st_rdev != null.st_rdev;
}

inline bool is_waiting_source(std::string_view name) {
  return is_waiting_file(std::string(path_of(name)).c_str());
}

// MIT's library reads the list of its mechanisms before it does anything else.
inline bool is_mechanism_list_waiting() {
  const char* const path = trusted_variable("GSS_MECH_CONFIG");
  return path != nullptr && is_waiting_file(path);
}

// MIT's library opens what KRB5_TRACE names with each context. A pipe that somebody reads, or a
// terminal, keeps nobody waiting there.
inline bool is_trace_waiting() {
  const char* const path = trusted_variable("KRB5_TRACE");
  struct stat found {};
  if (path == nullptr || ::stat(path, &found) != 0 || !S_ISFIFO(found.st_mode)) return false;
  const int open = ::open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (open < 0) return errno == ENXIO;
  ::close(open);
  return false;
}

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_WAITING_FILE_H_
