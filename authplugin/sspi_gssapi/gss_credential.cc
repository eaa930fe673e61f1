#include "sspi_gssapi/gss_credential.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/login_identity.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/thread_cache.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

Explained own_words(SECURITY_STATUS status, Cause cause, std::string text) {
  Explained result{};
  result.status = status;
  result.detail.cause = cause;
  result.detail.text = std::move(text);
  return result;
}

// One gss_acquire_cred for one mechanism from a cache ("": the default) or an acceptor's keytab.
Call acquire_for_mech(const GssLibrary& library, gss_OID_desc* mech, gss_name_t name,
                      gss_cred_usage_t usage, const std::string& cache, const std::string& keytab,
                      ScopedCred& cred) {
  Call call;
  gss_OID_set_desc mechs{1, mech};
  if (!cache.empty() || !keytab.empty()) {
    if (library.gss_acquire_cred_from != nullptr) {
      gss_key_value_element_desc element{cache.empty() ? "keytab" : "ccache",
                                         cache.empty() ? keytab.c_str() : cache.c_str()};
      const gss_key_value_set_desc store{1, &element};
      call.major = library.gss_acquire_cred_from(&call.minor, name, GSS_C_INDEFINITE, &mechs, usage,
                                                 &store, cred.out(), nullptr, nullptr);
      return call;
    }
    if (!keytab.empty() || library.gss_krb5_ccache_name == nullptr) {
      call.major = GSS_S_UNAVAILABLE;
      return call;
    }
  }
  const ThreadCache in_use(library, library.gss_acquire_cred_from == nullptr ? cache.c_str() : "");
  call.major = library.gss_acquire_cred(&call.minor, name, GSS_C_INDEFINITE, &mechs, usage,
                                        cred.out(), nullptr, nullptr);
  return call;
}

// Asked after a failure: what the cache itself tells about why.
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
    blame_configuration(failed);
    return;
  }
  failed.detail.facts.principal = view.principal;
  if (failed.detail.cause == Cause::kExpired || (view.life_known && view.life_s <= 0)) {
    failed.status = SEC_E_NO_CREDENTIALS;
    failed.detail.cause = Cause::kExpired;
    failed.detail.text = "the ticket of " + view.principal + " in " + cache + " has run out";
  }
}

gss_cred_usage_t usage_of(const CredentialSource& source) {
  if (source.inbound && source.outbound) return GSS_C_BOTH;
  return source.inbound ? GSS_C_ACCEPT : GSS_C_INITIATE;
}

// Which mechanisms a credential has; none when it cannot be told.
bool has_mech(const GssLibrary& library, gss_cred_id_t cred, const gss_OID_desc* mech) {
  ScopedOidSet mechs(library);
  OM_uint32 minor = 0;
  return !GSS_ERROR(
             library.gss_inquire_cred(&minor, cred, nullptr, nullptr, nullptr, mechs.out())) &&
         contains_oid(mechs.get(), mech);
}

bool has_mech(const GssLibrary& library, const gss_OID_desc* mech) {
  ScopedOidSet mechs(library);
  OM_uint32 minor = 0;
  return !GSS_ERROR(library.gss_indicate_mechs(&minor, mechs.out())) &&
         contains_oid(mechs.get(), mech);
}

// SPNEGO offers Kerberos only, unless NTLM is allowed.
void restrict_mechs(const GssCredential& credential) {
  const GssLibrary& library = credential.library;
  if (credential.package != Package::kNegotiate || !credential.outbound ||
      library.gss_set_neg_mechs == nullptr) {
    return;
  }
  std::array<gss_OID_desc, 2> offered = {kKrb5Mech, kNtlmMech};
  gss_OID_set_desc set{credential.allow_ntlm && has_mech(library, &kNtlmMech) ? 2u : 1u,
                       offered.data()};
  OM_uint32 minor = 0;
  // On failure the check of the mechanism after each leg still refuses NTLM.
  library.gss_set_neg_mechs(&minor, credential.cred.get(), &set);
}

// The steps of one acquisition from one library; the first that fails ends it.
class Acquisition {
 public:
  Acquisition(const GssLibrary& library, const CredentialSource& source)
      : library_(library),
        source_(source),
        credential_(std::make_shared<GssCredential>(library)),
        mech_(package_mech(source.package)) {
    credential_->package = source.package;
    credential_->inbound = source.inbound;
    credential_->outbound = source.outbound;
    credential_->allow_ntlm = source.allow_ntlm;
    credential_->facts.library_name = library.name;
    credential_->facts.library = library.title();
    credential_->facts.library_version = library.version;
    credential_->facts.principal = source.principal;
  }

