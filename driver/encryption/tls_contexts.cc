// TLS contexts of this process, each made once: reading certificates and keys, and what the
// library looks up for a new context, costs more than a handshake's arithmetic. One is made anew
// when one of its files has changed, come or gone; a login is thus told of a bad file just as if
// the context were its own.
#include "driver/base/lru_map.h"
#include "driver/encryption/file_state.h"
#include "driver/encryption/tls_files.h"
#include "native_tls.h"

namespace negodbc::encryption {
namespace {

using Contexts = LruMap<std::shared_ptr<const TlsContext>>;

Contexts& contexts() {
  constexpr std::size_t most_contexts = 64;
  static auto* const instance = new Contexts(most_contexts);
  return *instance;
}

std::string key_of(const TlsOptions& options) {
  std::string key = std::to_string(static_cast<int>(options.ssl_mode)) +
                    (options.ssl_sni ? "s" : "-") + (options.ssl_direct ? "d" : "-");
  key += options.ssl_min_version + '\0' + options.ssl_max_version + '\0';
  const TlsFiles files = tls_files(options);
  for (const std::string* path : {&files.root, &files.crl, &files.certificate, &files.key})
    key += *path + file_state(*path) + '\0';
  if (files.root == "system") key += TlsContext::system_authorities();
  return key;
}

}  // namespace

std::shared_ptr<const TlsContext> tls_context_for(const TlsOptions& options) {
  const std::string key = key_of(options);
  if (auto known = contexts().get(key); known && (*known)->opened_by(options.ssl_password))
    return std::move(*known);
  auto context = std::make_shared<const TlsContext>(options);
  if (context->may_be_kept()) contexts().put(key, context);
  return context;
}

}  // namespace negodbc::encryption
