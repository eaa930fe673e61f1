#include "sspi_gssapi/credential_acquisition.h"

#include <cstring>
#include <optional>
#include <utility>

#include "sspi_gssapi/cache_faults.h"
#include "sspi_gssapi/client_keytab.h"
#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/kcm_connection.h"
#include "sspi_gssapi/login_identity.h"
#include "sspi_gssapi/mech_credential.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

// Another library's credential would be taken for what it is not: MIT's begin with their own
// address, Heimdal's with that of another object.
bool may_be_of(const GssLibrary& library, gss_cred_id_t credential) {
  const void* first = nullptr;
  std::memcpy(&first, credential, sizeof(first));
  const bool mits = first == credential;
  return library.family == Family::kOther || mits == (library.family == Family::kMit);
}

gss_cred_usage_t usage_of(const CredentialSource& source) {
  if (source.inbound && source.outbound) return GSS_C_BOTH;
  return source.inbound ? GSS_C_ACCEPT : GSS_C_INITIATE;
}

// The steps of one acquisition from one library; the first that fails ends it.
class Acquisition {
 public:
  Acquisition(const GssLibrary& library, const CredentialSource& source)
      : library_(library), source_(source), credential_(std::make_shared<GssCredential>(library)) {
    credential_->package = source.package;
    credential_->inbound = source.inbound;
    credential_->outbound = source.outbound;
    credential_->allow_ntlm = source.allow_ntlm;
    // An acceptor's SPNEGO is the library's.
    credential_->negotiates_here = source.package == Package::kNegotiate && !source.inbound &&
                                   negotiates_here(library, source.allow_ntlm);
    mech_ = credential_->mech();
    credential_->facts.library_name = library.name;
    credential_->facts.library = library.title();
    credential_->facts.library_version = library.version;
    credential_->facts.principal = source.principal;
  }

  GssCredential::Acquired run() {
    std::optional<Explained> failed = check_configuration();
    if (!failed) failed = check_mech();
    if (!failed) failed = find_source();
    if (!failed && credential_->native == nullptr) failed = acquire();
    if (!failed && source_.outbound) failed = inquire();
    if (failed) {
      blame_descriptors(*failed);
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
  // Before the library reads it: nothing ends a call that waits for a file.
  std::optional<Explained> check_configuration() const {
    const std::string fault = fault_before_use(library_);
    if (fault.empty()) return std::nullopt;
    return own_words(SEC_E_NO_AUTHENTICATING_AUTHORITY, Cause::kConfiguration, fault);
  }

  std::optional<Explained> check_mech() const {
    if (source_.package != Package::kNtlm || has_mech(library_, mech_)) return std::nullopt;
    return own_words(SEC_E_SECPKG_NOT_FOUND, Cause::kNoMechanism,
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
      const bool waits = is_waiting_source(source_.keytab);
      const std::string fault = source_.outbound ? fault_of_keytab(source_.keytab)
                                : waits          ? kWaitingFile
                                                 : "";
      if (!fault.empty()) {
        return own_words(SEC_E_NO_CREDENTIALS, Cause::kKeytab,
                         "keytab " + one_line(source_.keytab) + ": " + fault);
      }
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
    if (cache_.empty()) {
      auto found = find_default_cache(library_);
      if (auto* failed = std::get_if<Explained>(&found)) return std::move(*failed);
      cache_ = std::get<std::string>(std::move(found));
    }
    told = one_line(cache_);
    // A member of a folder is a file.
    if (cache_.starts_with("DIR::")) cache_.replace(0, 5, "FILE:");
    if (!is_known_to_daemon(library_, cache_)) {
      return own_words(SEC_E_NO_CREDENTIALS, Cause::kNoCredentials,
                       library_.title() + " would ask the daemon of " + one_line(cache_) +
                           " as the user whom this process had before");
    }
    if (is_collection(cache_)) {
      auto chosen = choose_member(library_, cache_, source_.principal, source_.target);
      if (auto* failed = std::get_if<Explained>(&chosen)) {
        blame_keeper(library_, cache_, *failed);
        return std::move(*failed);
      }
      cache_ = std::get<std::string>(std::move(chosen));
      told = one_line(cache_);
    }
    if (is_waiting_source(cache_)) {
      return own_words(SEC_E_NO_CREDENTIALS, Cause::kCacheUnreadable,
                       one_line(cache_) + ": " + kWaitingFile);
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
    if (!may_be_of(library_, source_.native)) {
      return own_words(SEC_E_UNKNOWN_CREDENTIALS, Cause::kArgument,
                       "native_credential is not one of " + library_.title());
    }
    const bool usable = has_mech(library_, source_.native, mech_);
    if (!source_.target.empty() && is_collection(default_cache_name(library_))) {
      bind_to_target(library_, source_.native, source_.target);
    }
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
    Explained failed = own_words(SEC_E_NO_CREDENTIALS, Cause::kOtherPrincipal,
                                 "no tickets of " + source_.principal + "; " + one_line(cache_) +
                                     " has those of " + view.principal);
    return failed;
  }

  // By which MIT's library gets a ticket where the cache has none, whatever file it is.
  std::optional<Explained> check_client_keytab(const std::string& cache) const {
    if (!source_.outbound || source_.package == Package::kNtlm) return std::nullopt;
    const auto keytab = waiting_client_keytab(library_, cache);
    if (keytab.empty()) return std::nullopt;
    credential_->facts.source = "keytab " + one_line(keytab);
    return own_words(SEC_E_NO_CREDENTIALS, Cause::kKeytab,
                     credential_->facts.source + ": " + kWaitingFile);
  }

  std::optional<Explained> acquire_from(const std::string& cache) {
    ScopedName name(library_);
    if (!source_.principal.empty() && credential_->private_cache == nullptr) {
      const bool by_cache = source_.outbound && !cache.empty();
      if (std::optional<Explained> failed = by_cache ? check_owner(cache) : import(name)) {
        return failed;
      }
    }
    if (std::optional<Explained> failed = check_client_keytab(cache)) return failed;
    const std::string keytab = source_.outbound ? std::string() : source_.keytab;
    Call call = source_.password.given() && credential_->private_cache == nullptr
                    ? acquire_with_password(name)
                    : acquire_for_mech(library_, mech_, name.get(), usage_of(source_), cache,
                                       keytab, credential_->cred, &life_);
    if (!GSS_ERROR(call.major)) {
      credential_->cache = cache;
      restrict_mechs(*credential_);
      return std::nullopt;
    }
    Explained failed = explain(library_, call.major, call.minor, mech_, Operation::kAcquire);
    if (mech_ == &kSpnegoMech) {
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
    // MIT's library tells it here by this machine's clock, and before by the KDC's.
    const bool told = life_ != 0;
    if (told) life = life_;
    if (GSS_ERROR(major) && !(told && GSS_ROUTINE_ERROR(major) == GSS_S_CREDENTIALS_EXPIRED)) {
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
  gss_OID_desc* mech_ = nullptr;
  std::string cache_;
  OM_uint32 life_ = 0;  // as told when it was acquired; 0: it was not
  PrivateCache::Ptr copied_;
};

}  // namespace

Explained own_words(SECURITY_STATUS status, auth::Cause cause, std::string text) {
  Explained result{};
  result.status = status;
  result.detail.cause = cause;
  result.detail.text = std::move(text);
  return result;
}

GssCredential::Acquired acquire_from_library(const GssLibrary& library,
                                             const CredentialSource& source) {
  return Acquisition(library, source).run();
}

}  // namespace negodbc::sspi_gssapi