  GssCredential::Acquired run() {
    std::optional<Explained> failed = check_mech();
    if (!failed) failed = find_source();
    if (!failed && credential_->native == nullptr) failed = acquire();
    if (!failed && source_.outbound) failed = inquire();
    if (failed) {
      // What was found on the way goes with the failure.
      auth::CredentialFacts facts = credential_->facts;
      if (!failed->detail.facts.principal.empty()) {
        facts.principal = failed->detail.facts.principal;
      }
      failed->detail.facts = std::move(facts);
      return std::move(*failed);
    }
    return GssCredential::Ptr(std::move(credential_));
  }

 private:
  std::optional<Explained> check_mech() const {
    if (source_.package != Package::kNtlm || has_mech(library_, mech_)) return std::nullopt;
    return own_words(SEC_E_SECPKG_NOT_FOUND, Cause::kUnsupported,
                     library_.title() + " has no NTLM mechanism");
  }

  std::optional<Explained> take(PrivateCache::Made made) {
    if (auto* failed = std::get_if<Explained>(&made)) return std::move(*failed);
    credential_->private_cache = std::get<PrivateCache::Ptr>(std::move(made));
    cache_ = credential_->private_cache->name();
    return std::nullopt;
  }

  std::optional<Explained> find_source() {
    std::string& told = credential_->facts.source;
    if (source_.package == Package::kNtlm && source_.native == nullptr) {
      // Neither caches nor keytabs are its affair.
      if (source_.outbound) {
        told = source_.password.given() ? "password of " + source_.principal : "the NTLM mechanism";
      }
      return std::nullopt;
    }
    if (source_.password.given()) {
      told = "password of " + source_.principal;
      return take(
          PrivateCache::from_password(library_, source_.principal, source_.password.c_str()));
    }
    if (!source_.keytab.empty()) {
      told = "keytab " + source_.keytab;
      if (!source_.outbound) return std::nullopt;
      return take(PrivateCache::from_keytab(library_, source_.principal, source_.keytab));
    }
    if (source_.native != nullptr) {
      told = "credential handed over";
      return take_native();
    }
    return source_.outbound ? find_cache() : check_acceptor();
  }

  // Heimdal 7 looks for an acceptor's caches, too, and crashes in a folder of them.
  std::optional<Explained> check_acceptor() const {
    if (library_.family != Family::kHeimdal || source_.package != Package::kNegotiate) {
      return std::nullopt;
    }
    const std::string name = default_cache_name(library_);
    if (!name.starts_with("DIR:")) return std::nullopt;
    return own_words(
        SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
        library_.title() + " can't accept Negotiate where the default cache is " + one_line(name));
  }

  std::optional<Explained> find_cache() {
    std::string& told = credential_->facts.source;
    // What is no name has no tickets anywhere, and is to be told as what it is.
    if (!source_.principal.empty()) {
      if (std::optional<Explained> failed = fault_of_principal(library_, source_.principal)) {
        return failed;
      }
    }
    cache_ = source_.cache;
    if (cache_.empty()) cache_ = default_cache_of(source_.default_caches, library_.name);
    if (cache_.empty()) cache_ = default_cache_name(library_);
    told = one_line(cache_);
    // A member of a folder is a file.
    if (cache_.starts_with("DIR::")) cache_.replace(0, 5, "FILE:");
    if (is_collection(cache_)) {
      auto chosen = choose_member(library_, cache_, source_.principal, source_.target);
      if (auto* failed = std::get_if<Explained>(&chosen)) return std::move(*failed);
      cache_ = std::get<std::string>(std::move(chosen));
      told = one_line(cache_);
    }
    if (source_.private_copy) take_copy();
    return std::nullopt;
  }

  // What can't be copied is used where it is, and its faults are told as ever.
  void take_copy() {
    PrivateCache::Made made = PrivateCache::from_cache(library_, cache_);
    if (auto* copy = std::get_if<PrivateCache::Ptr>(&made)) copied_ = std::move(*copy);
  }

