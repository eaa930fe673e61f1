#include "sspi_gssapi/nameless_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "sspi_gssapi/krb5_context.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::string_view kFileType = "FILE:";

void close_cache(Krb5& krb5) {
  if (krb5.cache != nullptr) krb5.f.krb5_cc_close(krb5.get(), std::exchange(krb5.cache, nullptr));
}

}  // namespace

std::optional<NamelessCache> NamelessCache::make(Krb5& krb5) {
  const Krb5Functions& f = krb5.f;
  if (f.krb5_cc_new_unique(krb5.get(), "FILE", nullptr, &krb5.cache) != 0) return std::nullopt;
  const bool initialised = f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal) == 0;
  const std::string name = krb5.full_name(krb5.cache);
  close_cache(krb5);
  if (!name.starts_with(kFileType)) return std::nullopt;
  const std::string path = name.substr(kFileType.size());
  NamelessCache cache(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  ::unlink(path.c_str());
  if (!initialised || cache.file_ < 0) return std::nullopt;
  // Where there is no /proc it has no owner.
  void* owner = nullptr;
  const bool usable = f.krb5_cc_resolve(krb5.get(), cache.name().c_str(), &krb5.cache) == 0 &&
                      f.krb5_cc_get_principal(krb5.get(), krb5.cache, &owner) == 0;
  if (!usable) {
    close_cache(krb5);
    return std::nullopt;
  }
  f.krb5_free_principal(krb5.get(), owner);
  return cache;
}

NamelessCache::~NamelessCache() {
  if (file_ >= 0) ::close(file_);
}

std::string NamelessCache::name() const {
  std::string name(kFileType);
  name += "/proc/self/fd/";
  name += std::to_string(file_);
  return name;
}

}  // namespace negodbc::sspi_gssapi
