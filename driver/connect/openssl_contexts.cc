// TLS contexts of this process, each made once: reading certificates, keys and what OpenSSL looks
// up for a new context costs more than a handshake's arithmetic. One is made anew when one of its
// files has changed, come or gone; a login is thus told of a bad file just as if the context were
// its own.
#include <sys/stat.h>

#include <cstdlib>

#include "driver/base/lru_map.h"
#include "driver/connect/openssl_context.h"

namespace negodbc::connect {
namespace {

using Contexts = LruMap<std::shared_ptr<const TlsContext>>;

Contexts& contexts() {
  constexpr std::size_t most_contexts = 64;
  static auto* const instance = new Contexts(most_contexts);
  return *instance;
}

// What tells one state of a file from another, be it that it is not there.
void add_state(const std::string& path, std::string& key) {
  key += path;
  struct stat status = {};
  if (!path.empty() && stat(path.c_str(), &status) == 0) {
    for (const auto number :
         {static_cast<long long>(status.st_dev), static_cast<long long>(status.st_ino),
          static_cast<long long>(status.st_size), static_cast<long long>(status.st_mode),
          static_cast<long long>(status.st_uid), static_cast<long long>(status.st_mtim.tv_sec),
          static_cast<long long>(status.st_mtim.tv_nsec),
          static_cast<long long>(status.st_ctim.tv_sec),
          static_cast<long long>(status.st_ctim.tv_nsec)}) {
      key += ' ';
      key += std::to_string(number);
    }
  }
  key += '\0';
}

void add_system_authorities(std::string& key) {
  const auto named = [](const char* variable, const char* usual) {
    const char* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return std::string(value == nullptr ? usual : value);
  };
  add_state(named(X509_get_default_cert_file_env(), X509_get_default_cert_file()), key);
  add_state(named(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()), key);
}

std::string key_of(const LoginSettings& settings) {
  std::string key = std::to_string(static_cast<int>(settings.ssl_mode)) +
                    (settings.ssl_sni ? "s" : "-") + (settings.ssl_direct ? "d" : "-");
  key += settings.ssl_min_version + '\0' + settings.ssl_max_version + '\0';
  const TlsFiles files = tls_files(settings);
  for (const std::string* path : {&files.root, &files.crl, &files.certificate, &files.key})
    add_state(*path, key);
  if (files.root == "system") add_system_authorities(key);
  return key;
}

}  // namespace

std::shared_ptr<const TlsContext> tls_context_for(const LoginSettings& settings) {
  const std::string key = key_of(settings);
  if (auto known = contexts().get(key); known && (*known)->opened_by(settings.ssl_password))
    return std::move(*known);
  auto context = std::make_shared<const TlsContext>(settings);
  contexts().put(key, context);
  return context;
}

}  // namespace negodbc::connect
