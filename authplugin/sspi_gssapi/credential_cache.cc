#include "sspi_gssapi/credential_cache.h"

#include <cstdlib>
#include <utility>

#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/client_name.h"
#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/mech_credential.h"
#include "sspi_gssapi/memory_cache_walk.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/ticket_list.h"

namespace negodbc::sspi_gssapi {
namespace {

Explained explain_krb5(const GssLibrary& library, const Krb5& krb5, Krb5Code code) {
  Explained result{};
  result.detail.major = GSS_S_FAILURE;
  result.detail.minor = static_cast<OM_uint32>(code);
  const Mapped mapped = map_error(GSS_S_FAILURE, result.detail.minor, Operation::kAcquire);
  result.status = mapped.status;
  result.detail.cause = mapped.cause;
  result.detail.text = krb5.words(code);
  blame_configuration(library, result);
  return result;
}

}  // namespace

std::string configured_cache_name(const GssLibrary& library) {
  const Krb5 krb5(library.krb5, Krb5::Files::kReadAnew);
  if (krb5.code() != 0) return "";
  const char* const name = library.krb5.krb5_cc_default_name(krb5.get());
  return name == nullptr ? "" : name;
}

std::string default_cache_name(const GssLibrary& library) {
  const char* const name = trusted_variable("KRB5CCNAME");
  return name != nullptr ? name : configured_cache_name(library);
}

std::variant<std::string, Explained> find_default_cache(const GssLibrary& library) {
  std::string found = default_cache_name(library);
  if (!found.empty() || !library.krb5.complete) return found;
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0) return explain_krb5(library, krb5, krb5.code());
  Explained failed{};
  failed.status = SEC_E_NO_CREDENTIALS;
  failed.detail.cause = auth::Cause::kNoCredentials;
  if (trusted_variable("KRB5CCNAME") != nullptr) {
    failed.detail.text = "KRB5CCNAME is empty: it names no credential cache";
    return failed;
  }
  failed.detail.text = "the name of the default credential cache in krb5.conf can't be resolved";
  if (library.krb5.krb5_cc_default != nullptr) {
    const Krb5Code code = library.krb5.krb5_cc_default(krb5.get(), &krb5.cache);
    if (code != 0) failed.detail.text += ": " + krb5.words(code);
  }
  return failed;
}

CacheView look_into_cache(const GssLibrary& library, const std::string& name,
                          const std::string& wanted) {
  CacheView view;
  Krb5 krb5(library.krb5);
  const Krb5Functions& f = library.krb5;
  view.code = krb5.code();
  if (view.code == 0) view.code = f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache);
  if (view.code == 0) {
    view.code = f.krb5_cc_get_principal(krb5.get(), krb5.cache, &krb5.principal);
  }
  if (view.code != 0) {
    view.text = krb5.words(view.code);
    return view;
  }
  view.principal = krb5.unparsed(krb5.principal);
  if (!wanted.empty()) {
    void* asked = nullptr;
    view.wanted_code = f.krb5_parse_name(krb5.get(), wanted.c_str(), &asked);
    if (view.wanted_code != 0) {
      view.wanted_text = krb5.words(view.wanted_code);
    } else {
      view.is_wanted = krb5.unparsed(asked) == view.principal;
      f.krb5_free_principal(krb5.get(), asked);
    }
  }
  std::time_t life = 0;
  if (f.krb5_cc_get_lifetime != nullptr &&
      f.krb5_cc_get_lifetime(krb5.get(), krb5.cache, &life) == 0) {
    view.life_known = true;
    view.life_s = life;
  }
  return view;
}

namespace {

using Fault = std::unique_ptr<Explained>;  // NULL: none

// As far as a clock may be off without a word of it.
constexpr std::int64_t kToleratedSeconds = 10;

Fault fault_of(const GssLibrary& library, const Krb5& krb5, Krb5Code code) {
  return code == 0 ? nullptr : std::make_unique<Explained>(explain_krb5(library, krb5, code));
}

}  // namespace

std::optional<Explained> fault_of_principal(const GssLibrary& library, const std::string& name) {
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0) return std::nullopt;  // whoever uses it meets the fault
  const Krb5Code code = parse_client(krb5, name, kind_of_client(name));
  return code == 0 ? std::nullopt : std::optional(explain_krb5(library, krb5, code));
}

