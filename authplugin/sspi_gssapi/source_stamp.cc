#include "sspi_gssapi/source_stamp.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/ticket_list.h"

namespace negodbc::sspi_gssapi {
namespace {

std::uint64_t hash(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

void mix(std::uint64_t& into, std::uint64_t value) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;
  into ^= value + kGolden + (into << 6u) + (into >> 2u);
}

// The path of "FILE:/path", "WRFILE:/path" or "/path", a zero-terminated text; NULL: something
// else.
const char* path_of(std::string_view name) {
  for (const std::string_view prefix : {"FILE:", "WRFILE:"}) {
    if (name.starts_with(prefix)) return name.data() + prefix.size();
  }
  return name.starts_with('/') ? name.data() : nullptr;
}

// The kernel's realms and KDCs are in krb5.conf; which file that is may change.
std::uint64_t environment() {
  const char* config = std::getenv("KRB5_CONFIG");  // NOLINT(concurrency-mt-unsafe)
  return config == nullptr ? 0 : hash(config);
}

std::uint64_t nanoseconds(const timespec& time) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  return static_cast<std::uint64_t>(time.tv_sec) * kSecond +
         static_cast<std::uint64_t>(time.tv_nsec);
}

auth::SourceStamp stamp_of_file(std::string_view name, const char* path) {
  auth::SourceStamp stamp;
  stamp.value[0] = hash(name) ^ environment();
  mix(stamp.value[0], ::geteuid());
  struct stat file {};
  if (::stat(path, &file) != 0) return stamp;
  stamp.value[1] = file.st_ino;
  mix(stamp.value[1], file.st_dev);
  mix(stamp.value[1], static_cast<std::uint64_t>(file.st_size));
#ifdef __APPLE__
  stamp.value[2] = nanoseconds(file.st_mtimespec);
  stamp.value[3] = nanoseconds(file.st_ctimespec);
#else
  stamp.value[2] = nanoseconds(file.st_mtim);
  stamp.value[3] = nanoseconds(file.st_ctim);
#endif
  return stamp;
}

auth::PooledText cache_of(const auth::CredentialRequest& request, const GssLibrary* library) {
  if (!request.credential_cache.empty()) return auth::PooledText(request.credential_cache);
  return library == nullptr ? auth::PooledText() : default_cache_name(*library);
}

}  // namespace

std::optional<auth::SourceStamp> quick_stamp(const auth::CredentialRequest& request,
                                             std::string_view library) {
  if (request.password.given()) {
    auth::SourceStamp stamp;
    stamp.value[0] = environment();
    return stamp;
  }
  const auth::PooledText name = request.client_keytab.empty()
                                    ? cache_of(request, find_loaded(library))
                                    : auth::PooledText(request.client_keytab);
  const char* path = path_of(name);
  if (path == nullptr && !request.client_keytab.empty() && name.find(':') == std::string::npos) {
    path = name.c_str();
  }
  if (path == nullptr) return std::nullopt;
  return stamp_of_file(name, path);
}

auth::SourceStamp slow_stamp(const auth::CredentialRequest& request, std::string_view library) {
  auth::SourceStamp stamp;
  stamp.value[0] = environment();
  mix(stamp.value[0], ::geteuid());
  const GssLibrary* used = find_loaded(library);
  if (used == nullptr || !request.client_keytab.empty()) return stamp;
  const std::string name(cache_of(request, used));
  const CacheView view = look_into_cache(*used, name);
  mix(stamp.value[0], hash(name));
  stamp.value[1] = hash(view.principal) ^ static_cast<std::uint64_t>(view.code);
  // A ticket for a further service that another program has fetched is no change.
  for (const auth::Ticket& ticket : list_tickets(*used, name)) {
    if (!ticket.target.starts_with("krbtgt/")) continue;
    mix(stamp.value[2], hash(ticket.target));
    mix(stamp.value[3], static_cast<std::uint64_t>(ticket.expires_at));
  }
  return stamp;
}

bool is_single_cache(const std::string& name) {
  return path_of(name) != nullptr || name.starts_with("MEMORY:");
}

}  // namespace negodbc::sspi_gssapi
