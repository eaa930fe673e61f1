// What GSSAPI cannot do with credential caches: look into one to tell why it cannot be used, and
// make a private one in memory from a keytab, a password or a credential handed over.
#ifndef NEGODBC_SSPI_GSSAPI_CREDENTIAL_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_CREDENTIAL_CACHE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/nameless_cache.h"

namespace negodbc::sspi_gssapi {

class Krb5;
enum class ClientKind : std::uint8_t;

// The name of the user's default cache as the library tells it; "" when it does not. Reads
// krb5.conf.
std::string configured_cache_name(const GssLibrary& library);
// The same, or what KRB5CCNAME says, which may be "", too.
std::string default_cache_name(const GssLibrary& library);
// The same, or why there is none: without a name, a library's thread takes the one that it had
// before. "": the library has no Kerberos functions to tell it.
std::variant<std::string, Explained> find_default_cache(const GssLibrary& library);

struct CacheView {
  Krb5Code code = 0;         // 0: it can be read
  std::string text;          // the library's words when it cannot
  std::string principal;     // whose tickets
  bool is_wanted = false;    // that is who was asked for
  Krb5Code wanted_code = 0;  // who was asked for is no name: why, in wanted_text
  std::string wanted_text;
  bool life_known = false;
  std::int64_t life_s = 0;  // of the ticket-granting ticket
};
// `wanted`: a principal, with its realm or of the default one; "": none.
CacheView look_into_cache(const GssLibrary& library, const std::string& name,
                          const std::string& wanted = {});

// Why a text is no principal's name. MIT's gss_import_name does not look.
std::optional<Explained> fault_of_principal(const GssLibrary& library, const std::string& name);

// A MEMORY: cache that only its owner knows, destroyed with it. The library chooses the name, so
// that nobody else in the process has the same one, not even another copy of this plugin. With
// MIT's library and a clock that is ahead of the KDC's it is a file without a name.
class PrivateCache {
 public:
  using Ptr = std::shared_ptr<PrivateCache>;
  using Made = std::variant<Ptr, Explained>;

  // Each fetches or copies a ticket; the first two wait for a KDC. Without a principal, a keytab's
  // first entry tells it; with a password, it may be an enterprise name (client_name.h).
  static Made from_password(const GssLibrary& library, const std::string& principal,
                            const char* password);
  static Made from_keytab(const GssLibrary& library, const std::string& principal,
                          const std::string& keytab);
  static Made from_credential(const GssLibrary& library, const std::string& principal,
                              gss_cred_id_t credential);

  // All tickets of another cache. Waits for nobody when that is a file or in memory. Fails where
  // this machine's clock is not the KDC's, which a copy in memory would not know.
  static Made from_cache(const GssLibrary& library, const std::string& name);

  // The same for making contexts with the tickets that are there. Libraries read a cache entry by
  // entry, several times a leg, and keep more in it than tickets. So what only helps to get more
  // tickets is left out, and the services' stand where the library comes to them first.
  static Made for_contexts(const GssLibrary& library, const std::string& name);

  // All but the tickets for a target, given with its realm or without.
  static Made without_ticket(const GssLibrary& library, const std::string& name,
                             const std::string& target);

  ~PrivateCache();
  PrivateCache(const PrivateCache&) = delete;
  PrivateCache& operator=(const PrivateCache&) = delete;
  const std::string& name() const { return name_; }

 private:
  PrivateCache(const GssLibrary& library, std::string name, std::optional<NamelessCache> file);
  static Made from_password(const GssLibrary& library, const std::string& principal,
                            ClientKind kind, const char* password);
  template <typename Copy>
  static Made copy_of(const GssLibrary& library, const std::string& name, Copy copy);
  template <typename Begin, typename Fill>
  static Made make(const GssLibrary& library, Begin begin, Fill fill);

  const GssLibrary& library_;
  const std::string name_;
  const std::optional<NamelessCache> file_;  // what `name_` is of; nothing: it is in memory
  // MIT's library parses krb5.conf for every security context, unless some krb5_context has it.
  std::unique_ptr<Krb5> configuration_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CREDENTIAL_CACHE_H_
