#include "sspi_gssapi/kcm_connection.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>

namespace negodbc::sspi_gssapi {
namespace {

// Of whatever folder: where the daemon has its socket is settled when the library is built.
bool leads_to_daemon(int file) {
  sockaddr_un peer{};
  socklen_t size = sizeof(peer);
  if (::getpeername(file, reinterpret_cast<sockaddr*>(&peer), &size) != 0 ||
      peer.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path)) {
    return false;
  }
  std::string_view path(
      peer.sun_path, std::min<std::size_t>(size, sizeof(peer)) - offsetof(sockaddr_un, sun_path));
  path = path.substr(0, path.find('\0'));
  return path.ends_with("/.heim_org.h5l.kcm-socket");
}

}  // namespace

bool is_known_to_daemon(const GssLibrary& library, std::string_view cache) {
  if (library.family != Family::kHeimdal || !cache.starts_with("KCM:")) return true;
  const std::unique_ptr<DIR, int (*)(DIR*)> files(::opendir("/proc/self/fd"), ::closedir);
  if (files == nullptr) return false;
  const uid_t user = ::geteuid();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent* const entry = ::readdir(files.get())) {
    const int file = static_cast<int>(std::strtol(entry->d_name, nullptr, 10));
    struct stat facts {};
    // A socket's owner is who opened it.
    if (leads_to_daemon(file) && ::fstat(file, &facts) == 0 && facts.st_uid != user) return false;
  }
  return true;
}

}  // namespace negodbc::sspi_gssapi