  // Its tickets are copied, because its owner may end it while a call that was given up still uses
  // it. What has none to copy (NTLM), or is meant itself, is used as it is. But a credential
  // without an element for the mechanism must not be: MIT would silently take the user's default
  // one instead.
  std::optional<Explained> take_native() {
    const bool usable = has_mech(library_, source_.native, mech_);
    if (!usable || !source_.use_native) {
      std::optional<Explained> failed = copy_native();
      if (!failed || !usable) return failed;
    }
    credential_->native = source_.native;
    credential_->facts.borrowed = !source_.use_native;
    return std::nullopt;
  }

  std::optional<Explained> copy_native() {
    ScopedName name(library_);
    OM_uint32 minor = 0;
    const OM_uint32 major =
        library_.gss_inquire_cred(&minor, source_.native, name.out(), nullptr, nullptr, nullptr);
    if (GSS_ERROR(major)) return explain(library_, major, minor, &kKrb5Mech, Operation::kAcquire);
    return take(PrivateCache::from_credential(library_, display_name(library_, name.get()),
                                              source_.native));
  }

  std::optional<Explained> acquire() {
    if (copied_ != nullptr && !acquire_from(copied_->name())) {
      credential_->private_cache = std::move(copied_);
      return std::nullopt;
    }
    copied_.reset();
    return acquire_from(cache_);
  }

  std::optional<Explained> import(ScopedName& name) const {
    const Call call = source_.package == Package::kNtlm
                          ? import_user(library_, source_.principal, name)
                          : import_principal(library_, source_.principal, source_.inbound, name);
    if (!GSS_ERROR(call.major)) return std::nullopt;
    return explain(library_, call.major, call.minor, mech_, Operation::kAcquire);
  }

  // Whether a cache is the principal's. The library is not asked for the principal: Heimdal would
  // look for it in all caches of the process and the user, and crashes in a folder of them.
  std::optional<Explained> check_owner(const std::string& cache) const {
    const CacheView view = look_into_cache(library_, cache, source_.principal);
    if (view.code != 0 || view.is_wanted) return std::nullopt;  // the library tells the fault
    // MIT's library takes any text for a name until it is used.
    if (Mapped mapped; view.wanted_code != 0 && map_minor(static_cast<OM_uint32>(view.wanted_code),
                                                          Operation::kAcquire, mapped)) {
      return own_words(mapped.status, mapped.cause, view.wanted_text);
    }
    Explained failed = own_words(SEC_E_NO_CREDENTIALS, Cause::kNoCredentials,
                                 "no tickets of " + source_.principal + "; " + one_line(cache_) +
                                     " has those of " + view.principal);
    return failed;
  }

  std::optional<Explained> acquire_from(const std::string& cache) {
    ScopedName name(library_);
    if (!source_.principal.empty() && credential_->private_cache == nullptr) {
      const bool by_cache = source_.outbound && !cache.empty();
      if (std::optional<Explained> failed = by_cache ? check_owner(cache) : import(name)) {
        return failed;
      }
    }
    const std::string keytab = source_.outbound ? std::string() : source_.keytab;
    Call call = source_.password.given() && credential_->private_cache == nullptr
                    ? acquire_with_password(name)
                    : acquire_for_mech(library_, mech_, name.get(), usage_of(source_), cache,
                                       keytab, credential_->cred);
    if (!GSS_ERROR(call.major)) {
      credential_->cache = cache;
      restrict_mechs(*credential_);
      return std::nullopt;
    }
    Explained failed = explain(library_, call.major, call.minor, mech_, Operation::kAcquire);
    if (source_.package == Package::kNegotiate) {
      // SPNEGO only says that it found no mechanism: Kerberos says why.
      ScopedCred raw(library_);
      call =
          acquire_for_mech(library_, &kKrb5Mech, name.get(), usage_of(source_), cache, keytab, raw);
      if (GSS_ERROR(call.major)) {
        failed = explain(library_, call.major, call.minor, &kKrb5Mech, Operation::kAcquire);
      }
    }
    if (acquire_ntlm_for_negotiate()) return std::nullopt;
    if (source_.outbound) refine(failed);
    return failed;
  }

