#include "sspi_windows/credential_facts.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string_view>

#include "negotiate/utf16.h"

// After windows.h.
#include <ntsecapi.h>
#include <secext.h>

namespace negodbc::sspi_windows {
namespace {

constexpr std::int64_t kSecondsTo1970 = 11644473600;
constexpr std::int64_t kUnitsPerSecond = 10000000;

using VersionFunction = const char* (*)();

VersionFunction wine_version() {
  static const auto found = reinterpret_cast<VersionFunction>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version")));
  return found;
}

std::string account_name(EXTENDED_NAME_FORMAT format) {
  std::array<wchar_t, 1024> name{};
  ULONG size = static_cast<ULONG>(name.size());
  if (GetUserNameExW(format, name.data(), &size) == 0) return {};
  return auth::to_utf8(name.data());
}

std::string windows_version() {
  if (const VersionFunction wine = wine_version()) return std::string("Wine ") + wine();
  using Function = LONG(WINAPI*)(OSVERSIONINFOW*);
  const auto ask = reinterpret_cast<Function>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion")));
  OSVERSIONINFOW version{};
  version.dwOSVersionInfoSize = sizeof version;
  if (ask == nullptr || ask(&version) != 0) return {};
  return std::to_string(version.dwMajorVersion) + "." + std::to_string(version.dwMinorVersion) +
         "." + std::to_string(version.dwBuildNumber);
}

// A connection to the LSA, ended with its owner.
class Lsa {
 public:
  Lsa() {
    if (LsaConnectUntrusted(&handle_) != 0) handle_ = nullptr;
  }
  Lsa(const Lsa&) = delete;
  Lsa& operator=(const Lsa&) = delete;
  ~Lsa() {
    if (handle_ != nullptr) LsaDeregisterLogonProcess(handle_);
  }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_ = nullptr;
};

struct FreeLsaMemory {
  void operator()(void* memory) const { LsaFreeReturnBuffer(memory); }
};
using TicketList = std::unique_ptr<KERB_QUERY_TKT_CACHE_RESPONSE, FreeLsaMemory>;

TicketList list_tickets() {
  const Lsa lsa;
  char name[] = MICROSOFT_KERBEROS_NAME_A;
  LSA_STRING text{};
  text.Buffer = name;
  text.Length = sizeof name - 1;
  text.MaximumLength = sizeof name;
  ULONG package = 0;
  if (lsa.get() == nullptr || LsaLookupAuthenticationPackage(lsa.get(), &text, &package) != 0) {
    return nullptr;
  }
  KERB_QUERY_TKT_CACHE_REQUEST request{};
  request.MessageType = KerbQueryTicketCacheMessage;
  void* answer = nullptr;
  ULONG size = 0;
  NTSTATUS status = 0;
  if (LsaCallAuthenticationPackage(lsa.get(), package, &request, sizeof request, &answer, &size,
                                   &status) != 0 ||
      status != 0) {
    return nullptr;
  }
  return TicketList(static_cast<KERB_QUERY_TKT_CACHE_RESPONSE*>(answer));
}

}  // namespace

bool is_wine() {
  return wine_version() != nullptr;
}

std::int64_t unix_time_of_utc(std::int64_t units) {
  if (units <= 0 || units == std::numeric_limits<std::int64_t>::max()) return 0;
  return units / kUnitsPerSecond - kSecondsTo1970;
}

std::string principal_of(const std::string& account) {
  const std::size_t slash = account.find('\\');
  if (slash == std::string::npos || account.find('@') != std::string::npos) return account;
  return account.substr(slash + 1) + "@" + account.substr(0, slash);
}

std::optional<std::int64_t> logon_tickets_end() {
  const TicketList list = list_tickets();
  if (list == nullptr) return std::nullopt;
  std::optional<std::int64_t> end;
  for (ULONG i = 0; i < list->CountOfTickets; ++i) {
    const KERB_TICKET_CACHE_INFO& ticket = list->Tickets[i];
    const std::wstring_view server(ticket.ServerName.Buffer,
                                   ticket.ServerName.Length / sizeof(wchar_t));
    if (!server.starts_with(L"krbtgt/")) continue;
    end = std::max(end.value_or(0), unix_time_of_utc(ticket.EndTime.QuadPart));
  }
  return end;
}

auth::CredentialFacts facts_of_system() {
  auth::CredentialFacts facts;
  facts.library_name = "windows";
  facts.library = "windows";
  facts.library_version = windows_version();
  facts.source = "logon session";
  facts.keeper = is_wine() ? auth::TicketKeeper::kHostOfWine : auth::TicketKeeper::kLogonSession;
  return facts;
}

auth::CredentialFacts facts_of(const SecurityFunctionTableW& table, CredHandle credential) {
  auth::CredentialFacts facts = facts_of_system();
  SecPkgCredentials_NamesW names{};
  if (table.QueryCredentialsAttributesW(&credential, SECPKG_CRED_ATTR_NAMES, &names) == SEC_E_OK &&
      names.sUserName != nullptr) {
    facts.principal = principal_of(auth::to_utf8(names.sUserName));
    table.FreeContextBuffer(names.sUserName);
  }
  if (facts.principal.empty()) facts.principal = account_name(NameUserPrincipal);
  if (facts.principal.empty()) facts.principal = principal_of(account_name(NameSamCompatible));
  return facts;
}

}  // namespace negodbc::sspi_windows
