#include "sspi_windows/credential_facts.h"

#include <array>

#include "negotiate/utf16.h"
#include "sspi_windows/account_name.h"
#include "sspi_windows/logon_platform.h"

// After windows.h.
#include <secext.h>

namespace negodbc::sspi_windows {
namespace {

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

}  // namespace

bool is_wine() {
  return wine_version() != nullptr;
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
  facts.principal = name_of_credential(table, credential);
  if (facts.principal.empty()) facts.principal = account_name(NameUserPrincipal);
  if (facts.principal.empty()) facts.principal = principal_of(account_name(NameSamCompatible));
  return facts;
}

}  // namespace negodbc::sspi_windows