// `begin` finds the principal, and whatever tells the KDC's time: MIT's caches take that from their
// context when they are initialised. `fill` stores the tickets.
template <typename Begin, typename Fill>
PrivateCache::Made PrivateCache::make(const GssLibrary& library, Begin begin, Fill fill) {
  auto made = std::make_unique<Krb5>(library.krb5);
  Krb5& krb5 = *made;
  const Krb5Functions& f = library.krb5;
  if (krb5.code() != 0) {
    Explained failed = explain_krb5(library, krb5, krb5.code());
    if (!f.complete) {
      failed.status = SEC_E_UNSUPPORTED_FUNCTION;
      failed.detail = {};
      failed.detail.cause = auth::Cause::kUnsupported;
      failed.detail.text = library.title() + " offers no Kerberos functions";
    }
    return failed;
  }
  if (Fault failed = begin(krb5)) return std::move(*failed);
  const bool ahead =
      library.family == Family::kMit && krb5.kdc_offset(nullptr) < -kToleratedSeconds;
  std::optional<NamelessCache> file = ahead ? NamelessCache::make(krb5) : std::nullopt;
  Krb5Code code = 0;
  if (!file) code = f.krb5_cc_new_unique(krb5.get(), "MEMORY", nullptr, &krb5.cache);
  if (code != 0) return explain_krb5(library, krb5, code);
  std::string name = file ? file->name() : krb5.full_name(krb5.cache);
  if (name.empty()) return explain_krb5(library, krb5, -1);
  const bool initialised = file.has_value();
  // Destroys the cache whatever comes.
  Ptr cache(new PrivateCache(library, std::move(name), std::move(file)));
  if (!initialised) code = f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal);
  if (code != 0) return explain_krb5(library, krb5, code);
  if (Fault failed = fill(krb5)) return std::move(*failed);
  if (library.family == Family::kMit) cache->configuration_ = std::move(made);
  return cache;
}

PrivateCache::PrivateCache(const GssLibrary& library, std::string name,
                           std::optional<NamelessCache> file)
    : library_(library), name_(std::move(name)), file_(std::move(file)) {}

PrivateCache::Made PrivateCache::from_password(const GssLibrary& library,
                                               const std::string& principal, const char* password) {
  Made made = from_password(library, principal, kind_of_client(principal), password);
  const auto* failed = std::get_if<Explained>(&made);
  if (failed == nullptr || !may_be_enterprise(principal) ||
      (failed->detail.cause != auth::Cause::kRealmUnknown &&
       failed->detail.cause != auth::Cause::kKdcUnreachable)) {
    return made;
  }
  return from_password(library, principal, ClientKind::kEnterprise, password);
}

PrivateCache::Made PrivateCache::from_password(const GssLibrary& library,
                                               const std::string& principal, ClientKind kind,
                                               const char* password) {
  return make(
      library,
      [&](Krb5& krb5) {
        Krb5Code code = parse_client(krb5, principal, kind);
        if (code == 0) code = fetch_by_password(krb5, library.family, kind, password);
        if (code == 0) code = take_client_of_ticket(krb5, library.family);
        return fault_of(library, krb5, code);
      },
      [&](Krb5& krb5) { return fault_of(library, krb5, krb5.store_ticket()); });
}

PrivateCache::Made PrivateCache::from_keytab(const GssLibrary& library,
                                             const std::string& principal,
                                             const std::string& keytab) {
  return make(
      library,
      [&](Krb5& krb5) {
        Krb5Code code = krb5.f.krb5_kt_resolve(krb5.get(), keytab.c_str(), &krb5.keytab);
        if (code == 0) {
          code = principal.empty() ? first_of_keytab(krb5, library.family)
                                   : parse_client(krb5, principal, ClientKind::kPrincipal);
        }
        if (code == 0) {
          code = krb5.fetch_ticket([&](void* creds) {
            return krb5.f.krb5_get_init_creds_keytab(krb5.get(), creds, krb5.principal, krb5.keytab,
                                                     0, nullptr, nullptr);
          });
        }
        Fault failed = fault_of(library, krb5, code);
        // A file that is missing or locked is the keytab here, and a wrong key is in it.
        constexpr OM_uint32 kNoneFits = krb5_code(210);  // MIT's word for all of these
        if (failed != nullptr && (failed->detail.minor == kNoneFits ||
                                  failed->detail.cause == auth::Cause::kNoCredentials ||
                                  failed->detail.cause == auth::Cause::kCacheUnreadable ||
                                  failed->detail.cause == auth::Cause::kPassword)) {
          failed->detail.cause = auth::Cause::kKeytab;
          failed->status = SEC_E_NO_CREDENTIALS;
        }
        return failed;
      },
      [&](Krb5& krb5) { return fault_of(library, krb5, krb5.store_ticket()); });
}

namespace {

// MIT's library leaves a credential without a name open until it is used, each mechanism's part for
// itself, and gss_krb5_copy_ccache() crashes at an open part beside Kerberos' own.
// gss_store_cred_into() looks for the cache first, but does not take SPNEGO's part alone.
OM_uint32 copy_tickets(const GssLibrary& library, gss_cred_id_t credential, Krb5& krb5,
                       OM_uint32& minor) {
  if (library.gss_store_cred_into == nullptr || !has_mech(library, credential, &kKrb5Mech)) {
    return library.gss_krb5_copy_ccache(&minor, credential, krb5.cache);
  }
  const std::string name = krb5.full_name(krb5.cache);
  gss_key_value_element_desc cache{"ccache", name.c_str()};
  const gss_key_value_set_desc place{1, &cache};
  return library.gss_store_cred_into(&minor, credential, GSS_C_INITIATE, &kKrb5Mech, 1, 0, &place,
                                     nullptr, nullptr);
}

}  // namespace

