#include "driver/encryption/schannel/key_container.h"

#include <windows.h>
// After windows.h.
#include <bcrypt.h>
#include <ncrypt.h>
#include <wincrypt.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::encryption {
namespace {

constexpr std::wstring_view prefix = L"negodbc-";
constexpr std::size_t random_digits = 32;

struct CloseHandleOf {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<HANDLE>, CloseHandleOf>;

std::optional<std::uint64_t> start_of(HANDLE process) {
  FILETIME made{};
  FILETIME ended{};
  FILETIME in_kernel{};
  FILETIME in_user{};
  if (GetProcessTimes(process, &made, &ended, &in_kernel, &in_user) == 0) return std::nullopt;
  return std::uint64_t{made.dwHighDateTime} << 32U | made.dwLowDateTime;
}

constexpr wchar_t digits[] = L"0123456789abcdef";

std::wstring hexadecimal(std::uint64_t number) {
  std::wstring text;
  for (; number != 0; number >>= 4U) text.insert(text.begin(), digits[number & 15U]);
  return text.empty() ? L"0" : text;
}

// Up to the next '-', which goes with it; nothing when it is no number.
std::optional<std::uint64_t> take_number(std::wstring_view& name) {
  const std::size_t end = name.find(L'-');
  if (end == 0 || end > 16) return std::nullopt;  // npos, too
  std::uint64_t number = 0;
  for (const wchar_t digit : name.substr(0, end)) {
    const std::size_t value = std::wstring_view(digits).find(digit);
    if (value == std::wstring_view::npos) return std::nullopt;
    number = number << 4U | value;
  }
  name.remove_prefix(end + 1);
  return number;
}

bool runs(std::uint64_t id, std::uint64_t start) {
  if (id > MAXDWORD) return true;
  const Handle process(
      OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, static_cast<DWORD>(id)));
  if (!process) return GetLastError() != ERROR_INVALID_PARAMETER;
  // Another one may have the id by now; one that has ended is there while somebody has it open.
  return WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT &&
         start_of(process.get()).value_or(start) == start;
}

void delete_keys_of_cng() {
  NCRYPT_PROV_HANDLE provider = 0;
  if (NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0) != ERROR_SUCCESS) return;
  std::vector<std::wstring> names;
  NCryptKeyName* name = nullptr;
  void* state = nullptr;
  while (NCryptEnumKeys(provider, nullptr, &name, &state, NCRYPT_SILENT_FLAG) == ERROR_SUCCESS) {
    if (is_left_over(name->pszName)) names.emplace_back(name->pszName);
    NCryptFreeBuffer(name);
  }
  if (state != nullptr) NCryptFreeBuffer(state);
  for (const std::wstring& each : names) {
    NCRYPT_KEY_HANDLE key = 0;
    if (NCryptOpenKey(provider, &key, each.c_str(), 0, NCRYPT_SILENT_FLAG) != ERROR_SUCCESS)
      continue;
    if (NCryptDeleteKey(key, NCRYPT_SILENT_FLAG) != ERROR_SUCCESS) NCryptFreeObject(key);
  }
  NCryptFreeObject(provider);
}

void delete_keys_of_cryptoapi() {
  HCRYPTPROV provider = 0;
  if (CryptAcquireContextW(&provider, nullptr, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                           CRYPT_VERIFYCONTEXT | CRYPT_SILENT) == 0) {
    return;
  }
  std::vector<std::wstring> names;
  std::array<BYTE, 1024> name{};
  DWORD size = static_cast<DWORD>(name.size());
  for (DWORD which = CRYPT_FIRST;
       CryptGetProvParam(provider, PP_ENUMCONTAINERS, name.data(), &size, which) != 0;
       which = CRYPT_NEXT, size = static_cast<DWORD>(name.size())) {
    // ASCII, as ours are.
    const std::string_view text(reinterpret_cast<const char*>(name.data()));
    std::wstring wide(text.begin(), text.end());
    if (is_left_over(wide)) names.push_back(std::move(wide));
  }
  CryptReleaseContext(provider, 0);
  for (const std::wstring& each : names) {
    HCRYPTPROV none = 0;
    CryptAcquireContextW(&none, each.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                         CRYPT_DELETEKEYSET | CRYPT_SILENT);
  }
}

}  // namespace

std::wstring new_container_name() {
  std::array<UCHAR, random_digits / 2> random{};
  if (BCryptGenRandom(nullptr, random.data(), static_cast<ULONG>(random.size()),
                      BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
    throw ConnectionError("08001", "Windows gives no random numbers");
  }
  std::wstring name(prefix);
  name += hexadecimal(GetCurrentProcessId()) + L'-';
  name += hexadecimal(start_of(GetCurrentProcess()).value_or(0)) + L'-';
  for (const UCHAR byte : random) {
    name += digits[byte >> 4U];
    name += digits[byte & 15U];
  }
  return name;
}

bool is_left_over(std::wstring_view container) {
  if (!container.starts_with(prefix)) return false;
  container.remove_prefix(prefix.size());
  const auto id = take_number(container);
  const auto start = id ? take_number(container) : std::nullopt;
  return start && *start != 0 && container.size() == random_digits && !runs(*id, *start);
}

void delete_left_over_keys() {
  delete_keys_of_cng();
  delete_keys_of_cryptoapi();
}

}  // namespace negodbc::encryption
