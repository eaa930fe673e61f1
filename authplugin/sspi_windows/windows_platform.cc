// The SecurityPlatform of Windows: Secur32's table, and what the system tells beside it.
#include <winsock2.h>
// After winsock2.h.
#include <ws2tcpip.h>

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "negotiate/security_platform.h"
#include "negotiate/utf16.h"
#include "sspi_windows/account_name.h"
#include "sspi_windows/credential_facts.h"
#include "sspi_windows/logon_platform.h"
#include "sspi_windows/message_layout.h"

namespace negodbc::auth {
namespace {

std::string without_dot(std::string name) {
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

// SEC_WINNT_AUTH_IDENTITY of a user with a password, or of nobody: the logon session's own.
class WindowsIdentity final : public AuthIdentity {
 public:
  explicit WindowsIdentity(const CredentialRequest& request)
      : given_(request.password.given()), refuse_ntlm_(!request.allow_ntlm) {
    if (given_) {
      // AcquireCredentialsHandle takes user and realm apart.
      const auto [user, realm] = sspi_windows::split_account(request.principal);
      user_ = to_wide(user);
      domain_ = to_wide(realm);
      password_ = to_wide(request.password.view());
    }
    fill(plain_);
    extended_.Version = SEC_WINNT_AUTH_IDENTITY_VERSION;
    extended_.Length = sizeof extended_;
    fill(extended_);
    if (refuse_ntlm_) {
      extended_.PackageList = reinterpret_cast<unsigned short*>(package_list_.data());
      extended_.PackageListLength = static_cast<ULONG>(package_list_.size());
    }
  }
  ~WindowsIdentity() override { wipe(password_.data(), password_.size() * sizeof(SEC_WCHAR)); }

  // Wine reads the plain struct whatever the version, and offers NTLM to nobody without a password.
  void* data() override {
    if (sspi_windows::is_wine()) return given_ ? &plain_ : nullptr;
    if (given_ || refuse_ntlm_) return &extended_;
    return nullptr;
  }

 private:
  template <typename Identity>
  void fill(Identity& identity) {
    identity.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
    if (!given_) return;
    const auto set = [](auto*& text, auto& length, WideText& value) {
      text = reinterpret_cast<std::remove_reference_t<decltype(text)>>(value.data());
      length = static_cast<ULONG>(value.size());
    };
    set(identity.User, identity.UserLength, user_);
    set(identity.Domain, identity.DomainLength, domain_);
    set(identity.Password, identity.PasswordLength, password_);
  }

  bool given_;
  bool refuse_ntlm_;
  WideText user_;
  WideText domain_;
  WideText password_;
  WideText package_list_ = L"!ntlm";
  SEC_WINNT_AUTH_IDENTITY_W plain_{};
  SEC_WINNT_AUTH_IDENTITY_EXW extended_{};
};

class WindowsPlatform final : public sspi_windows::LogonPlatform {
 public:
  WindowsPlatform()
      : LogonPlatform(sspi_windows::documented_table(*InitSecurityInterfaceW(),
                                                     sspi_windows::is_wine()
                                                         ? sspi_windows::Layout::kDataFirst
                                                         : sspi_windows::Layout::kTokenFirst),
                      sspi_windows::system_calls(), !sspi_windows::is_wine()) {
    // Never unloaded: a call that was given up may still be running in this module when the driver
    // manager unloads the driver.
    HMODULE pinned = nullptr;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             reinterpret_cast<LPCWSTR>(&without_dot), &pinned);
    WSADATA data{};
    (void)WSAStartup(MAKEWORD(2, 2), &data);
  }

  // Caches, keytabs and handles of other libraries are not Windows': its tickets belong to the
  // logon session.
  std::unique_ptr<AuthIdentity> identity(const CredentialRequest& request) const override {
    if (!request.credential_cache.empty() || !request.client_keytab.empty() ||
        request.native_credential != nullptr) {
      return nullptr;
    }
    return std::make_unique<WindowsIdentity>(request);
  }

  CredentialFacts describe(CredHandle credential) const override {
    return sspi_windows::facts_of(table(), credential);
  }

  ErrorDetail last_error(SECURITY_STATUS status) const override {
    ErrorDetail detail;
    detail.facts = sspi_windows::facts_of_system();
    detail.text = status_name(status);
    if (const std::string words = words_of(status); !words.empty()) detail.text += ": " + words;
    // No code of SSPI's tells a ticket that has run out from one that is not there.
    if (status == SEC_E_NO_CREDENTIALS || status == SEC_E_INTERNAL_ERROR) {
      if (const auto end = logon_tickets_end()) {
        detail.facts.expires_at = *end;
        if (*end != 0 && *end <= now_s()) {
          detail.cause = Cause::kExpired;
          detail.text += " (the ticket-granting ticket has run out)";
        }
      }
      if (status == SEC_E_INTERNAL_ERROR && detail.cause == Cause::kNone && sspi_windows::is_wine())
        detail.text +=
            " (Wine says so of every fault of Kerberos: does the KDC answer, and does it "
            "know the service?)";
    }
    return detail;
  }

  // Windows forwards a ticket only to services that the domain trusts for delegation: policy is all
  // there is.
  sec_ulong delegation_bits(Delegation delegation) const override {
    return delegation == Delegation::kNone ? 0 : sec_ulong{ISC_REQ_DELEGATE};
  }

  std::int64_t unix_time(const TimeStamp& local) const override {
    ULARGE_INTEGER units{};
    units.LowPart = local.LowPart;
    units.HighPart = static_cast<DWORD>(local.HighPart);
    FILETIME wall{local.LowPart, static_cast<DWORD>(local.HighPart)};
    SYSTEMTIME fields{};
    SYSTEMTIME utc{};
    FILETIME time{};
    // "For ever" is no date.
    if (units.QuadPart == 0 || FileTimeToSystemTime(&wall, &fields) == 0 ||
        TzSpecificLocalTimeToSystemTime(nullptr, &fields, &utc) == 0 ||
        SystemTimeToFileTime(&utc, &time) == 0) {
      return 0;
    }
    units.LowPart = time.dwLowDateTime;
    units.HighPart = time.dwHighDateTime;
    return sspi_windows::unix_time_of_utc(static_cast<std::int64_t>(units.QuadPart));
  }

  std::optional<std::string> canonical_host(const std::string& host,
                                            Canonicalize how) const override {
    if (how == Canonicalize::kNone) return host;
    ADDRINFOW hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    ADDRINFOW* list = nullptr;
    if (GetAddrInfoW(to_wide(host).c_str(), nullptr, &hints, &list) != 0 || list == nullptr) {
      return std::nullopt;
    }
    const std::unique_ptr<ADDRINFOW, decltype(&FreeAddrInfoW)> end(list, &FreeAddrInfoW);
    std::array<wchar_t, NI_MAXHOST> name{};
    if (how == Canonicalize::kForwardReverse &&
        GetNameInfoW(list->ai_addr, static_cast<socklen_t>(list->ai_addrlen), name.data(),
                     static_cast<DWORD>(name.size()), nullptr, 0, NI_NAMEREQD) == 0) {
      return without_dot(to_utf8(name.data()));
    }
    return list->ai_canonname == nullptr ? host : without_dot(to_utf8(list->ai_canonname));
  }

  std::uint64_t process_id() const override { return GetCurrentProcessId(); }

  void prepare_helper_thread() const override {}

 private:
  static std::int64_t now_s() {
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    ULARGE_INTEGER units{};
    units.LowPart = now.dwLowDateTime;
    units.HighPart = now.dwHighDateTime;
    return sspi_windows::unix_time_of_utc(static_cast<std::int64_t>(units.QuadPart));
  }

  // The system's words, one line; "" where it has none.
  static std::string words_of(SECURITY_STATUS status) {
    std::array<wchar_t, 1024> words{};
    const DWORD size = FormatMessageW(
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
        nullptr, static_cast<DWORD>(status), 0, words.data(), static_cast<DWORD>(words.size()),
        nullptr);
    std::string text = to_utf8(std::wstring_view(words.data(), size));
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
    return text;
  }
};

}  // namespace

const SecurityPlatform& system_platform() {
  static const WindowsPlatform* const platform =
      new WindowsPlatform;  // used by threads until the end
  return *platform;
}

}  // namespace negodbc::auth