PrivateCache::Made PrivateCache::from_credential(const GssLibrary& library,
                                                 const std::string& principal,
                                                 gss_cred_id_t credential) {
  const auto begin = [&](Krb5& krb5) {
    return fault_of(library, krb5,
                    krb5.f.krb5_parse_name(krb5.get(), principal.c_str(), &krb5.principal));
  };
  return make(library, begin, [&](Krb5& krb5) -> Fault {
    if (library.gss_krb5_copy_ccache == nullptr) {
      auto failed = std::make_unique<Explained>();
      failed->status = SEC_E_UNSUPPORTED_FUNCTION;
      failed->detail.cause = auth::Cause::kUnsupported;
      failed->detail.text = library.title() + " cannot copy a credential";
      return failed;
    }
    OM_uint32 minor = 0;
    const OM_uint32 major = copy_tickets(library, credential, krb5, minor);
    if (!GSS_ERROR(major)) return nullptr;
    return std::make_unique<Explained>(
        explain(library, major, minor, nullptr, Operation::kAcquire));
  });
}

template <typename Copy>
PrivateCache::Made PrivateCache::copy_of(const GssLibrary& library, const std::string& name,
                                         Copy copy) {
  const auto begin = [&](Krb5& krb5) {
    Krb5Code code = krb5.f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.source);
    if (code == 0) {
      code = krb5.f.krb5_cc_get_principal(krb5.get(), krb5.source, &krb5.principal);
    }
    return fault_of(library, krb5, code);
  };
  return make(library, begin,
              [&](Krb5& krb5) { return fault_of(library, krb5, copy(krb5, krb5.source)); });
}

PrivateCache::Made PrivateCache::from_cache(const GssLibrary& library, const std::string& name) {
  return copy_of(library, name, [&](Krb5& krb5, void* from) {
    // Both libraries take the KDC's time from a file as they read it for a context; from memory
    // Heimdal never does, and MIT too late, although it is noted there.
    if (std::abs(krb5.kdc_offset(from)) > kToleratedSeconds) return Krb5Code{-1};
    const auto copy_all = krb5.f.krb5_cc_copy_cache != nullptr ? krb5.f.krb5_cc_copy_cache
                                                               : krb5.f.krb5_cc_copy_creds;
    return copy_all == nullptr ? Krb5Code{-1} : copy_all(krb5.get(), from, krb5.cache);
  });
}

namespace {

// What Heimdal and MIT note for the way to the KDC, by the name of the note's principal.
bool is_for_the_kdc(const auth::Ticket& entry) {
  return is_cache_configuration(entry) && (entry.target.find("/start_realm") != std::string::npos ||
                                           entry.target.find("/fast_avail") != std::string::npos);
}

bool is_for_a_service(const auth::Ticket& entry) {
  return !is_cache_configuration(entry) && !entry.target.starts_with("krbtgt/");
}

}  // namespace

PrivateCache::Made PrivateCache::for_contexts(const GssLibrary& library, const std::string& name) {
  return copy_of(library, name, [&](Krb5& krb5, void* from) {
    // Heimdal's memory cache gives first what came last; MIT's keeps the order.
    const bool services_last = library.family == Family::kHeimdal;
    Krb5Code code = 0;
    for (const bool services : {!services_last, services_last}) {
      const bool read =
          each_entry(library, krb5, from, [&](void* creds, const auth::Ticket& entry) {
            if (code != 0 || is_for_the_kdc(entry) || is_for_a_service(entry) != services) return;
            code = krb5.f.krb5_cc_store_cred(krb5.get(), krb5.cache, creds);
          });
      if (!read) return -1;
    }
    return code;
  });
}

PrivateCache::Made PrivateCache::without_ticket(const GssLibrary& library, const std::string& name,
                                                const std::string& target) {
  return copy_of(library, name, [&](Krb5& krb5, void* from) {
    Krb5Code code = 0;
    const bool read = each_entry(library, krb5, from, [&](void* creds, const auth::Ticket& entry) {
      if (code != 0 || is_for_target(entry, target)) return;
      code = krb5.f.krb5_cc_store_cred(krb5.get(), krb5.cache, creds);
    });
    return read ? code : Krb5Code{-1};
  });
}

PrivateCache::~PrivateCache() {
  if (!file_) destroy_memory_cache(library_, name_);
}

}  // namespace negodbc::sspi_gssapi
