#include "sspi_gssapi/cache_faults.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "sspi_gssapi/credential_cache.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

constexpr OM_uint32 kCacheNotSupported = krb5_code(247);  // Heimdal's KRB5_CC_NOSUPP

// Heimdal's library tells a daemon that does not answer as a kind of cache that can't do what it is
// asked for.
bool is_silent_daemon(std::string_view cache, Krb5Code code) {
  return static_cast<OM_uint32>(code) == kCacheNotSupported && cache.starts_with("KCM:");
}

void blame_daemon(const std::string& cache, const std::string& words, Explained& failed) {
  failed.detail.cause = Cause::kCacheDaemon;
  failed.detail.text = "no daemon answers for " + one_line(cache) + " (" + words + ")";
}

}  // namespace

void refine_by_cache(const GssLibrary& library, const std::string& cache, Explained& failed) {
  if (failed.detail.cause != Cause::kNoCredentials && failed.detail.cause != Cause::kUnsupported &&
      failed.detail.cause != Cause::kExpired && failed.detail.cause != Cause::kNone) {
    return;
  }
  const CacheView view = look_into_cache(library, cache);
  if (view.code != 0) {
    Mapped mapped;
    if (map_minor(static_cast<OM_uint32>(view.code), Operation::kAcquire, mapped)) {
      failed.status = mapped.status;
      failed.detail.cause = mapped.cause;
    }
    if (failed.detail.minor == 0 || !is_mechanism_code(failed.detail.minor)) {
      failed.detail.minor = static_cast<OM_uint32>(view.code);
    }
    if (!view.text.empty()) failed.detail.text = view.text;
    if (is_silent_daemon(cache, view.code)) blame_daemon(cache, view.text, failed);
    blame_configuration(library, failed);
    return;
  }
  failed.detail.facts.principal = view.principal;
  if (failed.detail.cause == Cause::kExpired || (view.life_known && view.life_s <= 0)) {
    failed.status = SEC_E_NO_CREDENTIALS;
    failed.detail.cause = Cause::kExpired;
    failed.detail.text = "the ticket of " + view.principal + " in " + cache + " has run out";
  }
}

void blame_keeper(const GssLibrary& library, const std::string& collection, Explained& failed) {
  if (collection.starts_with("DIR:")) return;
  const CacheView view = look_into_cache(library, collection);
  const auto code = static_cast<OM_uint32>(view.code);
  Mapped mapped;
  if (code == 0 || !map_minor(code, Operation::kAcquire, mapped)) return;
  failed.status = mapped.status;
  failed.detail.cause = mapped.cause;
  failed.detail.minor = code;
  failed.detail.text = view.text;
  if (is_silent_daemon(collection, view.code)) blame_daemon(collection, view.text, failed);
}

void blame_descriptors(Explained& failed) {
  const int free = ::open("/", O_RDONLY | O_CLOEXEC);
  if (free >= 0) {
    ::close(free);
    return;
  }
  if (errno != EMFILE && errno != ENFILE) return;
  failed.status = SEC_E_INTERNAL_ERROR;
  failed.detail.cause = Cause::kNone;
  failed.detail.text = std::generic_category().message(errno) + "; " + failed.detail.text;
}

}  // namespace negodbc::sspi_gssapi
