#include "sspi_gssapi/gss_credential.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/credential_acquisition.h"
#include "sspi_gssapi/mech_credential.h"
#include "sspi_gssapi/oids.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

// Of two libraries that failed: the failure that says more.
bool says_more(const Explained& later, const Explained& earlier) {
  const auto rank = [](const Explained& failed) {
    switch (failed.detail.cause) {
      case Cause::kExpired:
        return 3;
      case Cause::kLibrary:
        return 0;
      case Cause::kNoCredentials:
      case Cause::kNoMechanism:
      case Cause::kUnsupported:
      case Cause::kNone:
        return 1;
      case Cause::kCacheUnreadable:
      case Cause::kCacheType:
        return 2;
      default:
        return 3;
    }
  };
  return rank(later) > rank(earlier);
}

std::array<std::string_view, 2> choices_now(std::string_view library) {
  const std::array<std::string_view, 2> usual = library_choices(library, false);
  if (usual[1].empty()) return usual;
  Configuration::Ptr configuration = Configuration::known();
  if (configuration == nullptr) configuration = Configuration::find({});
  return library_choices(library, configuration->mit_first());
}

}  // namespace

const char* package_name(Package package) {
  switch (package) {
    case Package::kKerberos:
      return "Kerberos";
    case Package::kNtlm:
      return "NTLM";
    case Package::kNegotiate:
      break;
  }
  return "Negotiate";
}

gss_OID_desc* package_mech(Package package) {
  switch (package) {
    case Package::kKerberos:
      return &kKrb5Mech;
    case Package::kNtlm:
      return &kNtlmMech;
    case Package::kNegotiate:
      break;
  }
  return &kSpnegoMech;
}

GssCredential::Acquired GssCredential::acquire(const CredentialSource& source) {
  std::optional<Explained> worst;
  for (const std::string_view each : choices_now(source.library)) {
    if (each.empty()) continue;
    const std::string which(each);
    std::optional<Explained> failed;
    std::variant<const GssLibrary*, LoadError> loaded = load_library(which);
    if (auto* error = std::get_if<LoadError>(&loaded)) {
      failed = own_words(SEC_E_SECPKG_NOT_FOUND,
                         error->bad_option ? Cause::kArgument : Cause::kLibrary, error->text);
      failed->detail.facts.library = which;
    } else {
      Acquired acquired = acquire_from_library(*std::get<const GssLibrary*>(loaded), source);
      if (std::holds_alternative<Ptr>(acquired)) return acquired;
      failed = std::get<Explained>(std::move(acquired));
    }
    // Whoever counts wrong passwords locks accounts: another library does not send it once more.
    const bool wrong_password = failed->detail.cause == Cause::kPassword;
    if (!worst || wrong_password || says_more(*failed, *worst)) worst = std::move(failed);
    if (wrong_password) break;
  }
  return std::move(*worst);
}

gss_OID_desc* GssCredential::mech() const {
  return negotiates_here ? &kKrb5Mech : package_mech(package);
}

GssCredential::Ptr GssCredential::copy() const {
  if (private_cache == nullptr || native != nullptr) return nullptr;
  return copy_with(PrivateCache::for_contexts(library, private_cache->name()));
}

GssCredential::Ptr GssCredential::copy_without_ticket(const std::string& target) const {
  if (private_cache == nullptr || native != nullptr) return nullptr;
  return copy_with(PrivateCache::without_ticket(library, private_cache->name(), target));
}

GssCredential::Ptr GssCredential::copy_with(PrivateCache::Made made) const {
  auto* tickets = std::get_if<PrivateCache::Ptr>(&made);
  if (tickets == nullptr) return nullptr;
  auto copy = std::make_shared<GssCredential>(library);
  copy->package = package;
  copy->inbound = inbound;
  copy->outbound = outbound;
  copy->allow_ntlm = allow_ntlm;
  copy->negotiates_here = negotiates_here;
  copy->cache = (*tickets)->name();
  copy->facts = facts;
  copy->realms.take_from(realms);
  copy->private_cache = std::move(*tickets);
  const Call call = acquire_for_mech(library, mech(), GSS_C_NO_NAME, GSS_C_INITIATE, copy->cache,
                                     std::string(), copy->cred);
  if (GSS_ERROR(call.major)) return nullptr;
  restrict_mechs(*copy);
  return copy;
}

template <typename Look>
auto GssCredential::look_into_tickets(Look look) const {
  if (native == nullptr) {
    return look(private_cache != nullptr ? private_cache->name()
                : cache.empty()          ? std::string(default_cache_name(library))
                                         : cache);
  }
  PrivateCache::Made copied = PrivateCache::from_credential(library, facts.principal, native);
  const auto* tickets = std::get_if<PrivateCache::Ptr>(&copied);
  return look(tickets == nullptr ? std::string() : (*tickets)->name());
}

std::optional<KeptRealm> GssCredential::realm_of_kept(const std::string& service) const {
  return look_into_tickets(
      [&](const std::string& name) { return realm_of_kept_ticket(library, name, service); });
}

bool GssCredential::has_way_to(std::string_view realm) const {
  const std::string kdc = "krbtgt/" + std::string(realm) + "@";
  return look_into_tickets([&](const std::string& name) {
    const std::vector<auth::Ticket> tickets = list_tickets(library, name);
    return std::any_of(tickets.begin(), tickets.end(),
                       [&](const auth::Ticket& ticket) { return ticket.target.starts_with(kdc); });
  });
}

Explained GssCredential::explain_by_kerberos(gss_name_t target) const {
  ScopedCred raw(library);
  if (native == nullptr) {
    const Call call = acquire_for_mech(library, &kKrb5Mech, GSS_C_NO_NAME, GSS_C_INITIATE, cache,
                                       std::string(), raw);
    if (GSS_ERROR(call.major)) {
      return explain(library, call.major, call.minor, &kKrb5Mech, Operation::kAcquire);
    }
  }
  gss_ctx_id_t context = GSS_C_NO_CONTEXT;
  ScopedBuffer token(library);
  OM_uint32 minor = 0;
  const OM_uint32 major =
      library.gss_init_sec_context(&minor, native != nullptr ? native : raw.get(), &context, target,
                                   &kKrb5Mech, GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS,
                                   GSS_C_NO_BUFFER, nullptr, token.out(), nullptr, nullptr);
  Explained result{};
  if (GSS_ERROR(major)) {
    result = explain(library, major, minor, &kKrb5Mech, Operation::kFirstLeg);
  }
  if (context != GSS_C_NO_CONTEXT) {
    library.gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
  }
  return result;
}

}  // namespace negodbc::sspi_gssapi
