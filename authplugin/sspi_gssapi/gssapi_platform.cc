// The SecurityPlatform of systems with GSSAPI.
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ctime>
#include <memory>
#include <utility>

#include "negotiate/security_platform.h"
#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/login_identity.h"
#include "sspi_gssapi/mech_credential.h"
#include "sspi_gssapi/process_id.h"
#include "sspi_gssapi/table.h"
#include "sspi_gssapi/thread_identity.h"
#include "sspi_gssapi/thread_surroundings.h"
#include "sspi_gssapi/ticket_list.h"

namespace negodbc::auth {
namespace {

#ifdef CLOCK_BOOTTIME
constexpr clockid_t kUptime = CLOCK_BOOTTIME;
#else
constexpr clockid_t kUptime = CLOCK_MONOTONIC;
#endif

class GssapiIdentity final : public AuthIdentity {
 public:
  explicit GssapiIdentity(const CredentialRequest& request) {
    const auto given = [](const std::string& text) {
      return text.empty() ? nullptr : text.c_str();
    };
    identity_.Version = NEGODBC_AUTH_IDENTITY_VERSION;
    identity_.Length = sizeof(identity_);
    identity_.Library = given(request.library);
    identity_.CredentialCache = given(request.credential_cache);
    identity_.Keytab = given(request.client_keytab);
    identity_.Principal = given(request.principal);
    identity_.Password = request.password.given() ? request.password.c_str() : nullptr;
    identity_.NativeCredential = request.native_credential;
    identity_.PackageList = request.allow_ntlm ? "ntlm" : nullptr;
    identity_.DefaultCaches = given(request.default_caches);
    identity_.Target = given(request.target);
    identity_.Flags = request.private_copy ? NEGODBC_AUTH_IDENTITY_PRIVATE_COPY : 0;
    if (request.native_owner != nullptr) identity_.Flags |= NEGODBC_AUTH_IDENTITY_USE_NATIVE;
  }
  void* data() override { return &identity_; }

 private:
  NEGODBC_AUTH_IDENTITY identity_{};
};

// Frees what getaddrinfo gave.
struct AddressListEnd {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

class GssapiPlatform final : public SecurityPlatform {
 public:
  const SecurityFunctionTableW& table() const override { return sspi_gssapi::table_w(); }
  bool allocates_tokens() const override { return true; }

  std::unique_ptr<AuthIdentity> identity(const CredentialRequest& request) const override {
    return std::make_unique<GssapiIdentity>(request);
  }

  CredentialFacts describe(CredHandle credential) const override {
    const auto found = sspi_gssapi::CredentialRegistry::instance().find(&credential);
    return found == nullptr ? CredentialFacts() : found->facts;
  }

  ErrorDetail last_error(SECURITY_STATUS status) const override {
    return sspi_gssapi::last_error(status);
  }

  sec_ulong delegation_bits(Delegation delegation) const override {
    switch (delegation) {
      case Delegation::kPolicy:
        return NEGODBC_ISC_REQ_DELEGATE_POLICY;
      case Delegation::kFull:
        return ISC_REQ_DELEGATE;
      case Delegation::kNone:
        break;
    }
    return 0;
  }

  sec_ulong sealing_bits(Sealing sealing) const override {
    switch (sealing) {
      case Sealing::kLibrary:
        return NEGODBC_ISC_REQ_LIBRARY_SEALING;
      case Sealing::kOpenssl:
        return NEGODBC_ISC_REQ_OPENSSL_SEALING;
      case Sealing::kAuto:
        break;
    }
    return 0;
  }

  std::int64_t unix_time(const TimeStamp& local) const override {
    return sspi_gssapi::unix_time_of(local);
  }

  std::int64_t context_end(const CtxtHandle& context, const TimeStamp& told) const override {
    const auto found = sspi_gssapi::ContextRegistry::instance().find(&context);
    return found == nullptr ? unix_time(told) : found->expires_at;
  }

  std::optional<std::string> canonical_host(const std::string& host,
                                            Canonicalize how) const override {
    if (how == Canonicalize::kNone) return host;
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0 || list == nullptr) {
      return std::nullopt;
    }
    const std::unique_ptr<addrinfo, AddressListEnd> end(list);
    const std::string forward =
        list->ai_canonname == nullptr ? host : without_dot(list->ai_canonname);
    if (how == Canonicalize::kForward) return forward;
    std::array<char, NI_MAXHOST> name{};
    const int failed = ::getnameinfo(list->ai_addr, list->ai_addrlen, name.data(), name.size(),
                                     nullptr, 0, NI_NAMEREQD);
    if (failed == EAI_AGAIN) return std::nullopt;
    return failed != 0 ? forward : without_dot(name.data());
  }

