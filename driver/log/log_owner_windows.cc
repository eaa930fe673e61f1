#include "driver/log/log_owner_windows.h"

// After windows.h.
#include <aclapi.h>
#include <sddl.h>

#include <array>

#include "driver/base/windows_text.h"

namespace negodbc::log {
namespace {

bool is_well_known(PSID account, WELL_KNOWN_SID_TYPE who) {
  std::array<BYTE, SECURITY_MAX_SID_SIZE> known{};
  DWORD size = static_cast<DWORD>(known.size());
  return CreateWellKnownSid(who, nullptr, known.data(), &size) != 0 &&
         EqualSid(account, known.data()) != 0;
}

// Whom the calling thread acts as: a TOKEN_USER; empty: it can't be told.
std::vector<BYTE> user_of_thread() {
  HANDLE token = nullptr;
  // The process's is another's where the thread has one that can't be looked at.
  if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) == 0 &&
      (GetLastError() != ERROR_NO_TOKEN ||
       OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0)) {
    return {};
  }
  std::vector<BYTE> user(sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE);
  DWORD size = 0;
  const BOOL told =
      GetTokenInformation(token, TokenUser, user.data(), static_cast<DWORD>(user.size()), &size);
  CloseHandle(token);
  if (told == 0) user.clear();
  return user;
}
PSID sid_of(std::vector<BYTE>& user) {
  return reinterpret_cast<TOKEN_USER*>(user.data())->User.Sid;
}

}  // namespace

bool may_own_log(PSID owner, PSID user) {
  return EqualSid(owner, user) != 0 || is_well_known(owner, WinBuiltinAdministratorsSid) ||
         is_well_known(owner, WinLocalSystemSid);
}

std::string fault_of_owner(HANDLE file) {
  DWORD about = 0;
  if (GetVolumeInformationByHandleW(file, nullptr, 0, nullptr, nullptr, &about, nullptr, 0) != 0 &&
      (about & FILE_PERSISTENT_ACLS) == 0) {
    return {};
  }
  PSID owner = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  const DWORD error = GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                      nullptr, nullptr, nullptr, &descriptor);
  if (error != ERROR_SUCCESS) return system_error_text(error);
  std::vector<BYTE> user = user_of_thread();
  const bool good = owner != nullptr && !user.empty() && may_own_log(owner, sid_of(user));
  LocalFree(descriptor);
  return good ? "" : "it belongs to another user, who could read it";
}

OwnersOnly::OwnersOnly() {
  std::vector<BYTE> user = user_of_thread();
  wchar_t* name = nullptr;
  if (user.empty() || ConvertSidToStringSidW(sid_of(user), &name) == 0) return;
  // All rights to three, and none handed on by the folder.
  const std::wstring words = L"D:P(A;;FA;;;" + std::wstring(name) + L")(A;;FA;;;SY)(A;;FA;;;BA)";
  LocalFree(name);
  void* made = nullptr;
  if (ConvertStringSecurityDescriptorToSecurityDescriptorW(words.c_str(), SDDL_REVISION_1, &made,
                                                           nullptr) == 0) {
    return;
  }
  descriptor_.reset(made);
  attributes_.nLength = sizeof attributes_;
  attributes_.lpSecurityDescriptor = made;
}

}  // namespace negodbc::log