  // Where it is allowed and Kerberos has no ticket: SPNEGO with NTLM alone, since the default of
  // another mechanism's credential is not what was asked for.
  bool acquire_ntlm_for_negotiate() {
    if (source_.package != Package::kNegotiate || !source_.outbound || !source_.allow_ntlm ||
        source_.password.given() || library_.gss_set_neg_mechs == nullptr ||
        !has_mech(library_, &kNtlmMech)) {
      return false;
    }
    gss_OID_set_desc only{1, &kNtlmMech};
    OM_uint32 minor = 0;
    ScopedName no_name(library_);
    const Call call = acquire_for_mech(library_, mech_, no_name.get(), usage_of(source_), "", "",
                                       credential_->cred);
    if (GSS_ERROR(call.major) ||
        GSS_ERROR(library_.gss_set_neg_mechs(&minor, credential_->cred.get(), &only))) {
      return false;
    }
    credential_->facts.source = "the NTLM mechanism";
    return true;
  }

  // NTLM: the mechanism itself turns the password into keys.
  Call acquire_with_password(const ScopedName& name) {
    Call call;
    if (library_.gss_acquire_cred_with_password == nullptr) {
      call.major = GSS_S_UNAVAILABLE;
      return call;
    }
    gss_buffer_desc password = borrowed(source_.password.c_str());
    gss_OID_set_desc mechs{1, mech_};
    call.major = library_.gss_acquire_cred_with_password(
        &call.minor, name.get(), &password, GSS_C_INDEFINITE, &mechs, usage_of(source_),
        credential_->cred.out(), nullptr, nullptr);
    return call;
  }

  std::optional<Explained> inquire() {
    ScopedName name(library_);
    OM_uint32 life = 0;
    OM_uint32 minor = 0;
    const OM_uint32 major = library_.gss_inquire_cred(&minor, credential_->handle(), name.out(),
                                                      &life, nullptr, nullptr);
    if (GSS_ERROR(major)) {
      Explained failed = explain(library_, major, minor, mech_, Operation::kAcquire);
      refine(failed);
      return failed;
    }
    if (name) credential_->facts.principal = display_name(library_, name.get());
    if (life == 0) {
      Explained failed = own_words(SEC_E_NO_CREDENTIALS, Cause::kExpired, "");
      refine(failed);
      return failed;
    }
    if (life != GSS_C_INDEFINITE) credential_->facts.expires_at = unix_now() + life;
    return std::nullopt;
  }

  void refine(Explained& failed) const {
    if (source_.native != nullptr || source_.package == Package::kNtlm) return;
    refine_by_cache(library_, cache_, failed);
  }

  const GssLibrary& library_;
  const CredentialSource& source_;
  std::shared_ptr<GssCredential> credential_;
  gss_OID_desc* const mech_;
  std::string cache_;
  PrivateCache::Ptr copied_;
};

// Of two libraries that failed: the failure that says more.
bool says_more(const Explained& later, const Explained& earlier) {
  const auto rank = [](const Explained& failed) {
    switch (failed.detail.cause) {
      case Cause::kExpired:
        return 3;
      case Cause::kLibrary:
        return 0;
      case Cause::kNoCredentials:
      case Cause::kUnsupported:
      case Cause::kNone:
        return 1;
      case Cause::kCacheUnreadable:
        return 2;
      default:
        return 3;
    }
  };
  return rank(later) > rank(earlier);
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
  for (const std::string& which : library_choices(source.library)) {
    std::optional<Explained> failed;
    std::variant<const GssLibrary*, LoadError> loaded = load_library(which);
    if (auto* error = std::get_if<LoadError>(&loaded)) {
      failed = own_words(SEC_E_SECPKG_NOT_FOUND,
                         error->bad_option ? Cause::kArgument : Cause::kLibrary, error->text);
      failed->detail.facts.library = which;
    } else {
      Acquired acquired = Acquisition(*std::get<const GssLibrary*>(loaded), source).run();
      if (std::holds_alternative<Ptr>(acquired)) return acquired;
      failed = std::get<Explained>(std::move(acquired));
    }
    if (!worst || says_more(*failed, *worst)) worst = std::move(failed);
  }
  return std::move(*worst);
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
  copy->cache = (*tickets)->name();
  copy->facts = facts;
  copy->realms.take_from(realms);
  copy->private_cache = std::move(*tickets);
  const Call call = acquire_for_mech(library, package_mech(package), GSS_C_NO_NAME, GSS_C_INITIATE,
                                     copy->cache, std::string(), copy->cred);
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