  bool caches_credentials() const override { return true; }
  // The ticket is in memory, and the target is a principal with its realm: neither DNS nor a KDC is
  // asked.
  bool may_wait_with_ticket() const override { return false; }
  // Heimdal 7 can't be told to forget the default cache that a thread was told (thread_cache.h),
  // and the program may use it there.
  bool leaves_thread_alone(const CredentialRequest& request,
                           const CredentialFacts& facts) const override {
    const sspi_gssapi::GssLibrary* const library = sspi_gssapi::find_loaded(facts.library_name);
    return library == nullptr || library->gss_acquire_cred_from != nullptr ||
           (request.package == "Kerberos" && sspi_gssapi::imports_caches(*library)) ||
           (request.package == "Negotiate" &&
            sspi_gssapi::negotiates_here(*library, request.allow_ntlm));
  }
  std::optional<Identity> identity_now(const CredentialRequest& request) const override {
    return sspi_gssapi::identity_now(request);
  }
  Identity find_identity(const CredentialRequest& request) const override {
    return sspi_gssapi::find_identity(request);
  }
  std::optional<SourceStamp> quick_stamp(const CredentialRequest& request) const override {
    return sspi_gssapi::quick_stamp(request);
  }
  SourceLook look(const CredentialRequest& request) const override {
    return sspi_gssapi::look(request);
  }
  SECURITY_STATUS copy_credential(const CredHandle& from, CredHandle& to) const override {
    return add_copy(from, to, [](const sspi_gssapi::GssCredential& of) { return of.copy(); });
  }
  SECURITY_STATUS copy_without_ticket(const CredHandle& from, const std::string& target,
                                      CredHandle& to) const override {
    return add_copy(from, to, [&](const sspi_gssapi::GssCredential& of) {
      return of.copy_without_ticket(target);
    });
  }
  std::optional<Ticket> find_ticket(const CredentialRequest& /*request*/,
                                    const CredHandle& credential,
                                    const std::string& target) const override {
    const auto found = sspi_gssapi::CredentialRegistry::instance().find(&credential);
    if (found == nullptr || found->private_cache == nullptr) return std::nullopt;
    return sspi_gssapi::find_ticket(
        sspi_gssapi::list_tickets(found->library, found->private_cache->name()), target);
  }

  std::int64_t uptime_s() const override {
    timespec now{};
    ::clock_gettime(kUptime, &now);
    return now.tv_sec;
  }

  std::uint64_t process_id() const override { return sspi_gssapi::process_id(); }

  ThreadIdentity thread_identity() const override { return sspi_gssapi::thread_identity(); }
  bool is_of_process(const ThreadIdentity& identity) const override {
    return sspi_gssapi::is_of_process(identity);
  }
  Surroundings surroundings() const override { return sspi_gssapi::surroundings(); }
  bool has_surroundings(const Surroundings& of) const override {
    return sspi_gssapi::has_surroundings(of);
  }
  bool are_of_process(const Surroundings& own) const override {
    return sspi_gssapi::are_of_process(own);
  }
  void leave_surroundings() const override { sspi_gssapi::leave_surroundings(); }
  bool may_be_by_thread() const override { return sspi_gssapi::may_be_in_thread_keyrings(); }

  // Heimdal's library reads krb5.conf once for each thread, the KDC's address in it.
  std::uint64_t era(const ThreadIdentity& identity) const override {
    return sspi_gssapi::has_loaded(sspi_gssapi::Family::kHeimdal)
               ? sspi_gssapi::Configuration::last_found(identity)
               : 0;
  }

  void prepare_helper_thread() const override {
    // The application's handlers run on its own threads.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
  }

 private:
  template <typename Copy>
  static SECURITY_STATUS add_copy(const CredHandle& from, CredHandle& to, Copy copy) {
    sspi_gssapi::CredentialRegistry& registry = sspi_gssapi::CredentialRegistry::instance();
    const auto found = registry.find(&from);
    if (found == nullptr) return SEC_E_INVALID_HANDLE;
    sspi_gssapi::GssCredential::Ptr made = copy(*found);
    if (made == nullptr) return SEC_E_UNSUPPORTED_FUNCTION;
    to = registry.add(std::move(made));
    return SEC_E_OK;
  }
  static std::string without_dot(std::string name) {
    if (name.size() > 1 && name.back() == '.') name.pop_back();
    return name;
  }
};

}  // namespace

const SecurityPlatform& system_platform() {
  static const GssapiPlatform* const platform =
      new GssapiPlatform;  // used by threads until the end
  return *platform;
}

}  // namespace negodbc::auth
