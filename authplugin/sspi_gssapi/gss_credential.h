// The object behind a CredHandle: a GSSAPI credential with the library it lives in.
#ifndef NEGODBC_SSPI_GSSAPI_GSS_CREDENTIAL_H_
#define NEGODBC_SSPI_GSSAPI_GSS_CREDENTIAL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "negodbc/sspi.h"
#include "negotiate/security_platform.h"
#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/handle_registry.h"
#include "sspi_gssapi/scoped.h"
#include "sspi_gssapi/ticket_list.h"
#include "sspi_gssapi/ticket_realm.h"

namespace negodbc::sspi_gssapi {

enum class Package : std::uint8_t { kNegotiate, kKerberos, kNtlm };

const char* package_name(Package package);
gss_OID_desc* package_mech(Package package);

// What AcquireCredentialsHandle was asked for, whatever struct it was said in.
struct CredentialSource {
  Package package = Package::kNegotiate;
  bool inbound = false;
  bool outbound = false;
  std::string library;  // "auto" when empty
  std::string principal;
  bool allow_ntlm = false;
  std::string cache;
  std::string keytab;
  auth::SecretText password;
  gss_cred_id_t native = nullptr;
  bool use_native = false;  // itself, not a copy
  bool private_copy = false;
  std::string default_caches;  // default_cache_of() each library; "": the library's own
  std::string target;          // which member of a collection
};

class GssCredential {
 public:
  using Ptr = std::shared_ptr<const GssCredential>;
  using Acquired = std::variant<Ptr, Explained>;

  // With "auto": from the first library that can.
  static Acquired acquire(const CredentialSource& source);

  explicit GssCredential(const GssLibrary& used) : library(used), cred(used) {}

 private:
  Ptr copy_with(PrivateCache::Made made) const;

 public:
  // One with the same tickets in a private cache of its own, for contexts whose ticket is there;
  // NULL: this one has no private cache, or it can't be copied.
  Ptr copy() const;
  // One with the tickets but those for a target; NULL likewise.
  Ptr copy_without_ticket(const std::string& target) const;

  // Why a first leg failed, from raw Kerberos with the same source: Heimdal's SPNEGO tells nothing.
  // May ask the KDC. Status SEC_E_OK: Kerberos found nothing wrong.
  Explained explain_by_kerberos(gss_name_t target) const;

  // What its cache holds for a service; asks nobody. Nothing: not there, or it can't be told.
  std::optional<KeptRealm> realm_of_kept(const std::string& service) const;

  // Whether its cache holds a ticket for the KDC of a realm that is not its own.
  bool has_way_to(std::string_view realm) const;

  // The library's mechanism for it.
  gss_OID_desc* mech() const;
  gss_cred_id_t handle() const { return native != nullptr ? native : cred.get(); }

  const GssLibrary& library;
  Package package = Package::kNegotiate;
  bool inbound = false;
  bool outbound = false;
  bool allow_ntlm = false;
  bool negotiates_here = false;     // Kerberos' credential, for Negotiate (mech_credential.h)
  PrivateCache::Ptr private_cache;  // outlives `cred`, which is in it
  ScopedCred cred;
  gss_cred_id_t native = nullptr;  // the caller's, used instead of `cred`
  std::string cache;               // for gss_krb5_ccache_name; "": the default
  auth::CredentialFacts facts;
  mutable KnownRealms realms;

 private:
  // The name of the cache, or of a copy where there is none, for as long as `look` takes.
  template <typename Look>
  auto look_into_tickets(Look look) const;
};

using CredentialRegistry = HandleRegistry<GssCredential const, 0x4E44C4EDu>;

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_GSS_CREDENTIAL_H_
